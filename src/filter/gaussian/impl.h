// The inside of a GaussianPlan: its axes checked, and what was decided for them.
#pragma once

#include <optional>
#include <vector>

#include "sepconv/gaussian_filter.h"

namespace sepconv {

/// One axis with its taps.
struct TappedAxis {
  GaussianAxis given;  // axis is 0 or more
  int64_t size = 1;
  std::vector<double> taps;

  int64_t radius() const { return static_cast<int64_t>(taps.size()) / 2; }
};

struct GaussianPlan::Impl {
  std::vector<int64_t> shape;
  SampleType in_type, out_type;
  GaussianOptions options;
  std::vector<TappedAxis> axes;  // in the order given
  std::vector<GaussianMethod> methods;
  std::optional<ArrayPlan> fir;
};

/// The axes with their taps.
/// errors     InvalidArgument: an axis named twice or that does not exist, and what gaussian_taps
///            refuses
std::vector<TappedAxis> tap_axes(const std::vector<int64_t>& shape,
                                 const std::vector<GaussianAxis>& axes, double truncate);

/// Throws InvalidArgument unless every option can be.
void check_options(const GaussianOptions& options);

}  // namespace sepconv
