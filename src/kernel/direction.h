// Angles in degrees as cosine and sine; used by the oriented kernels.
#pragma once

#include <cmath>
#include <numbers>

namespace sepconv::kernels {

struct Direction {
  double cosine = 1;
  double sine = 0;
};

/// Exact at multiples of 90 degrees, so that kernels along an axis are separable to the bit.
inline Direction direction(double degrees) {
  const double turn = std::remainder(degrees, 360.0);
  if (turn == 0) return {1, 0};
  if (turn == 90) return {0, 1};
  if (turn == -90) return {0, -1};
  if (std::abs(turn) == 180) return {-1, 0};
  const double radians = turn * std::numbers::pi / 180;
  return {std::cos(radians), std::sin(radians)};
}

}  // namespace sepconv::kernels
