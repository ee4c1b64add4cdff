// Sampled Gaussians and their derivatives along one axis, as scipy.ndimage.gaussian_filter1d
// defines them; the target that every way to run a Gaussian filter is held to.
#include <cmath>

#include "base/check.h"
#include "kernel/window.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

constexpr int kHighestOrder = 4;

int64_t checked_radius(double sigma, double truncate) {
  kernels::require_positive(sigma, "gaussian", "sigma");
  kernels::require_positive(truncate, "gaussian", "truncate");
  const double reach = truncate * sigma + 0.5;
  require(2 * reach + 1 <= static_cast<double>(kMaxTaps),
          "gaussian: sigma {} makes a radius of {:.4g}; a kernel has at most {} taps", sigma, reach,
          kMaxTaps);
  return static_cast<int64_t>(reach);
}

// Coefficients, lowest power first, of the polynomial q with (q g)' = (q' - x / sigma^2 q) g, taken
// order times from q = 1 on.
std::vector<double> derivative_polynomial(double sigma, int order) {
  std::vector<double> q(kHighestOrder + 2, 0.0);
  q[0] = 1;
  for (int n = 0; n < order; ++n) {
    std::vector<double> next(q.size(), 0.0);
    for (int power = 0; power <= kHighestOrder; ++power) {
      next[power] = (power + 1) * q[power + 1];
      if (power > 0) next[power] -= q[power - 1] / (sigma * sigma);
    }
    q = std::move(next);
  }
  return q;
}

}  // namespace

std::vector<double> gaussian_taps(double sigma, int order, double truncate) {
  const int64_t radius = checked_radius(sigma, truncate);
  require(0 <= order && order <= kHighestOrder, "gaussian: order is {}; expected 0 to {}", order,
          kHighestOrder);
  std::vector<double> right(radius + 1);  // samples at x = 0 .. radius
  double sum = 0;
  for (int64_t x = 0; x <= radius; ++x) {
    const double u = static_cast<double>(x) / sigma;
    right[x] = std::exp(-0.5 * u * u);
    sum += x == 0 ? right[x] : 2 * right[x];
  }
  const std::vector<double> q = derivative_polynomial(sigma, order);
  const double mirrored = order % 2 == 0 ? 1 : -1;
  std::vector<double> taps(2 * radius + 1);
  for (int64_t x = 0; x <= radius; ++x) {
    double polynomial = 0;
    for (size_t power = q.size(); power-- > 0;) polynomial = polynomial * x + q[power];
    // Correlation: the sample at +x meets the derivative at -x.
    const double tap = mirrored * polynomial * (right[x] / sum);
    taps[radius + x] = tap;
    taps[radius - x] = mirrored * tap;
  }
  return taps;
}

}  // namespace sepconv
