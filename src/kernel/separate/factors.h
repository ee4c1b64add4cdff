// What every way to separate ends with: factors made tidy, and the residual measured.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/outer.h"
#include "sepconv/separation.h"

namespace sepconv::kernels {

/// How far a dense approximation is from the taps.
struct Residual {
  double l1 = 0;
  double frobenius = 0;
  double largest = 0;
};

/// Of taps - scale * approximation.
Residual measure(const std::vector<double>& taps, const std::vector<double>& approximation,
                 double scale = 1.0);

/// Where a factor is symmetric, antisymmetric or constant up to rounding, makes it so to the bit.
void clean_symmetry(std::vector<double>& factor);

/// Gives each factor the sign a person writes: sum positive; where the sum is zero, last tap
/// positive. A minus sign that is left over goes to the last factor of zero sum, else to the last
/// of mixed signs, else to the last.
void choose_signs(Factors& factors);

/// How the scale of an outer product is shared among its factors.
enum class Balance {
  by_sum,   // sums of one magnitude; where the product's sum is zero, smoothing factors sum to one
  by_norm,  // L1 norms of one magnitude: for the terms of a sum, whose own sums mean little
};

/// Rescales the factors so that their outer product is multiplied by scale, and chooses signs.
void balance(Factors& factors, long double scale, Balance how);

/// The term of these factors, with the symmetry of each.
SeparableTerm make_term(Factors factors);

}  // namespace sepconv::kernels
