// The poles, the least-squares weights and the proof of how far they are from the taps.
#include "kernel/gaussian/recursive_fit.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace sepconv::kernels {
namespace {

using Complex = std::complex<double>;

// lambda of the poles exp(-lambda / sigma): those whose exponentials come nearest, in the
// least-squares sense, to the right half of the continuous Gaussian derivative of that order, found
// by variable projection (docs/decisions/010-recursive-gaussians.md). For two pairs and order 0
// they are the constants of R. Deriche 1993, Recursively implementing the Gaussian and its
// derivatives.
constexpr int kOrders = 5;
const Complex kLambdas[kMostPolePairs][kOrders][kMostPolePairs] = {
    {{{1.25997, 0.84485}},
     {{0.93380, 0.94587}},
     {{0.61344, 1.33218}},
     {{0.78284, 1.79759}},
     {{0.63022, 1.91296}}},
    {{{1.78319, 0.63181}, {1.72283, 1.99693}},
     {{1.52676, 0.67191}, {1.51597, 2.07190}},
     {{1.24022, 0.74799}, {1.31381, 2.16560}},
     {{0.92750, 0.93182}, {1.11933, 2.29224}},
     {{1.04977, 2.80548}, {0.90807, 1.53757}}},
    {{{2.18077, 0.52651}, {2.14964, 1.61585}, {2.07719, 2.85623}},
     {{1.96721, 0.54838}, {1.95973, 1.66761}, {1.91379, 2.91947}},
     {{1.73298, 0.58230}, {1.76615, 1.73412}, {1.75298, 2.99098}},
     {{1.47188, 0.64094}, {1.57307, 1.81856}, {1.59682, 3.07046}},
     {{1.18065, 0.76119}, {1.38483, 1.92623}, {1.44639, 3.15981}}},
    {{{2.51553, 0.46084}, {2.49564, 1.40039}, {2.45266, 2.40348}, {2.37609, 3.56944}},
     {{2.32965, 0.47492}, {2.32243, 1.43724}, {2.29681, 2.45338}, {2.23722, 3.62506}},
     {{2.12974, 0.49446}, {2.14302, 1.48391}, {2.14028, 2.51126}, {2.09989, 3.68563}},
     {{1.91180, 0.52330}, {1.95876, 1.54341}, {1.98478, 2.57774}, {1.96510, 3.75094}},
     {{1.67019, 0.56995}, {1.77251, 1.61901}, {1.83223, 2.65301}, {1.83375, 3.82057}}}};

// Exponentials have died away this many sigma beyond the last tap; the fit looks no further.
constexpr double kFittedBeyond = 10;

// Samples a sigma that the fit looks at; the curves are smooth, and more change nothing.
constexpr double kFittedPerSigma = 32;

// Not inlined: GCC 12 vectorises loops over it and loses the conversion of an odd last element
// (tests/kernel/gaussian/recursive_fit_test.cc looks at three).
[[gnu::noinline]] double stored(double value, bool in_double) {
  return in_double ? value : static_cast<double>(static_cast<float>(value));
}
Complex stored(Complex value, bool in_double) {
  return {stored(value.real(), in_double), stored(value.imag(), in_double)};
}

// The right half of odd or even taps, the middle first.
std::vector<double> right_half(const std::vector<double>& taps) {
  return {taps.begin() + static_cast<int64_t>(taps.size()) / 2, taps.end()};
}

// Weights by least squares over samples of the right half, and one more equation for even taps:
// what the sums of both halves leave to the center shall be near the center's tap.
std::vector<Complex> fit_weights(const std::vector<double>& right,
                                 const std::vector<Complex>& poles, const FitRequest& request) {
  const auto pairs = static_cast<int64_t>(poles.size());
  const auto step = std::max<int64_t>(1, std::lround(request.sigma / kFittedPerSigma));
  const auto end = static_cast<int64_t>(right.size() + kFittedBeyond * request.sigma) + 8;
  const int64_t samples = (end + step - 2) / step;
  Eigen::MatrixXd basis(samples + 1, 2 * pairs);
  Eigen::VectorXd wanted(samples + 1);
  const double importance = std::sqrt(static_cast<double>(step));
  for (int64_t row = 0; row < samples; ++row) {
    const int64_t n = 1 + row * step;
    const bool has_tap = n < static_cast<int64_t>(right.size());
    wanted(row) = importance * (has_tap ? right[n] : 0.0);
    for (int64_t k = 0; k < pairs; ++k) {
      const double power = static_cast<double>(n - 1);
      const Complex value =
          std::polar(std::pow(std::abs(poles[k]), power), std::arg(poles[k]) * power);
      basis(row, 2 * k) = importance * value.real();
      basis(row, 2 * k + 1) = -importance * value.imag();
    }
  }
  const bool is_odd = request.order % 2 != 0;
  wanted(samples) = is_odd ? 0.0 : 2 * std::accumulate(right.begin() + 1, right.end(), 0.0);
  for (int64_t k = 0; k < pairs; ++k) {
    const Complex sum = is_odd ? 0.0 : 2.0 / (1.0 - poles[k]);
    basis(samples, 2 * k) = sum.real();
    basis(samples, 2 * k + 1) = -sum.imag();
  }
  const Eigen::VectorXd fitted = basis.colPivHouseholderQr().solve(wanted);
  std::vector<Complex> weights(pairs);
  for (int64_t k = 0; k < pairs; ++k) {
    weights[k] = stored(Complex(fitted(2 * k), fitted(2 * k + 1)), request.in_double);
  }
  return weights;
}

// sum over n >= 1 of |Re(sum weight pole^(n-1)) - right[n]|: added up until what the exponentials
// have left, a geometric series, is nothing beside it; and what rounding adds to such a sum.
double half_distance(const RecursiveResponse& response, const std::vector<double>& right) {
  double norm = 0, remaining = 0, rounding = 0;
  for (const double tap : right) norm += std::abs(tap);
  for (size_t k = 0; k < response.poles.size(); ++k) {
    const double gain = 1 / (1 - std::abs(response.poles[k]));
    remaining += std::abs(response.weights[k]) * gain;
    // Powers are products of up to n factors, off by 4 units each; then they are weighted and
    // added.
    rounding += std::abs(response.weights[k]) * (4 * gain + 16) * gain * 0x1p-53;
  }
  std::vector<Complex> powers(response.weights);
  double distance = 0;
  const auto taps = static_cast<int64_t>(right.size());
  for (int64_t n = 1; n < taps || remaining > 1e-9 * distance + 1e-18 * norm; ++n) {
    double value = n < taps ? -right[n] : 0.0;
    remaining = 0;
    for (size_t k = 0; k < powers.size(); ++k) {
      value += powers[k].real();
      powers[k] *= response.poles[k];
      remaining += std::abs(powers[k]) / (1 - std::abs(response.poles[k]));
    }
    distance += std::abs(value);
  }
  return distance + remaining + rounding;
}

}  // namespace

RecursiveResponse fit_recursive(const std::vector<double>& taps, const FitRequest& request) {
  const std::vector<double> right = right_half(taps);
  RecursiveResponse response;
  response.is_odd = request.order % 2 != 0;
  for (int k = 0; k < request.pole_pairs; ++k) {
    const Complex lambda = kLambdas[request.pole_pairs - 1][request.order][k];
    response.poles.push_back(stored(std::exp(-lambda / request.sigma), request.in_double));
  }
  response.weights = fit_weights(right, response.poles, request);
  if (!response.is_odd) {
    double sum = right[0];
    for (size_t x = 1; x < right.size(); ++x) sum += 2 * right[x];
    for (size_t k = 0; k < response.poles.size(); ++k) {
      sum -= 2 * (response.weights[k] / (1.0 - response.poles[k])).real();
    }
    response.center = stored(sum, request.in_double);
  }
  response.l1_distance = 2 * half_distance(response, right) + std::abs(response.center - right[0]);
  return response;
}

}  // namespace sepconv::kernels
