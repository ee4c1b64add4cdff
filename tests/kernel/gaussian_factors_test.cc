// 1-D Gaussian factors: sums, symmetry, and exactness on polynomials.
#include "kernel/gaussian_factors.h"

#include <algorithm>

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

using testing::moment;

TEST(GaussianFactor, sums_to_one_and_is_symmetric_to_the_bit) {
  for (const int64_t size : {1, 2, 3, 4, 7, 31, 200}) {
    for (const double sigma : {1e-300, 1e-3, 0.3, 1.0, 7.7, 1e6}) {
      const std::vector<double> taps = gaussian_factor(size, sigma);
      EXPECT_NEAR(moment(taps, 0), 1, 1e-15) << size << " " << sigma;
      EXPECT_EQ(taps, std::vector<double>(taps.rbegin(), taps.rend())) << size << " " << sigma;
    }
  }
}

TEST(GaussianFactor, falls_off_as_the_formula_says) {
  const std::vector<double> taps = gaussian_factor(7, 1.5);
  for (int x = 1; x <= 3; ++x) {
    EXPECT_NEAR(taps[3 + x] / taps[3], std::exp(-x * x / (2 * 1.5 * 1.5)), 1e-15);
  }
}

TEST(GaussianDerivativeFactor, is_exact_on_the_polynomial_of_its_order_and_zero_below) {
  for (int order = 0; order <= 4; ++order) {
    for (const double sigma : {0.05, 0.34, 0.5, 1.0, 2.5, 40.0}) {
      const int64_t radius = std::max<int64_t>(2, std::ceil(4 * sigma));
      const std::vector<double> taps = gaussian_derivative_factor(radius, sigma, order);
      double factorial = 1;
      for (int m = 0; m <= order; factorial *= ++m) {
        // Rounding of the taps themselves, weighed as the moment weighs them.
        double weight = 0;
        for (int64_t x = -radius; x <= radius; ++x) {
          weight += std::abs(taps[x + radius]) * std::pow(std::abs(x), m);
        }
        EXPECT_NEAR(moment(taps, m), m == order ? factorial : 0, 1e-12 * weight)
            << "order " << order << " sigma " << sigma << " moment " << m;
      }
    }
  }
}

TEST(GaussianDerivativeFactor, is_symmetric_or_antisymmetric_to_the_bit) {
  for (int order = 0; order <= 4; ++order) {
    const std::vector<double> taps = gaussian_derivative_factor(6, 1.5, order);
    const double sign = order % 2 == 0 ? 1 : -1;
    for (size_t i = 0; i < taps.size(); ++i) EXPECT_EQ(taps[i], sign * taps[taps.size() - 1 - i]);
  }
}

TEST(GaussianDerivativeFactor, becomes_finite_differences_where_sigma_vanishes) {
  const std::vector<double> first = gaussian_derivative_factor(1, 1e-9, 1);
  EXPECT_EQ(first, (std::vector<double>{-0.5, 0, 0.5}));
  const std::vector<double> second = gaussian_derivative_factor(1, 1e-9, 2);
  EXPECT_NEAR(second[0], 1, 1e-15);
  EXPECT_NEAR(second[1], -2, 1e-15);
}

}  // namespace
}  // namespace sepconv::kernels
