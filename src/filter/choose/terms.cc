// Terms from kernels and separations.
#include "filter/choose/terms.h"

#include <cmath>

namespace sepconv {

double sum_of(const std::vector<double>& taps) {
  double sum = 0;
  for (const double tap : taps) sum += tap;
  return sum;
}

double sum_of_magnitudes(const std::vector<double>& taps) {
  double sum = 0;
  for (const double tap : taps) sum += std::abs(tap);
  return sum;
}

double FilterTerms::gain() const {
  double gain = 0;
  for (const FilterTerm& term : terms) {
    const double column = is_direct() ? 1.0 : sum_of_magnitudes(term.column);
    gain += column * sum_of_magnitudes(term.row);
  }
  return gain;
}

double FilterTerms::tap_sum() const {
  double sum = 0;
  for (const FilterTerm& term : terms) {
    sum += (is_direct() ? 1.0 : sum_of(term.column)) * sum_of(term.row);
  }
  return sum;
}

FilterTerms direct_terms(const Kernel& kernel) {
  const int64_t height = kernel.shape()[0], width = kernel.shape()[1];
  FilterTerms result{Method::direct, {}, kernel.is_integer(), 1.0, 0.0};
  if (kernel.is_integer()) result.divisor = static_cast<double>(kernel.divisor());
  for (int64_t y = 0; y < height; ++y) {
    FilterTerm term;
    for (int64_t i = y * width; i < (y + 1) * width; ++i) {
      term.row.push_back(kernel.is_integer() ? static_cast<double>(kernel.integers()[i])
                                             : kernel.taps()[i]);
    }
    result.terms.push_back(std::move(term));
  }
  return result;
}

FilterTerms separated_terms(const Separation& separation) {
  const Method method = separation.terms.size() == 1 ? Method::separable : Method::low_rank;
  FilterTerms result{method,
                     {},
                     separation.integer,
                     static_cast<double>(separation.divisor),
                     separation.residual_l1};
  for (const SeparableTerm& term : separation.terms) {
    result.terms.push_back({term.factors[0], term.factors[1]});
  }
  return result;
}

}  // namespace sepconv
