// Means and their opposites: box, binomial, sharpen, unsharp.
#include <cmath>

#include "base/check.h"
#include "kernel/window.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

constexpr int64_t kLargestBinomial = 31;

// Row size - 1 of Pascal's triangle.
std::vector<int64_t> pascal_row(int64_t size) {
  require(1 <= size && size <= kLargestBinomial, "binomial: size {}; expected 1 to {}", size,
          kLargestBinomial);
  std::vector<int64_t> row = {1};
  for (int64_t n = 1; n < size; ++n) {
    row.push_back(1);
    for (int64_t k = n - 1; k > 0; --k) row[k] += row[k - 1];
  }
  return row;
}

std::vector<double> normalised(const std::vector<int64_t>& row) {
  std::vector<double> factor;
  for (const int64_t value : row) {
    factor.push_back(std::ldexp(static_cast<double>(value), 1 - static_cast<int>(row.size())));
  }
  return factor;
}

}  // namespace

Kernel box(int64_t size_x, int64_t size_y) {
  const int64_t count = kernels::checked_window(size_x, size_y, "box");
  return Kernel::from_integers({size_y, size_x}, std::vector<int64_t>(count, 1), count);
}

Kernel binomial(int64_t size_x, int64_t size_y) {
  const std::vector<int64_t> row_x = pascal_row(size_x), row_y = pascal_row(size_y);
  const int64_t largest = row_x[(size_x - 1) / 2] * row_y[(size_y - 1) / 2];
  if (largest > int64_t{1} << 53) return Kernel::outer({normalised(row_y), normalised(row_x)});
  std::vector<int64_t> integers;
  for (const int64_t y : row_y) {
    for (const int64_t x : row_x) integers.push_back(y * x);
  }
  return Kernel::from_integers({size_y, size_x}, std::move(integers),
                               int64_t{1} << (size_x + size_y - 2));
}

Kernel sharpen() { return Kernel::from_integers({3, 3}, {0, -1, 0, -1, 5, -1, 0, -1, 0}); }

Kernel unsharp(double sigma, double amount) {
  kernels::require_finite(amount, "unsharp", "amount");
  kernels::require_positive(sigma, "unsharp", "sigma");
  const Kernel blur = gaussian(sigma);
  std::vector<double> taps = blur.taps();
  for (double& tap : taps) tap *= -amount;
  taps[taps.size() / 2] += 1 + amount;
  return Kernel(blur.shape(), std::move(taps));
}

}  // namespace sepconv
