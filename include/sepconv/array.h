// Filtering arrays of any dimension: one 1-D factor an axis, along chosen axes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sepconv/context.h"
#include "sepconv/explanation.h"
#include "sepconv/filter.h"
#include "sepconv/image.h"
#include "sepconv/kernel.h"

namespace sepconv {

/// The most axes that an array may have.
inline constexpr int kMaxAxes = 8;

/// An input array that somebody else owns.
/// units      strides are distances between neighbours along an axis in samples; any sign, and 0
struct ConstArrayRef {
  const void* data = nullptr;  // the sample at index 0 of every axis
  SampleType type = SampleType::f32;
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;

  /// Rows last and packed (C order).
  static ConstArrayRef packed(const void* data, SampleType type, std::vector<int64_t> shape);
};

/// An output array that somebody else owns; no two of its samples may share memory.
struct ArrayRef {
  void* data = nullptr;
  SampleType type = SampleType::f32;
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;

  static ArrayRef packed(void* data, SampleType type, std::vector<int64_t> shape);
  operator ConstArrayRef() const { return {data, type, shape, strides}; }
};

/// What happens along one axis. Where samples are beyond two axes with different constants, the
/// later axis counts.
struct AxisFilter {
  int axis = 0;              // negative counts from the last
  std::vector<double> taps;  // as correlated
  int64_t anchor = -1;       // index of the tap on the output sample; -1: taps / 2 (as in scipy)
  Border border = Border::reflect101;
  double border_value = 0.0;  // for Border::constant; must be a value of the input's type
};

/// Which samples of the input are missing: none; those where a mask is zero; those that are NaN.
///
/// A filter of incomplete data is a normalised convolution: of samples x, weights w and valid
/// samples m (1, or 0 where missing), out = scale * S * sum(w x m) / sum(w m) + offset, S the sum
/// of all taps, before rounding. So an output is the weighted mean of the valid samples under its
/// window, times S, and where all are valid it is that of the ordinary filter. taps       0 or
/// more, and each axis' sum above 0 border     a mirrored, replicated or wrapped sample is missing
/// where its original is; beyond
///            Border::zero all is missing, beyond Border::constant all is valid
/// values     of missing samples never count, NaN and infinities too; a valid NaN or infinity
/// reaches
///            the outputs whose window holds it, and no other
enum class Missing { none, masked, nan };

/// How sums become integers: to nearest, ties to even; or towards zero, as a C cast (scipy's way).
enum class Rounding { nearest, truncate };

struct ArrayOptions {
  double divisor = 1.0;  // out = filtered / divisor * scale + offset, before rounding; a true
                         // division: sums that are whole and exact are rounded once
  double scale = 1.0;
  double offset = 0.0;
  Rounding rounding = Rounding::nearest;
  bool in_double = false;  // sums in double whatever the types
  Missing missing = Missing::none;
  /// Where less than this share of S lies on valid samples, 0 to 1, the output is fill: where none
  /// does at least. (Shares below 2^-100, in double sums 2^-900, are none.)
  double min_weight = 0.0;
  std::optional<double> fill = std::nullopt;  // NaN if not given, 0 for integers
  int threads = 1;
};

/// A filter of arrays of one shape, decided before any array arrives.
/// shape      1 to 8 axes; in and out have the same shape; axes that no AxisFilter names are not
///            filtered; each axis may be named once
/// types      any SampleType in and out, independent; sums in float, or in double where in or out
///            is f64 or i32, or in_double is set. u8 along up to two axes has the integers and
///            the bits of a FilterPlan where that has some
/// errors     InvalidArgument naming the argument
/// threads    immutable; any number of threads may run one plan, each with its own Context
/// cost       scratch_bytes() a worker: strips and slabs, never a copy of the array. Up to three
/// axes
///            are filtered at once; filter more in several plans
class ArrayPlan {
 public:
  ArrayPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
            std::vector<AxisFilter> filters, const ArrayOptions& options = {});
  ~ArrayPlan();
  ArrayPlan(ArrayPlan&&) noexcept;
  ArrayPlan& operator=(ArrayPlan&&) noexcept;

  /// Filters in into out.
  /// errors     InvalidArgument: shape or type differ from the plan's; out overlaps in or itself;
  /// the
  ///            plan needs a mask
  void run(const ConstArrayRef& in, const ArrayRef& out) const;
  void run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const;

  /// True where out may be in itself (the same data and strides): only the last axis is filtered,
  /// no sample is missing, types are equal and rows are short enough for one strip.
  bool allows_in_place() const;

  const std::vector<int64_t>& shape() const;

  /// Filters in, of which the samples at zeros of mask are missing; for plans of Missing::masked.
  /// shape      mask: that of in, u8, any strides, 0 among them
  /// errors     InvalidArgument: as above; mask is no such array, or out overlaps it
  void run(const ConstArrayRef& in, const ConstArrayRef& mask, const ArrayRef& out) const;
  void run(const ConstArrayRef& in, const ConstArrayRef& mask, const ArrayRef& out,
           Context& context) const;

  /// The proven largest |out - exact value|, as FilterPlan::error_bound; where samples are missing,
  /// of outputs that are not fill, largest_float being that of the valid samples.
  double error_bound(double largest_float = 1.0) const;

  /// Scratch memory of one worker.
  int64_t scratch_bytes() const;

  /// The passes, what each costs, and the scratch.
  Explanation explain() const;

  struct Impl;  // src/filter/array_impl.h

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace sepconv
