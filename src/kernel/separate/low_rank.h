// Kernels as sums of orthogonal outer products, best first, and how many of them are needed.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/outer.h"
#include "kernel/separate/factors.h"

namespace sepconv::kernels {

/// weight times an outer product of factors of length one.
struct WeightedTerm {
  double weight = 0;
  Factors factors;
};

/// A kernel as a sum of mutually orthogonal terms, largest weight first, so that the Frobenius
/// norm of what the first r leave is the root of the sum of the other weights squared. For two
/// axes this is the SVD, and the first r terms are the best that r can do (Eckart and Young). With
/// more axes it is the SVD of the first unfolding, each right vector decomposed in its turn: the
/// bound stays exact, but other sums of r terms may do better.
struct OrthogonalTerms {
  std::vector<WeightedTerm> terms;
  std::vector<double> spectrum;  // singular values of the first unfolding
};

OrthogonalTerms orthogonal_terms(const std::vector<double>& taps,
                                 const std::vector<int64_t>& shape);

/// When a residual is small enough: each of its taps, or their sum.
struct Limit {
  double largest = 0;
  double l1 = 0;

  bool holds(const Residual& residual) const {
    return residual.largest <= largest || residual.l1 <= l1;
  }
};

/// The first count terms, times scale, as an approximation of the taps.
struct Truncation {
  size_t count = 0;
  double scale = 1;
  double bound_frobenius = 0;  // of what is left out; rounding of the decomposition included
  bool holds = false;          // the limit was met
};

/// The fewest terms with which the measured residual meets the limit; all of them where none do.
/// keep_sum   the approximation is scaled to the sum of the taps, so that a blur stays one
Truncation fewest_terms(const std::vector<double>& taps, const std::vector<WeightedTerm>& terms,
                        const Limit& limit, bool keep_sum);

/// The first count terms, with the scale and bound that fewest_terms would give them.
Truncation first_terms(const std::vector<double>& taps, const std::vector<WeightedTerm>& terms,
                       size_t count, bool keep_sum);

}  // namespace sepconv::kernels
