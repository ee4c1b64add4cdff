// The filter, written to be believed: a double sum per sample, no planning, no vectors, no strips.
// Tests, benchmarks and `sepconv verify` hold every fast way against it.
#pragma once

#include <cstdint>
#include <vector>

#include "sepconv/filter.h"

namespace sepconv::reference {

/// The sample at (x, y, c) of in, in double; outside the image what the border says.
double sample_at(const ConstImageRef& in, int64_t x, int64_t y, int c, Border border,
                 double border_value);

/// Exact values before rounding to the output type: scale * sum + offset, at every sample of the
/// roi (or the whole image), rows packed, channels interleaved.
std::vector<double> filter(const ConstImageRef& in, const Kernel& kernel,
                           const FilterOptions& options);

/// value as a sample of type: integers rounded to nearest, ties to even, and clamped.
double round_to(SampleType type, double value);

}  // namespace sepconv::reference
