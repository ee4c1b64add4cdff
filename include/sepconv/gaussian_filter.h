// Gaussian filtering of arrays: any sigma, derivatives up to order 4, exact or within a budget.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sepconv/array.h"
#include "sepconv/context.h"
#include "sepconv/explanation.h"
#include "sepconv/image.h"

namespace sepconv {

/// A Gaussian along one axis, or its derivative of that order: gaussian_taps(sigma, order,
/// truncate) as correlated. Where samples are beyond two axes with different constants, the later
/// axis counts.
struct GaussianAxis {
  int axis = 0;  // negative counts from the last
  double sigma = 1.0;
  int order = 0;  // 0 to 4
  Border border = Border::reflect101;
  double border_value = 0.0;  // for Border::constant; must be a value of the input's type
};

/// How an axis is filtered. fir: by its taps; recursive: by recursive filters that come near them,
/// in a time that does not depend on sigma; automatic: whichever is predicted faster within the
/// error budget.
enum class GaussianMethod { automatic, fir, recursive };

const char* name(GaussianMethod method);

struct GaussianOptions {
  double truncate = 4.0;   // the taps end at this many sigma
  double max_error = 0.0;  // accepted |error| / max|in| of filtering recursively; 0: by taps
  GaussianMethod method = GaussianMethod::automatic;
  double scale = 1.0;  // out = scale * filtered + offset, before rounding
  double offset = 0.0;
  Rounding rounding = Rounding::nearest;
  int threads = 1;
};

/// A Gaussian filter of arrays of one shape, decided before any array arrives.
/// shape      1 to 8 axes; in and out have the same shape; axes that no GaussianAxis names are not
///            filtered. By taps at most three axes are, recursively any number
/// types      any SampleType in and out, independent; sums in float, or in double where in or out
///            is f64 or i32, or where the budget is too small for float
/// border     that of the infinitely extended array for every method, to the bit of its bound
/// errors     InvalidArgument naming the argument; method recursive and no recursive filter within
///            max_error: the message says what the nearest one reaches
/// threads    immutable; any number of threads may run one plan, each with its own Context
/// cost       explain() has it; scratch_bytes() a worker
class GaussianPlan {
 public:
  GaussianPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
               std::vector<GaussianAxis> axes, const GaussianOptions& options = {});
  ~GaussianPlan();
  GaussianPlan(GaussianPlan&&) noexcept;
  GaussianPlan& operator=(GaussianPlan&&) noexcept;

  /// Filters in into out. A sample that is NaN or infinite reaches the outputs within the radius of
  /// the taps where an axis is filtered by taps, but all of its line where recursively.
  /// errors     InvalidArgument: shape or type differ from the plan's; out overlaps in or itself
  void run(const ConstArrayRef& in, const ArrayRef& out) const;
  void run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const;

  const std::vector<int64_t>& shape() const;

  /// What was chosen for each axis, in the order in which they were given.
  std::vector<GaussianMethod> methods() const;

  /// The proven largest |out - exact value|, exact being by taps; as FilterPlan::error_bound.
  double error_bound(double largest_float = 1.0) const;

  /// The most scratch memory of a worker. Recursive filters hold 16 lines; the first worker also
  /// holds the array in the type of the sums where out is of integers and two axes or more are
  /// filtered recursively.
  int64_t scratch_bytes() const;

  /// Each way with its costs, bound and predicted time, the chosen one first.
  Explanation explain() const;

  struct Impl;  // src/filter/gaussian/impl.h

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace sepconv
