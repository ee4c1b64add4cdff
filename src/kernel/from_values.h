// Numbers read from text or a file as a kernel, an integer one where they are all whole.
#pragma once

#include <cstdint>
#include <vector>

#include "sepconv/kernel.h"

namespace sepconv::kernels {

/// taps = values / divisor. Whole values up to 2^53 make an integer kernel, so that filters with it
/// are exact; others a real one.
Kernel kernel_from_values(std::vector<int64_t> shape, std::vector<double> values,
                          int64_t divisor = 1);

}  // namespace sepconv::kernels
