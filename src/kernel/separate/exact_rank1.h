// The test whether a kernel of any number of axes is one outer product.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/outer.h"

namespace sepconv::kernels {

/// The factors of taps where one outer product gives every tap within tolerance * max|tap|;
/// nothing where none is found. taps must not all be zero.
std::optional<Factors> rank1_factors(const std::vector<double>& taps,
                                     const std::vector<int64_t>& shape, double tolerance);

}  // namespace sepconv::kernels
