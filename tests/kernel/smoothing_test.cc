// Box, binomial, sharpen and unsharp.
#include "kernel/kernel_testing.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

TEST(Box, is_a_mean_in_integers) {
  const Kernel kernel = box(7, 3);
  EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{3, 7}));
  EXPECT_EQ(kernel.integers(), std::vector<int64_t>(21, 1));
  EXPECT_EQ(kernel.divisor(), 21);
  EXPECT_EQ(kernel.sum(), 1);
}

TEST(Box, refuses_sizes_of_zero_and_beyond_the_limit) {
  EXPECT_THROW(box(0, 3), InvalidArgument);
  EXPECT_THROW(box(3, -1), InvalidArgument);
  EXPECT_THROW(box(1 << 20, 1 << 20), InvalidArgument);
  EXPECT_THROW(box(int64_t{1} << 62, int64_t{1} << 62), InvalidArgument);
}

TEST(Binomial, is_pascals_rows) {
  const Kernel kernel = binomial(5, 3);
  EXPECT_EQ(kernel.integers(),
            (std::vector<int64_t>{1, 4, 6, 4, 1, 2, 8, 12, 8, 2, 1, 4, 6, 4, 1}));
  EXPECT_EQ(kernel.divisor(), 64);
  EXPECT_EQ(kernel.sum(), 1);
}

TEST(Binomial, is_of_sum_one_at_every_size) {
  for (int64_t x = 1; x <= 31; ++x) {
    for (const int64_t y : {int64_t{1}, x, int64_t{31}}) {
      EXPECT_NEAR(binomial(x, y).sum(), 1, 1e-15) << x << "x" << y;
      EXPECT_TRUE(testing::is_symmetric_both_ways(binomial(x, y))) << x << "x" << y;
    }
  }
}

TEST(Binomial, is_real_only_where_a_product_exceeds_what_double_counts) {
  EXPECT_TRUE(binomial(30, 30).is_integer());
  EXPECT_TRUE(binomial(31, 29).is_integer());
  EXPECT_FALSE(binomial(31, 30).is_integer());
  EXPECT_FALSE(binomial(31, 31).is_integer());
}

TEST(Binomial, refuses_sizes_beyond_31) {
  EXPECT_THROW(binomial(32, 3), InvalidArgument);
  EXPECT_THROW(binomial(3, 0), InvalidArgument);
}

TEST(Sharpen, is_identity_minus_the_laplacian) {
  EXPECT_EQ(sharpen().integers(), (std::vector<int64_t>{0, -1, 0, -1, 5, -1, 0, -1, 0}));
  EXPECT_EQ(sharpen().sum(), 1);
}

TEST(Unsharp, sums_to_one_and_adds_what_the_blur_takes) {
  const Kernel kernel = unsharp(2, 0.5), blur = gaussian(2);
  EXPECT_NEAR(kernel.sum(), 1, 1e-15);
  EXPECT_EQ(kernel.taps()[0], -0.5 * blur.taps()[0]);
  EXPECT_TRUE(testing::is_symmetric_both_ways(kernel));
}

TEST(Unsharp, of_amount_zero_is_the_identity) {
  const Kernel kernel = unsharp(1, 0);
  EXPECT_EQ(kernel.sum(), 1);
  EXPECT_EQ(kernel.l1_norm(), 1);
}

TEST(Unsharp, refuses_amounts_that_are_not_finite) {
  EXPECT_THROW(unsharp(1, INFINITY), InvalidArgument);
  EXPECT_THROW(unsharp(0, 1), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
