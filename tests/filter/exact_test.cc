// Exact sums: nothing is lost, however far apart the numbers are.
#include "filter/exact.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sepconv {
namespace {

TEST(ExactSum, sees_what_doubles_lose) {
  ExactSum sum;
  sum.add(1e300);
  sum.add(1e-300);
  sum.add(-1e300);
  EXPECT_EQ(sum.sign(), 1);
  sum.add(-1e-300);
  EXPECT_EQ(sum.sign(), 0);
}

TEST(ExactSum, knows_the_rest_of_a_product) {
  const double third = 1.0 / 3;  // less than a third
  ExactSum sum;
  sum.add_product(third, 3.0);
  sum.add(-1.0);
  EXPECT_EQ(sum.sign(), -1);
}

TEST(ExactSum, is_zero_when_everything_cancels_in_any_order) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) {
    const double value = std::ldexp(mantissa(random), static_cast<int>(random() % 200) - 100);
    values.push_back(value);
    values.push_back(-value);
  }
  std::shuffle(values.begin(), values.end(), random);
  ExactSum sum;
  for (const double value : values) sum.add(value);
  EXPECT_EQ(sum.sign(), 0);
}

// A pixel whose exact value is a hair above or below a tie that doubles cannot tell from it.
TEST(StoreExactly, decides_near_ties_by_the_exact_sum) {
  const double hair = 0x1p-60;
  for (const double sign : {-1.0, 0.0, 1.0}) {
    const Kernel kernel({1, 3}, {0.5, sign * hair, 0.0});
    const uint8_t pixels[3] = {101, 1, 0};
    const FilterOptions options;
    const ExactFilter filter{kernel, options, SampleType::u8, 1e-9};
    const double in_doubles = 50.5;
    uint8_t out = 0;
    store_exactly(filter, ConstImageRef(pixels, SampleType::u8, {3, 1, 1}, 3), {1, 0, 1, 1},
                  &in_doubles, &out);
    EXPECT_EQ(out, sign > 0 ? 51 : 50) << sign;  // the tie itself goes to even
  }
}

TEST(StoreExactly, clamps_and_makes_nan_zero) {
  const Kernel kernel({1, 1}, {1.0});
  const uint8_t pixels[4] = {};
  const FilterOptions options;
  const double values[4] = {-7.2, 400.0, std::nan(""), 254.51};
  uint8_t out[4] = {1, 1, 1, 1};
  store_exactly({kernel, options, SampleType::u8, 0.0},
                ConstImageRef(pixels, SampleType::u8, {4, 1, 1}, 4), {0, 0, 4, 1}, values, out);
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(out[1], 255);
  EXPECT_EQ(out[2], 0);
  EXPECT_EQ(out[3], 255);
}

}  // namespace
}  // namespace sepconv
