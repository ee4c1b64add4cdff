// Peeling: the lines of taps through the largest tap, one along each axis, are the factors of a
// kernel of rank one, whatever its number of axes; their product is then held against every tap.
#include "kernel/separate/exact_rank1.h"

#include <algorithm>
#include <cmath>

#include "kernel/separate/factors.h"

namespace sepconv::kernels {
namespace {

size_t largest_tap(const std::vector<double>& taps) {
  const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
  return std::max_element(taps.begin(), taps.end(), smaller) - taps.begin();
}

// The line through the pivot along an axis whose neighbours are stride taps apart.
std::vector<double> line_through(const std::vector<double>& taps, size_t pivot, size_t stride,
                                 size_t size) {
  const size_t start = pivot - (pivot / stride % size) * stride;
  std::vector<double> line(size);
  for (size_t i = 0; i < size; ++i) line[i] = taps[start + i * stride];
  return line;
}

}  // namespace

std::optional<Factors> rank1_factors(const std::vector<double>& taps,
                                     const std::vector<int64_t>& shape, double tolerance) {
  const size_t pivot = largest_tap(taps);
  Factors factors(shape.size());
  size_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0; stride *= shape[axis]) {
    factors[axis] = line_through(taps, pivot, stride, shape[axis]);
    clean_symmetry(factors[axis]);
    // The last axis keeps the scale; the others are one at the pivot.
    if (axis + 1 == shape.size()) continue;
    for (double& tap : factors[axis]) tap /= taps[pivot];
  }
  const Residual residual = measure(taps, outer_product(factors));
  if (residual.largest > tolerance * std::abs(taps[pivot])) return std::nullopt;
  return factors;
}

}  // namespace sepconv::kernels
