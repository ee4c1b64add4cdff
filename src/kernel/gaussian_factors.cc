// 1-D Gaussian factors: sampled, normalised, and made exact on polynomials where they derive.
#include "kernel/gaussian_factors.h"

#include <algorithm>
#include <cmath>

namespace sepconv::kernels {
namespace {

using Reals = std::vector<long double>;

// Below this the sample beside the middle is under 2 % of it and the next under 2e-8: narrower
// Gaussians derive as finite differences do, and orthogonality would be lost in rounding.
constexpr double kNarrowestDerived = 1.0 / 3.0;

// <a, b> under the weights of a half line, x = 0 counted once and every other x twice.
long double weighted_dot(const Reals& weights, const Reals& a, const Reals& b) {
  long double sum = 0;
  for (size_t x = 0; x < weights.size(); ++x) sum += (x == 0 ? 1 : 2) * weights[x] * a[x] * b[x];
  return sum;
}

// The monic polynomial of the order, on x = 0 .. radius in units of sigma, that the weights make
// orthogonal to all lower ones: Stieltjes' recurrence for an even weight.
Reals orthogonal_polynomial(const Reals& weights, const Reals& u, int order) {
  Reals before(u.size(), 0), current(u.size(), 1);
  long double norm_before = 0;
  for (int n = 0; n < order; ++n) {
    const long double norm = weighted_dot(weights, current, current);
    const long double ratio = n == 0 ? 0 : norm / norm_before;
    Reals next(u.size());
    for (size_t x = 0; x < u.size(); ++x) next[x] = u[x] * current[x] - ratio * before[x];
    before = std::move(current);
    current = std::move(next);
    norm_before = norm;
  }
  return current;
}

long double factorial(int n) { return n <= 1 ? 1 : n * factorial(n - 1); }

}  // namespace

std::vector<double> gaussian_factor(int64_t size, double sigma) {
  // Even windows have no middle sample. Measuring from the nearest one leaves the quotients of
  // samples as they are, and lets no sigma make all of them zero.
  const long double nearest = size % 2 == 0 ? 0.5L : 0.0L;
  Reals samples(size);
  long double sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    const long double x = std::abs(2 * i - (size - 1)) / 2.0L;
    samples[i] = std::exp(-(x - nearest) * (x + nearest) / sigma / sigma / 2);
    sum += samples[i];
  }
  std::vector<double> taps(size);
  for (int64_t i = 0; i < size; ++i) taps[i] = static_cast<double>(samples[i] / sum);
  return taps;
}

std::vector<double> gaussian_derivative_factor(int64_t radius, double sigma, int order) {
  const long double width = std::max(sigma, kNarrowestDerived);
  Reals u(radius + 1), weights(radius + 1), power(radius + 1);
  for (int64_t x = 0; x <= radius; ++x) {
    u[x] = x / width;
    weights[x] = std::exp(-0.5L * u[x] * u[x]);
    power[x] = std::pow(static_cast<long double>(x), order);
  }
  const Reals polynomial = orthogonal_polynomial(weights, u, order);
  const long double scale = factorial(order) / weighted_dot(weights, polynomial, power);
  const double sign = order % 2 == 0 ? 1 : -1;
  std::vector<double> taps(2 * radius + 1);
  for (int64_t x = 0; x <= radius; ++x) {
    const double tap = static_cast<double>(scale * weights[x] * polynomial[x]);
    taps[radius - x] = sign * tap;
    taps[radius + x] = tap;
  }
  return taps;
}

}  // namespace sepconv::kernels
