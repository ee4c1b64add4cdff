// Checks of the numbers that size a kernel; every factory calls them before it allocates.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/check.h"
#include "sepconv/kernel.h"

namespace sepconv::kernels {

/// Throws InvalidArgument unless value is positive and finite.
inline void require_positive(double value, const char* factory, const char* parameter) {
  require(std::isfinite(value) && value > 0, "{}: {} is {}; expected a positive number", factory,
          parameter, value);
}

/// Throws InvalidArgument unless value is finite.
inline void require_finite(double value, const char* factory, const char* parameter) {
  require(std::isfinite(value), "{}: {} is {}; expected a finite number", factory, parameter,
          value);
}

/// size_x * size_y; InvalidArgument where a size is below 1 or the product above kMaxTaps.
inline int64_t checked_window(int64_t size_x, int64_t size_y, const char* factory) {
  require(size_x >= 1 && size_y >= 1, "{}: size {}x{}; expected 1 or more each way", factory,
          size_x, size_y);
  require(size_x <= kMaxTaps && size_y <= kMaxTaps && size_x * size_y <= kMaxTaps,
          "{}: a window of {}x{}; a kernel has at most {} taps", factory, size_x, size_y, kMaxTaps);
  return size_x * size_y;
}

/// The radius, at least smallest, of a window that holds everything up to reach (pixels).
inline int64_t window_radius(double reach, int64_t smallest, const char* factory) {
  require(reach <= static_cast<double>(kMaxTaps),
          "{}: a window of radius {:.4g}; a kernel has at most {} taps", factory, reach, kMaxTaps);
  return std::max(smallest, static_cast<int64_t>(std::ceil(reach)));
}

}  // namespace sepconv::kernels
