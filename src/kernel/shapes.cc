// Means over a shape in the plane: a disk (defocus) and a line (motion).
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "kernel/direction.h"
#include "kernel/window.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using kernels::checked_window;
using kernels::Direction;
using kernels::require_finite;
using kernels::require_positive;

// Pixels of unit width about the origin that a shape reaching so far touches, to one side. The
// slack keeps rounding from adding a row that is touched by nothing.
int64_t pixels_reached(double reach, const char* factory) {
  require(reach <= static_cast<double>(kMaxTaps),
          "{}: reaches {:.4g} pixels; a kernel has at most {} taps", factory, reach, kMaxTaps);
  return std::max<int64_t>(0, static_cast<int64_t>(std::ceil(reach - 0.5 - 1e-9)));
}

Kernel of_sum_one(std::vector<int64_t> shape, std::vector<double> taps) {
  long double sum = 0;
  for (const double tap : taps) sum += tap;
  for (double& tap : taps) tap = static_cast<double>(tap / sum);
  return Kernel(std::move(shape), std::move(taps));
}

// The area of {a <= x <= b, c <= y <= d} inside the circle about the origin, for 0 <= a, 0 <= c:
// the integral of min(d, sqrt(R^2 - x^2)) - c, in closed form on each side of where d is met.
long double quadrant_area(long double radius, long double a, long double b, long double c,
                          long double d) {
  const auto chord = [&](long double y) {
    return y >= radius ? 0.0L : std::sqrt((radius - y) * (radius + y));
  };
  const auto under_arc = [&](long double x) {
    return (x * chord(x) + radius * radius * std::asin(std::min(1.0L, x / radius))) / 2;
  };
  const long double full_to = std::clamp(chord(d), a, b);
  const long double part_to = std::clamp(chord(c), a, b);
  const long double full = (d - c) * (full_to - a);
  const long double part = under_arc(part_to) - under_arc(full_to) - c * (part_to - full_to);
  return std::clamp(full + part, 0.0L, (b - a) * (d - c));
}

// The part of the pixel at (x, y), both 0 or more, that the disk covers.
double disk_coverage(double radius, int64_t x, int64_t y) {
  const long double left = x == 0 ? 0 : x - 0.5L, top = y == 0 ? 0 : y - 0.5L;
  const double mirrored = (x == 0 ? 2 : 1) * (y == 0 ? 2 : 1);
  if (std::hypot(x + 0.5L, y + 0.5L) <= radius) return 1;
  return static_cast<double>(mirrored * quadrant_area(radius, left, x + 0.5L, top, y + 0.5L));
}

// The length of the segment t * (cosine, -sine), |t| <= half, inside the pixel at (x, y).
double length_inside(double half, const Direction& line, int64_t x, int64_t y) {
  double from = -half, to = half;
  const auto clip = [&](double slope, double centre) {
    if (slope == 0) {
      if (std::abs(centre) > 0.5) to = from;
      return;
    }
    const double a = (centre - 0.5) / slope, b = (centre + 0.5) / slope;
    from = std::max(from, std::min(a, b));
    to = std::min(to, std::max(a, b));
  };
  clip(line.cosine, static_cast<double>(x));
  clip(-line.sine, static_cast<double>(y));
  // Less than this is a corner met in rounding, not a pixel crossed.
  return to - from > 1e-9 ? to - from : 0;
}

}  // namespace

Kernel disk(double radius) {
  require_positive(radius, "disk", "radius");
  const int64_t n = pixels_reached(radius, "disk"), size = 2 * n + 1;
  if (n == 0) return box(1, 1);
  std::vector<double> taps(checked_window(size, size, "disk"));
  for (int64_t y = 0; y <= n; ++y) {
    for (int64_t x = 0; x <= y; ++x) {
      const double covered = disk_coverage(radius, x, y);
      for (const int64_t v : {n - y, n + y}) {
        for (const int64_t u : {n - x, n + x}) taps[v * size + u] = taps[u * size + v] = covered;
      }
    }
  }
  return of_sum_one({size, size}, std::move(taps));
}

Kernel motion_line(double length, double angle_degrees) {
  require_positive(length, "motion_line", "length");
  require_finite(angle_degrees, "motion_line", "angle");
  const Direction line = kernels::direction(angle_degrees);
  const double half = length / 2;
  const int64_t radius_x = pixels_reached(half * std::abs(line.cosine), "motion_line");
  const int64_t radius_y = pixels_reached(half * std::abs(line.sine), "motion_line");
  const int64_t count = checked_window(2 * radius_x + 1, 2 * radius_y + 1, "motion_line");
  if (count == 1) return box(1, 1);
  const bool along_axis = line.cosine == 0 || line.sine == 0;
  if (along_axis && std::fmod(length, 2) == 1) return box(2 * radius_x + 1, 2 * radius_y + 1);

  // The line is its own image through the origin: half the taps are measured, half mirrored.
  std::vector<double> taps(count);
  for (int64_t i = 0; i <= count / 2; ++i) {
    const int64_t y = i / (2 * radius_x + 1) - radius_y, x = i % (2 * radius_x + 1) - radius_x;
    taps[i] = taps[count - 1 - i] = length_inside(half, line, x, y);
  }
  return of_sum_one({2 * radius_y + 1, 2 * radius_x + 1}, std::move(taps));
}

}  // namespace sepconv
