// The proven worst case |output - exact value| of a way to compute a filter.
#pragma once

#include "filter/choose/arithmetic.h"

namespace sepconv {

/// The unit roundoff of sums: half a unit in the last place, relative.
constexpr double unit_of(bool in_double) { return in_double ? 0x1p-53 : 0x1p-24; }

/// units      those of the output (levels for integer types, whose final rounding of 0.5 is
///            included); for float inputs up to spec.largest_float. Underflow is not counted.
/// source     N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1:
///            a sum of n products is off by at most gamma(n) = n u / (1 - n u) of its magnitudes
double error_bound(const FilterTerms& terms, const SampleSpec& spec,
                   const ArithmeticChoice& choice);

/// The same from what sums may be off by before they are rounded to the output type.
double output_error_bound(double sums, const FilterTerms& terms, const SampleSpec& spec,
                          const ArithmeticChoice& choice);

/// The part that the arithmetic adds before the final rounding to the output type.
double sum_error_bound(const FilterTerms& terms, const SampleSpec& spec,
                       const ArithmeticChoice& choice);

}  // namespace sepconv
