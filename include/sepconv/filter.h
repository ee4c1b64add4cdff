// Filtering images: plan once from shape, types and kernel, then run on any number of images.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sepconv/context.h"
#include "sepconv/explanation.h"
#include "sepconv/image.h"
#include "sepconv/kernel.h"
#include "sepconv/separation.h"

namespace sepconv {

/// What lies beyond the edge of an image, for a row a b c d:
///   zero         0 0 0 | a b c d | 0 0 0        constant     v v v | a b c d | v v v
///   replicate    a a a | a b c d | d d d        symmetric    c b a | a b c d | d c b
///   reflect101   d c b | a b c d | c b a        wrap         b c d | a b c d | a b c
enum class Border { zero, constant, replicate, symmetric, reflect101, wrap };

const char* name(Border border);

/// How a kernel is run. direct: as given; separable: one outer product; low_rank: a sum of them;
/// fft: Fourier transforms of tiles; automatic: whichever is predicted fastest within the error
/// budget.
enum class Method { automatic, direct, separable, low_rank, fft };

const char* name(Method method);

/// A rectangle of an image, in pixels.
struct Rect {
  int64_t x = 0;
  int64_t y = 0;
  int64_t width = 0;
  int64_t height = 0;
};

/// How to filter; every field has the default that most callers want.
struct FilterOptions {
  Border border = Border::reflect101;
  double border_value = 0.0;  // for Border::constant; must be a value of the input's type
  bool convolve = false;      // false: correlation (out = sum of taps * neighbours); true: flipped
  Method method = Method::automatic;
  double max_error = 0.0;  // accepted |error| / max|in| of approximating the kernel by fewer terms
  bool exact = false;      // integer outputs: the correctly rounded value, ties to even
  double scale = 1.0;      // out = scale * filtered + offset, before rounding
  double offset = 0.0;
  std::optional<Rect> roi =
      std::nullopt;  // outputs only here; neighbours outside it are read from the image
  int threads = 1;
};

/// Everything decided about a filter before any image arrives.
/// shape      in: width x height x 1..4 channels, each channel by itself; out: the same, or the roi
/// types      in and out any SampleType, independent; sums in integers, float or
///            double, as planned; integer outputs are rounded to nearest and clamped to their range
/// border     Border, in Options
/// errors     InvalidArgument: names the argument, what was got and what is needed
/// threads    immutable; any number of threads may run one plan, each with its own Context
/// cost       explain() has it; scratch_bytes() a worker
class FilterPlan {
 public:
  FilterPlan(const ImageShape& shape, SampleType in_type, SampleType out_type, const Kernel& kernel,
             const FilterOptions& options = {});
  ~FilterPlan();
  FilterPlan(FilterPlan&&) noexcept;
  FilterPlan& operator=(FilterPlan&&) noexcept;

  /// Filters in into out. The bits of out do not depend on threads, strips or earlier calls.
  /// They do not depend on how in and out lie in memory either: where the samples of a row are not
  /// neighbours, rows of a strip are gathered into scratch and outputs scattered from there.
  /// errors     InvalidArgument: shape or type differ from the plan's; out overlaps in or itself
  /// aliasing   in and out must not share samples, nor two samples of out memory
  void run(const ConstImageRef& in, const ImageRef& out) const;
  void run(const ConstImageRef& in, const ImageRef& out, Context& context) const;

  ImageShape out_shape() const;
  Method method() const;

  /// The proven largest |out - exact value|, the rounding to out's type included.
  /// units      those of out: levels for integer types (0.5 is correct rounding)
  ///            largest_float: max|in| of float inputs, which have no natural one
  double error_bound(double largest_float = 1.0) const;

  /// Scratch memory of one worker: of images whose rows are packed, in any order.
  int64_t scratch_bytes() const;

  /// Scratch memory of one worker where the samples of rows of in or out are not neighbours.
  int64_t strided_scratch_bytes() const;

  /// The chosen way and every rejected one, with their costs.
  Explanation explain() const;

  struct Impl;  // src/filter/plan_impl.h

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Filters one image: a plan made, run and forgotten.
/// errors     as FilterPlan and FilterPlan::run
/// example    filter(in, out, gaussian(2.0), {.border = Border::replicate});
void filter(const ConstImageRef& in, const ImageRef& out, const Kernel& kernel,
            const FilterOptions& options = {});

}  // namespace sepconv
