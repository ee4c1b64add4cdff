// SVD of a kernel, nested for more than two axes, and the count of terms that an error allows.
#include "kernel/separate/low_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/separate/svd.h"

namespace sepconv::kernels {
namespace {

// Taken as rounding of the decomposition, as a part of the largest weight: some tens of epsilon.
constexpr double kRounding = 1e-14;

// A kernel whose sum is less than half its L1 norm is no blur, and its sum nothing to keep.
constexpr double kBlurSum = 0.5;

void append_terms(std::vector<double> taps, const std::vector<int64_t>& shape, double weight,
                  const Factors& outer_factors, std::vector<WeightedTerm>& terms) {
  if (shape.size() == 1) {
    Factors factors = outer_factors;
    factors.push_back(std::move(taps));
    terms.push_back({weight, std::move(factors)});
    return;
  }
  const size_t width = taps.size() / shape[0];
  const auto singular = singular_terms({std::move(taps), static_cast<size_t>(shape[0]), width});
  for (const SingularTerm& term : singular) {
    Factors factors = outer_factors;
    factors.push_back(term.left);
    append_terms(term.right, {shape.begin() + 1, shape.end()}, weight * term.value, factors, terms);
  }
}

Factors weighted(const WeightedTerm& term) {
  Factors factors = term.factors;
  for (double& tap : factors.back()) tap *= term.weight;
  return factors;
}

double sum_of(const std::vector<double>& taps) {
  long double sum = 0;
  for (const double tap : taps) sum += tap;
  return static_cast<double>(sum);
}

// norms[r]: the Frobenius norm of all terms from r on.
std::vector<double> tail_norms(const std::vector<WeightedTerm>& terms) {
  std::vector<double> norms(terms.size() + 1, 0.0);
  for (size_t r = terms.size(); r-- > 0;) norms[r] = std::hypot(norms[r + 1], terms[r].weight);
  return norms;
}

// Grows an approximation term by term, and knows its scale and bound at each count.
class Growing {
 public:
  Growing(const std::vector<double>& taps, const std::vector<WeightedTerm>& terms, bool keep_sum)
      : taps_(taps), terms_(terms), tails_(tail_norms(terms)), dense_(taps.size(), 0.0) {
    long double l1 = 0;
    for (const double tap : taps) l1 += std::abs(tap);
    sum_ = sum_of(taps);
    keep_sum_ = keep_sum && std::abs(sum_) >= kBlurSum * l1;
  }

  void add_next() { add_outer_product(weighted(terms_[count_++]), dense_); }
  double tail() const { return tails_[count_]; }

  Truncation here() const {
    const double scale = sum_scale();
    // What is left out and what is kept are orthogonal; only the latter is stretched.
    const double bound = std::hypot(tails_[count_], (1 - scale) * tails_[0]);
    return {count_, scale, bound + kRounding * tails_[0], false};
  }

  Residual residual() const { return measure(taps_, dense_, sum_scale()); }

 private:
  // A term or two may sum to far less than the kernel; stretching them would only add error.
  double sum_scale() const {
    if (!keep_sum_) return 1;
    const double scale = sum_ / sum_of(dense_);
    return scale > 0.5 && scale < 2 ? scale : 1;
  }

  const std::vector<double>& taps_;
  const std::vector<WeightedTerm>& terms_;
  std::vector<double> tails_;
  std::vector<double> dense_;
  size_t count_ = 0;
  double sum_ = 0;
  bool keep_sum_ = false;
};

}  // namespace

OrthogonalTerms orthogonal_terms(const std::vector<double>& taps,
                                 const std::vector<int64_t>& shape) {
  OrthogonalTerms result;
  const size_t height = shape[0], width = taps.size() / height;
  for (const SingularTerm& term : singular_terms({taps, height, width})) {
    result.spectrum.push_back(term.value);
    append_terms(term.right, {shape.begin() + 1, shape.end()}, term.value, {term.left},
                 result.terms);
  }
  auto& terms = result.terms;
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  const double rounding = std::numeric_limits<double>::epsilon() * terms.front().weight;
  while (terms.back().weight <= rounding) terms.pop_back();
  return result;
}

Truncation fewest_terms(const std::vector<double>& taps, const std::vector<WeightedTerm>& terms,
                        const Limit& limit, bool keep_sum) {
  Growing growing(taps, terms, keep_sum);
  // The Frobenius norm is at most the L1 norm and at most sqrt(taps) times the largest: while the
  // tail is longer than both allow there is no need to measure.
  const double longest = std::max(limit.l1, limit.largest * std::sqrt(taps.size())) * 1.001;
  for (size_t r = 0; r < terms.size(); ++r) {
    growing.add_next();
    if (growing.tail() > longest + kRounding * terms[0].weight) continue;
    if (!limit.holds(growing.residual())) continue;
    Truncation truncation = growing.here();
    truncation.holds = true;
    return truncation;
  }
  return growing.here();
}

Truncation first_terms(const std::vector<double>& taps, const std::vector<WeightedTerm>& terms,
                       size_t count, bool keep_sum) {
  Growing growing(taps, terms, keep_sum);
  for (size_t r = 0; r < std::min(count, terms.size()); ++r) growing.add_next();
  return growing.here();
}

}  // namespace sepconv::kernels
