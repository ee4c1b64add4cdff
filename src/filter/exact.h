// Correct rounding: the few samples that doubles leave in doubt, decided without rounding error.
#pragma once

#include <vector>

#include "sepconv/filter.h"

namespace sepconv {

/// A sum of doubles and of products of doubles, kept without any rounding.
/// source     J. R. Shewchuk 1997, Adaptive Precision Floating-Point Arithmetic, GROW-EXPANSION
class ExactSum {
 public:
  void add(double value);
  void add_product(double a, double b);

  /// -1, 0 or 1.
  int sign() const;

 private:
  std::vector<double> parts_;  // non-overlapping, smallest first
};

/// Everything that the exact value of an output sample depends on.
struct ExactFilter {
  const Kernel& kernel;  // as correlated
  const FilterOptions& options;
  SampleType out_type = SampleType::u8;
  double doubt = 0;  // doubles may be this far from the exact value
};

/// A sample by its pixel, in image coordinates, and its channel.
struct SamplePlace {
  int64_t x = 0;
  int64_t y = 0;
  int channel = 0;
};

/// value, a double sum for the output sample at place, rounded to nearest, ties to even, as the
/// exact sum would be, and clamped to the output's type, an integer one.
double exact_level(const ExactFilter& filter, const ConstImageRef& in, const SamplePlace& place,
                   double value);

/// Rounds values (doubles of output row y from pixel x on, image coordinates) to nearest, ties to
/// even, as the exact sums would be, clamps them to the type of out and stores them there.
void store_exactly(const ExactFilter& filter, const ConstImageRef& in, const Rect& row,
                   const double* values, void* out);

}  // namespace sepconv
