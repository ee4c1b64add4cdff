// Outer products of 1-D factors as dense arrays; used by Kernel and by the separation.
#pragma once

#include <cstddef>
#include <vector>

namespace sepconv::kernels {

/// One 1-D factor an axis, slowest first.
using Factors = std::vector<std::vector<double>>;

/// The dense outer product, ((f0 * f1) * f2) ..., last axis fastest.
inline std::vector<double> outer_product(const Factors& factors) {
  std::vector<double> product = {1.0};
  for (const auto& factor : factors) {
    std::vector<double> next;
    next.reserve(product.size() * factor.size());
    for (const double p : product) {
      for (const double f : factor) next.push_back(p * f);
    }
    product = std::move(next);
  }
  return product;
}

/// dense += the outer product of factors, without a second dense array.
inline void add_outer_product(const Factors& factors, std::vector<double>& dense) {
  const std::vector<double> leading = outer_product({factors.begin(), factors.end() - 1});
  const std::vector<double>& last = factors.back();
  double* row = dense.data();
  for (const double p : leading) {
    for (size_t x = 0; x < last.size(); ++x) row[x] += p * last[x];
    row += last.size();
  }
}

}  // namespace sepconv::kernels
