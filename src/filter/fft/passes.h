// What one line transform is made of: its passes, the operations they take and the rounding errors
// they make. Tilings are chosen and error bounds stated from these figures.
#pragma once

#include <cstdint>
#include <vector>

namespace sepconv {

/// The radices that kissfft takes a line apart with, largest groups first: fours, then 2, 3 and 5.
/// size is a product of 2, 3 and 5.
std::vector<int> transform_passes(int64_t size);

/// Real operations of a transform of complex values; changes of sign are not counted.
struct LineOperations {
  int64_t multiplications = 0;
  int64_t additions = 0;
};
LineOperations line_operations(int64_t size);

/// What its time is in proportion to, within a tenth from 20 to 1024 values: kissfft goes down to
/// its last pass group by group, and a group costs about the same in every pass.
int64_t line_steps(int64_t size);

/// How far rounding may put a transform off, in units of 2^-53 (second order left out).
/// source     after N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section
///            24.1, with the operations of each pass counted; docs/decisions/011-fourier-tiles.md
struct LineErrors {
  double in_norm = 0;   // || error ||_2 / || result ||_2
  double in_value = 0;  // |error| of any value / sum of |input|
};
LineErrors line_errors(int64_t size);

}  // namespace sepconv
