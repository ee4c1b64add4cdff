// Windows that slide over the spatial axes of maps: their attributes, and the sizes that follow.
#pragma once

#include <cstdint>
#include <vector>

#include "network/ops/operator.h"

namespace sepconv::network {

/// A window along one spatial axis.
struct WindowAxis {
  int64_t in = 1, out = 1;
  int64_t taps = 1, stride = 1, dilation = 1;
  int64_t before = 0, after = 0;  // elements of padding

  int64_t extent() const { return (taps - 1) * dilation + 1; }

  /// Taps of the window of an output that are on the map: the first, and one past the last.
  struct Taps {
    int64_t first, last;
  };
  Taps inside(int64_t output) const;

  /// Where tap 0 of the window of an output lies; padding is negative.
  int64_t start(int64_t output) const { return output * stride - before; }
};

/// Of an operator that slides sides over input 0 of shape [batch, channels, ...]. Its attributes:
/// strides, dilations, pads, auto_pad, ceil_mode.
/// errors     InvalidArgument: attributes that do not fit, or no output left
std::vector<WindowAxis> window_axes(const Request& request, const std::vector<int64_t>& sides);

/// An attribute with one value for each of so many axes; otherwise where it is missing.
std::vector<int64_t> per_axis(const Request& request, const char* name, size_t axes,
                              int64_t otherwise);

}  // namespace sepconv::network
