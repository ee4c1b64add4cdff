// separate(): integers first, then one outer product, then a sum of them; and the residual of what
// was found, measured on the factors as they are returned.
#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "kernel/separate/exact_rank1.h"
#include "kernel/separate/factors.h"
#include "kernel/separate/integer_terms.h"
#include "kernel/separate/low_rank.h"
#include "sepconv/separation.h"

namespace sepconv {
namespace {

using kernels::Balance;
using kernels::Factors;
using kernels::Limit;
using kernels::OrthogonalTerms;
using kernels::Truncation;

// Rounding of returned factors, as a part of the kernel's L1 norm: an error budget keeps it aside.
constexpr double kRounding = 1e-14;

// The taps times 2^-exponent, the largest between 1/2 and 1: squares neither overflow nor vanish.
struct ScaledTaps {
  std::vector<double> taps;
  int exponent = 0;
  double largest = 0;
};

ScaledTaps scaled(const Kernel& kernel) {
  double largest = 0;
  for (const double tap : kernel.taps()) largest = std::max(largest, std::abs(tap));
  ScaledTaps result{kernel.taps(), 0, 0};
  result.largest = std::frexp(largest, &result.exponent);
  for (double& tap : result.taps) tap = std::ldexp(tap, -result.exponent);
  return result;
}

void check(const SeparateOptions& options) {
  require(options.max_error >= 0, "separate: max_error is {}; expected 0 or more",
          options.max_error);
  require(options.tolerance >= 0 && options.tolerance < 1,
          "separate: tolerance is {}; expected 0 or more, and less than 1", options.tolerance);
  require(!options.rank || *options.rank >= 1, "separate: rank is {}; expected 1 or more",
          options.rank.value_or(1));
}

// One kernel on its way: the decomposition is made once, when it is first needed.
class Separator {
 public:
  Separator(const Kernel& kernel, const SeparateOptions& options)
      : kernel_(kernel), options_(options), scaled_(scaled(kernel)) {}

  Separation run() {
    if (scaled_.largest == 0) return of_zeros();
    Separation exact = exactly();
    if (options_.rank) {
      const size_t wanted = *options_.rank;
      return exact.terms.size() <= wanted ? exact : approximated(exact, of_rank(wanted));
    }
    const double budget = options_.max_error - kRounding * kernel_.l1_norm();
    if (budget <= 0 || exact.terms.size() == 1) return exact;
    const Truncation truncation = within(budget);
    const bool saves = truncation.holds && truncation.count < exact.terms.size();
    return saves ? approximated(exact, truncation) : exact;
  }

 private:
  Separation of_zeros() {
    Factors zeros;
    for (const int64_t size : kernel_.shape()) zeros.emplace_back(size, 0.0);
    Separation result = with_integers({zeros});
    result.rank = 0;
    result.integer = kernel_.is_integer();
    return result;
  }

  Separation exactly() {
    if (kernel_.is_integer()) {
      if (auto terms = kernels::integer_terms(kernel_.integers(), kernel_.shape())) {
        return with_integers(std::move(*terms));
      }
    }
    if (auto factors = kernels::rank1_factors(scaled_.taps, kernel_.shape(), options_.tolerance)) {
      return with_one_term(std::move(*factors));
    }
    const Limit limit{options_.tolerance * scaled_.largest, 0};
    const Truncation all = fewest_terms(scaled_.taps, orthogonal().terms, limit, false);
    Separation result = truncated(all);
    result.rank = static_cast<int>(all.count);
    return result;
  }

  Separation without_terms() const {
    Separation result;
    result.shape = kernel_.shape();
    return result;
  }

  Separation with_integers(std::vector<Factors> terms) {
    Separation result = without_terms();
    for (Factors& factors : terms) result.terms.push_back(kernels::make_term(std::move(factors)));
    result.rank = static_cast<int>(terms.size());
    result.integer = true;
    result.divisor = kernel_.divisor();
    if (terms.size() > 1) result.spectrum = spectrum();
    return measured(std::move(result));
  }

  Separation with_one_term(Factors factors) {
    kernels::balance(factors, std::ldexp(1.0L, scaled_.exponent), Balance::by_sum);
    Separation result = without_terms();
    result.rank = 1;
    result.terms.push_back(kernels::make_term(std::move(factors)));
    // The guarantee of the test: each tap within the tolerance, and the rounding of the factors.
    const double per_tap = (options_.tolerance + kRounding) * scaled_.largest;
    result.bound_frobenius = std::ldexp(per_tap * std::sqrt(kernel_.tap_count()), scaled_.exponent);
    return measured(std::move(result));
  }

  // The first terms of the decomposition, as many as the truncation says.
  Separation truncated(const Truncation& truncation) {
    Separation result = without_terms();
    const Balance how = truncation.count == 1 ? Balance::by_sum : Balance::by_norm;
    for (size_t i = 0; i < truncation.count; ++i) {
      const auto& [weight, unit_factors] = orthogonal().terms[i];
      Factors factors = unit_factors;
      for (auto& factor : factors) kernels::clean_symmetry(factor);
      const long double scale = static_cast<long double>(weight) * truncation.scale;
      kernels::balance(factors, std::ldexp(scale, scaled_.exponent), how);
      result.terms.push_back(kernels::make_term(std::move(factors)));
    }
    result.spectrum = spectrum();
    result.bound_frobenius = std::ldexp(truncation.bound_frobenius, scaled_.exponent);
    return measured(std::move(result));
  }

  Separation approximated(const Separation& exact, const Truncation& truncation) {
    Separation result = truncated(truncation);
    result.rank = exact.rank;
    return result;
  }

  Truncation of_rank(size_t count) {
    return first_terms(scaled_.taps, orthogonal().terms, count, true);
  }

  Truncation within(double budget) {
    const Limit limit{0, std::ldexp(budget, -scaled_.exponent)};
    return fewest_terms(scaled_.taps, orthogonal().terms, limit, true);
  }

  Separation measured(Separation result) const {
    const auto residual = kernels::measure(kernel_.taps(), result.reconstruct());
    const double largest = std::ldexp(scaled_.largest, scaled_.exponent);
    result.residual_l1 = residual.l1;
    result.residual_frobenius = residual.frobenius;
    result.exact = residual.largest <= options_.tolerance * largest;
    if (result.spectrum.empty())
      result.spectrum = {kernels::measure(kernel_.taps(), zeros()).frobenius};
    return result;
  }

  std::vector<double> zeros() const { return std::vector<double>(kernel_.tap_count(), 0.0); }

  std::vector<double> spectrum() {
    std::vector<double> values = orthogonal().spectrum;
    for (double& value : values) value = std::ldexp(value, scaled_.exponent);
    return values;
  }

  const OrthogonalTerms& orthogonal() {
    if (orthogonal_.terms.empty()) {
      orthogonal_ = kernels::orthogonal_terms(scaled_.taps, kernel_.shape());
    }
    return orthogonal_;
  }

  const Kernel& kernel_;
  const SeparateOptions& options_;
  ScaledTaps scaled_;
  OrthogonalTerms orthogonal_;
};

}  // namespace

std::vector<double> Separation::reconstruct() const {
  size_t count = 1;
  for (const int64_t size : shape) count *= size;
  std::vector<double> taps(count, 0.0);
  for (const SeparableTerm& term : terms) kernels::add_outer_product(term.factors, taps);
  for (double& tap : taps) tap /= static_cast<double>(divisor);
  return taps;
}

Separation separate(const Kernel& kernel, const SeparateOptions& options) {
  check(options);
  return Separator(kernel, options).run();
}

}  // namespace sepconv
