// Peeling of kernels of rank one with any number of axes.
#include "kernel/separate/exact_rank1.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

TEST(Rank1Factors, multiply_back_to_random_products_of_one_to_eight_axes) {
  for (int axes = 1; axes <= 8; ++axes) {
    testing::Random random(100 + axes);
    Factors factors;
    std::vector<int64_t> shape;
    for (int a = 0; a < axes; ++a) {
      shape.push_back(random.integer(1, 4));
      factors.push_back(random.reals(shape.back()));
    }
    const std::vector<double> taps = outer_product(factors);
    const auto found = rank1_factors(taps, shape, 1e-14);
    ASSERT_TRUE(found) << "axes and seed 100 + " << axes;
    const std::vector<double> again = outer_product(*found);
    for (size_t i = 0; i < taps.size(); ++i) EXPECT_NEAR(again[i], taps[i], 1e-14);
  }
}

TEST(Rank1Factors, are_found_in_real_derivatives) {
  const Kernel kernel = gaussian_derivative(2, 1, 1, 0);
  EXPECT_TRUE(rank1_factors(kernel.taps(), kernel.shape(), 1e-14));
}

TEST(Rank1Factors, are_none_where_one_tap_differs) {
  std::vector<double> taps = outer_product({{1, 2, 3}, {4, 5, 6}, {7, 8}});
  taps[4] *= 1 + 1e-6;
  EXPECT_FALSE(rank1_factors(taps, {3, 3, 2}, 1e-12));
  EXPECT_TRUE(rank1_factors(taps, {3, 3, 2}, 1e-5));
}

TEST(Rank1Factors, measure_the_tolerance_against_the_largest_tap) {
  for (const double scale : {1e-20, 1.0, 1e20}) {
    EXPECT_FALSE(rank1_factors({scale, 0, 0, scale}, {2, 2}, 1e-12));
    EXPECT_TRUE(rank1_factors({scale, 0, 0, scale * 1e-13}, {2, 2}, 1e-12));
  }
}

}  // namespace
}  // namespace sepconv::kernels
