// Weights of small integer kernels: which taps fit, and what is taken out of them.
#include <gtest/gtest.h>

#include "simd/strip.h"

namespace sepconv::simd {
namespace {

TEST(SmallWeights, take_sums_that_fit_16_bits_and_no_others) {
  const std::vector<double> binomial = {1, 4, 6, 4, 1}, smooth = {1, 2, 1};
  EXPECT_TRUE(pack_small_weights(smooth, {-1, 0, 1}, 0));
  EXPECT_TRUE(pack_small_weights(binomial, binomial, 8));
  EXPECT_FALSE(pack_small_weights(binomial, {1, 4, 7, 4, 1}, 8));
  EXPECT_TRUE(pack_small_weights(binomial, binomial, 0));
  EXPECT_FALSE(pack_small_weights(smooth, {1, 1}, 0));
  EXPECT_FALSE(pack_small_weights({1, 1e9, 1}, smooth, 0));
  EXPECT_FALSE(pack_small_weights(smooth, smooth, 20));
}

TEST(SmallWeights, bias_is_an_even_multiple_of_the_divisor) {
  EXPECT_EQ(pack_small_weights({1, 2, 1}, {1, 2, 1}, 4)->bias, 0);
  const SmallWeights weights = *pack_small_weights({1, 4, 6, 4, 1}, {1, 4, 6, 4, 1}, 8);
  EXPECT_EQ(weights.level, 128);
  EXPECT_EQ(static_cast<uint16_t>(weights.bias), 128 << 8);
}

TEST(SmallWeights, outermost_taps_become_one_where_that_leaves_them_whole) {
  const SmallWeights scharr = *pack_small_weights({3, 10, 3}, {-2, 0, 2}, 0);
  EXPECT_EQ(scharr.row.form, FactorForm::unit_antisymmetric);
  EXPECT_EQ(scharr.column.form, FactorForm::symmetric);
  EXPECT_EQ(scharr.column.doubled[1], 20 * 0x10001);
  const SmallWeights flipped = *pack_small_weights({-1, -2, -1}, {1, 0, -1}, 0);
  EXPECT_EQ(flipped.column.form, FactorForm::unit_symmetric);
  EXPECT_EQ(flipped.row.form, FactorForm::unit_antisymmetric);
  EXPECT_EQ(pack_small_weights({1, 2, 3}, {0, 1, 0}, 0)->column.form, FactorForm::any);
}

}  // namespace
}  // namespace sepconv::simd
