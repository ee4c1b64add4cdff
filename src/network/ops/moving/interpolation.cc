// Coordinates, and weights by distance.
#include "network/ops/moving/interpolation.h"

#include <cmath>

namespace sepconv::network {
namespace {

// Where output i lies among the inputs.
double coordinate(const ResizedAxis& axis, const std::string& way, int64_t i) {
  const double center = (i + 0.5) / axis.scale - 0.5;
  const double exact = axis.scale * axis.in;  // the output's size before it was made whole
  if (way == "half_pixel") return center;
  if (way == "pytorch_half_pixel") return axis.out > 1 ? center : 0.0;
  if (way == "asymmetric") return i / axis.scale;
  if (way == "align_corners") {
    return axis.out > 1 ? i * (axis.in - 1) / (exact - 1) : 0.0;
  }
  if (way == "half_pixel_symmetric") {
    // The output grid is centred on the input where the scale does not give a whole size.
    return axis.in / 2.0 * (1 - axis.out / exact) + center;
  }
  require(way == "tf_crop_and_resize", "coordinate_transformation_mode '{}' is unknown", way);
  const auto [start, end] = axis.crop;
  if (axis.out == 1) return 0.5 * (start + end) * (axis.in - 1);
  return start * (axis.in - 1) + i * (end - start) * (axis.in - 1) / (axis.out - 1);
}

bool is_outside(const ResizedAxis& axis, const std::string& way, double place) {
  return way == "tf_crop_and_resize" && (place < 0 || place > axis.in - 1);
}

double rounded(double place, const std::string& way) {
  if (way == "floor") return std::floor(place);
  if (way == "ceil") return std::ceil(place);
  if (way == "round_prefer_ceil") return std::floor(place + 0.5);
  require(way == "round_prefer_floor", "nearest_mode '{}' is unknown", way);
  return std::ceil(place - 0.5);
}

double linear_weight(double distance) { return std::max(0.0, 1 - std::abs(distance)); }

// Keys' cubic convolution with parameter a.
double cubic_weight(double distance, double a) {
  const double x = std::abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((x - 5) * x + 8) * x * a - 4 * a;
  return 0;
}

}  // namespace

AxisTaps axis_taps(const ResizedAxis& axis, const Interpolation& way) {
  require(axis.in > 0, "an axis is empty");
  const bool is_linear = way.mode == "linear";
  // Shrinking with antialias stretches the weights over as many inputs as an output stands for.
  const double stretch = way.antialias ? std::min(1.0, axis.scale) : 1.0;
  const double reach = std::ceil((is_linear ? 1 : 2) / stretch);
  require(reach * 2 * axis.out <= double{kMostOffsets}, "a scale of {} is too small", axis.scale);
  AxisTaps taps{static_cast<int64_t>(2 * reach), {}, {}};
  for (int64_t i = 0; i < axis.out; ++i) {
    const double place = coordinate(axis, way.coordinates, i);
    const double first = std::floor(place) - reach + 1;
    taps.first.push_back(is_outside(axis, way.coordinates, place) ? kFilled
                                                                  : static_cast<int64_t>(first));
    std::vector<double> weights;
    double sum = 0;
    for (int64_t t = 0; t < taps.count; ++t) {
      const double distance = (first + t - place) * stretch;
      double weight = is_linear ? linear_weight(distance) : cubic_weight(distance, way.cubic);
      if (way.excludes_outside && (first + t < 0 || first + t >= axis.in)) weight = 0;
      weights.push_back(weight);
      sum += weight;
    }
    for (const double weight : weights) taps.weights.push_back(static_cast<float>(weight / sum));
  }
  return taps;
}

std::vector<int64_t> nearest_indices(const ResizedAxis& axis, const Interpolation& way) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < axis.out; ++i) {
    const double place = axis.changes() ? coordinate(axis, way.coordinates, i) : i;
    const double nearest = rounded(place, way.nearest);
    const auto index = static_cast<int64_t>(std::clamp(nearest, 0.0, axis.in - 1.0));
    indices.push_back(is_outside(axis, way.coordinates, place) ? kFilled : index);
  }
  return indices;
}

}  // namespace sepconv::network
