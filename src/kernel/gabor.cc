// The Gabor kernel: a cosine across stripes of any direction, under a Gaussian.
#include <cmath>

#include "kernel/direction.h"
#include "kernel/window.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using kernels::Direction;

void check(const GaborOptions& options) {
  kernels::require_positive(options.sigma, "gabor", "sigma");
  kernels::require_positive(options.wavelength, "gabor", "wavelength");
  kernels::require_positive(options.aspect, "gabor", "aspect");
  kernels::require_positive(options.truncate, "gabor", "truncate");
  kernels::require_finite(options.theta_degrees, "gabor", "theta");
  kernels::require_finite(options.phase_degrees, "gabor", "phase");
}

double bell(double u) { return std::exp(-0.5 * u * u); }

}  // namespace

Kernel gabor(const GaborOptions& options) {
  check(options);
  const Direction across = kernels::direction(options.theta_degrees);
  const Direction phase = kernels::direction(options.phase_degrees);
  const double sigma_across = options.sigma, sigma_along = options.sigma / options.aspect;
  const auto radius = [&](double a, double b) {
    const double reach = std::hypot(sigma_across * a, sigma_along * b);
    return kernels::window_radius(options.truncate * reach, 1, "gabor");
  };
  const int64_t radius_x = radius(across.cosine, across.sine);
  const int64_t radius_y = radius(across.sine, across.cosine);

  std::vector<double> taps;
  taps.reserve(kernels::checked_window(2 * radius_x + 1, 2 * radius_y + 1, "gabor"));
  long double sum = 0;
  for (int64_t y = -radius_y; y <= radius_y; ++y) {
    for (int64_t x = -radius_x; x <= radius_x; ++x) {
      const double u = x * across.cosine - y * across.sine;
      const double v = x * across.sine + y * across.cosine;
      const double envelope = bell(u / sigma_across) * bell(v / sigma_along);
      const Direction angle = kernels::direction(360 * (u / options.wavelength));
      // cos(angle + phase) written out, so that phase 0 is even and phase 90 odd to the bit.
      const double wave = angle.cosine * phase.cosine - angle.sine * phase.sine;
      taps.push_back(envelope * wave);
      sum += envelope;
    }
  }
  for (double& tap : taps) tap = static_cast<double>(tap / sum);
  return Kernel({2 * radius_y + 1, 2 * radius_x + 1}, std::move(taps));
}

}  // namespace sepconv
