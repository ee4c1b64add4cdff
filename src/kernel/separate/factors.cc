// Tidying of factors: symmetry to the bit, signs as a person writes them, shared scale.
#include "kernel/separate/factors.h"

#include <algorithm>
#include <cmath>

namespace sepconv::kernels {
namespace {

// Rounding of an SVD leaves about 1e-15; a true asymmetry that small is below any tolerance.
constexpr double kSymmetryRounding = 1e-13;

// A sum below this part of the L1 norm is taken for rounding of a zero sum.
constexpr long double kZeroSum = 1e-9L;

long double sum_of(const std::vector<double>& factor) {
  long double sum = 0;
  for (const double tap : factor) sum += tap;
  return sum;
}

long double l1_of(const std::vector<double>& factor) {
  long double sum = 0;
  for (const double tap : factor) sum += std::abs(tap);
  return sum;
}

bool sums_to_zero(const std::vector<double>& factor) {
  return std::abs(sum_of(factor)) <= kZeroSum * l1_of(factor);
}

double last_nonzero(const std::vector<double>& factor) {
  const auto tap = std::find_if(factor.rbegin(), factor.rend(), [](double t) { return t != 0; });
  return tap == factor.rend() ? 0 : *tap;
}

// How well a factor bears a minus sign: a mean never, a derivative best.
int sign_bearing(const std::vector<double>& factor) {
  if (sums_to_zero(factor)) return 2;
  const bool up = std::any_of(factor.begin(), factor.end(), [](double t) { return t > 0; });
  const bool down = std::any_of(factor.begin(), factor.end(), [](double t) { return t < 0; });
  return up && down ? 1 : 0;
}

bool is_negative(const std::vector<double>& factor) {
  return (sums_to_zero(factor) ? last_nonzero(factor) : sum_of(factor)) < 0;
}

// Zeros stay positive zeros, which print without a sign.
void negate(std::vector<double>& factor) {
  for (double& tap : factor) tap = tap == 0 ? 0 : -tap;
}

void multiply(std::vector<double>& factor, long double by) {
  for (double& tap : factor) tap = static_cast<double>(tap * by);
}

// The magnitude that the sum or norm of each factor shall have so that all have one magnitude.
long double shared_magnitude(long double product, size_t count) {
  if (count == 1) return product;
  return count == 2 ? std::sqrt(product) : std::pow(product, 1.0L / count);
}

// Scales the chosen factors to equal sums or norms whose product takes up scale.
void share_scale(Factors& factors, const std::vector<size_t>& chosen, long double scale,
                 long double (*size_of)(const std::vector<double>&)) {
  std::vector<long double> sizes;
  long double product = scale;
  for (const size_t a : chosen) {
    sizes.push_back(std::abs(size_of(factors[a])));
    product *= sizes.back();
  }
  const long double magnitude = shared_magnitude(product, chosen.size());
  for (size_t i = 0; i < chosen.size(); ++i) multiply(factors[chosen[i]], magnitude / sizes[i]);
}

}  // namespace

Residual measure(const std::vector<double>& taps, const std::vector<double>& approximation,
                 double scale) {
  long double l1 = 0, squares = 0;
  double largest = 0;
  for (size_t i = 0; i < taps.size(); ++i) {
    const double difference = std::abs(taps[i] - scale * approximation[i]);
    l1 += difference;
    squares += static_cast<long double>(difference) * difference;
    largest = std::max(largest, difference);
  }
  return {static_cast<double>(l1), static_cast<double>(std::sqrt(squares)), largest};
}

void clean_symmetry(std::vector<double>& factor) {
  const Symmetry symmetry = symmetry_of(factor, kSymmetryRounding);
  if (symmetry == Symmetry::none) return;
  const double sign = symmetry == Symmetry::antisymmetric ? -1 : 1;
  for (size_t i = 0, j = factor.size() - 1; i <= j; ++i, --j) {
    const double mean = (factor[i] + sign * factor[j]) / 2;
    factor[j] = sign * mean;
    factor[i] = mean;
    if (i == j && sign < 0) factor[i] = 0;
    if (j == 0) break;
  }
  if (symmetry == Symmetry::constant) {
    const double mean = static_cast<double>(sum_of(factor) / factor.size());
    std::fill(factor.begin(), factor.end(), mean);
  }
}

void choose_signs(Factors& factors) {
  size_t carrier = 0;
  for (size_t a = 1; a < factors.size(); ++a) {
    if (sign_bearing(factors[a]) >= sign_bearing(factors[carrier])) carrier = a;
  }
  bool negative = false;
  for (size_t a = 0; a < factors.size(); ++a) {
    if (!is_negative(factors[a])) continue;
    negate(factors[a]);
    negative = !negative;
  }
  if (negative) negate(factors[carrier]);
}

void balance(Factors& factors, long double scale, Balance how) {
  if (scale < 0) negate(factors.back());
  scale = std::abs(scale);
  std::vector<size_t> every, of_zero_sum;
  for (size_t a = 0; a < factors.size(); ++a) {
    every.push_back(a);
    if (sums_to_zero(factors[a])) of_zero_sum.push_back(a);
  }
  if (how == Balance::by_norm) {
    share_scale(factors, every, scale, l1_of);
  } else if (of_zero_sum.empty()) {
    share_scale(factors, every, scale, sum_of);
  } else {
    for (auto& factor : factors) {
      if (sums_to_zero(factor)) continue;
      const long double sum = std::abs(sum_of(factor));
      multiply(factor, 1 / sum);
      scale *= sum;
    }
    share_scale(factors, of_zero_sum, scale, l1_of);
  }
  choose_signs(factors);
}

SeparableTerm make_term(Factors factors) {
  SeparableTerm term;
  for (const auto& factor : factors) term.symmetry.push_back(symmetry_of(factor));
  term.factors = std::move(factors);
  return term;
}

}  // namespace sepconv::kernels

namespace sepconv {

Symmetry symmetry_of(const std::vector<double>& taps, double tolerance) {
  double largest = 0;
  for (const double tap : taps) largest = std::max(largest, std::abs(tap));
  const double slack = tolerance * largest;
  bool constant = true, symmetric = true, antisymmetric = true;
  for (size_t i = 0; i < taps.size(); ++i) {
    const double tap = taps[i], mirrored = taps[taps.size() - 1 - i];
    constant = constant && std::abs(tap - taps[0]) <= slack;
    symmetric = symmetric && std::abs(tap - mirrored) <= slack;
    antisymmetric = antisymmetric && std::abs(tap + mirrored) <= slack;
  }
  if (constant) return Symmetry::constant;
  if (symmetric) return Symmetry::symmetric;
  return antisymmetric ? Symmetry::antisymmetric : Symmetry::none;
}

}  // namespace sepconv
