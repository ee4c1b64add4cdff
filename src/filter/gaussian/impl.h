// The inside of a GaussianPlan: its axes, and every way to filter along them, the chosen one first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/context_pool.h"
#include "filter/choose/arithmetic.h"
#include "sepconv/gaussian_filter.h"
#include "simd/recursive/lines.h"

namespace sepconv {

/// One axis with its taps.
struct TappedAxis {
  GaussianAxis given;  // axis is 0 or more
  int64_t size = 1;
  std::vector<double> taps;

  int64_t radius() const { return static_cast<int64_t>(taps.size()) / 2; }
  double outside_value() const {
    return given.border == Border::constant ? given.border_value : 0.0;
  }
};

/// One axis filtered recursively.
struct RecursivePass {
  int axis = 0;
  simd::LineFilter filter;
  double gain = 1;      // sum of the magnitudes of the taps that it stands for
  double distance = 0;  // from those taps: largest difference for inputs of magnitude 1
  double rounding = 0;  // of its sums, for inputs of magnitude 1
};

/// One way to filter: axes by their taps first, all together, then the others, one after the other.
struct GaussianWay {
  std::vector<GaussianMethod> methods;  // of the sorted axes
  int pole_pairs = 0;
  bool in_double = false;
  std::optional<ArrayPlan> fir;
  std::vector<RecursivePass> passes;
  double relative_error = 0;  // what max_error limits
  double predicted_seconds = 0;
  std::string reason;

  bool is_recursive() const { return !passes.empty(); }
};

struct GaussianPlan::Impl {
  std::vector<int64_t> shape;
  SampleType in_type, out_type;
  GaussianOptions options;
  std::vector<TappedAxis> axes;  // sorted by axis
  std::vector<size_t> order;     // of the axes as given: positions in axes
  std::vector<GaussianWay> ways;
  ContextPool contexts{1};

  const GaussianWay& chosen() const { return ways.front(); }
  int64_t samples() const;

  /// What lies between two passes: out itself where it is of floats, else a buffer.
  bool needs_buffer() const { return is_integer_type(out_type) && chosen().passes.size() > 1; }
  SampleType type_between(const GaussianWay& way) const;
  int64_t buffer_bytes() const;
  int64_t worker_bytes() const;  // scratch of a worker, a multiple of kAlignment
};

/// Checks every argument and finds the taps of the axes.
/// errors     InvalidArgument: an axis named twice or that does not exist, what gaussian_taps and
///            ArrayPlan refuse, max_error
void set_arguments(GaussianPlan::Impl* plan, const std::vector<GaussianAxis>& axes);

/// The inside of a plan, its way chosen; arguments and errors of GaussianPlan's constructor.
GaussianPlan::Impl make_gaussian(std::vector<int64_t> shape, SampleType in_type,
                                 SampleType out_type, const std::vector<GaussianAxis>& axes,
                                 const GaussianOptions& options);

/// The options that an ArrayPlan shares.
ArrayOptions array_options(const GaussianOptions& options);

}  // namespace sepconv
