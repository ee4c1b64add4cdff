// The taps of Resize along one axis: which inputs make each output, and with which weights.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "network/ops/moving/indexed_copy.h"

namespace sepconv::network {

/// How Resize's attributes say it.
struct Interpolation {
  std::string mode, coordinates, nearest;
  float cubic = -0.75f;
  bool excludes_outside = false;
  bool antialias = false;
};

struct ResizedAxis {
  int64_t in = 1, out = 1;
  double scale = 1;
  std::array<double, 2> crop = {0, 1};  // in parts of the axis

  bool changes() const { return in != out || scale != 1 || crop != std::array<double, 2>{0, 1}; }
};

/// As many taps for each output; those beyond the axis read its first or last element.
struct AxisTaps {
  int64_t count = 1;
  std::vector<int64_t> first;  // an index, or kFilled for outputs outside of a crop
  std::vector<float> weights;  // [outputs, count]

  bool is_outside(int64_t output) const { return first[output] == kFilled; }
  int64_t index(int64_t output, int64_t tap, int64_t size) const {
    return std::clamp<int64_t>(first[output] + tap, 0, size - 1);
  }
};

/// Of linear and cubic interpolation.
/// errors     InvalidArgument: coordinates are unknown, or the axis is empty
AxisTaps axis_taps(const ResizedAxis& axis, const Interpolation& way);

/// The input that each output takes; kFilled outside of a crop.
std::vector<int64_t> nearest_indices(const ResizedAxis& axis, const Interpolation& way);

}  // namespace sepconv::network
