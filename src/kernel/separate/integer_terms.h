// Integer kernels as sums of outer products of integer factors.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/outer.h"

namespace sepconv::kernels {

/// Factors, all integers, whose outer products add up to exactly these integers. A matrix of rank
/// r gives exactly r; with more axes each unfolding gives as many as its rank.
/// errors     nothing where a factor or a sum of products might exceed 2^53, or the search takes
///            too long
std::optional<std::vector<Factors>> integer_terms(const std::vector<int64_t>& integers,
                                                  const std::vector<int64_t>& shape);

}  // namespace sepconv::kernels
