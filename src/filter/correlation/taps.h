// The taps of a correlation in the order of their sums.
#pragma once

#include <cstdint>
#include <vector>

#include "sepconv/correlation.h"
#include "simd/taps/taps.h"

namespace sepconv {

/// Taps in the order of their sums. Samples are counted by index into the kernel's taps.
struct OrderedTaps {
  std::vector<simd::TapRun> runs;
  double start = 0;
  double divisor = 1;  // of the sum, for kernels whose integers are summed
  std::vector<double> taps;
  std::vector<int64_t> samples;
  std::vector<int64_t> partners;  // one a sample: of sums and differences the other one, or itself

  /// Samples that an output is made of.
  int64_t samples_read() const;
  /// The sum of the magnitudes of taps, over all samples read.
  double l1_norm() const;
};

/// Taps in the order asked for: those of kernel, or its integers.
/// errors     InvalidArgument: in_pairs of a kernel of more than one axis
OrderedTaps order_taps(const Kernel& kernel, TapOrder order, bool are_integers);

}  // namespace sepconv
