// The choice of arithmetic, and the quantised taps of the fixed-point engine.
#include "filter/choose/arithmetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace sepconv {
namespace {

std::vector<double> gaussian_taps(int64_t count, double sigma) {
  std::vector<double> taps;
  for (int64_t i = 0; i < count; ++i) {
    const double x = (i - (count - 1) / 2.0) / sigma;
    taps.push_back(std::exp(-x * x / 2));
  }
  const double sum = sum_of(taps);
  for (double& tap : taps) tap /= sum;
  return taps;
}

FilterTerms outer(std::vector<double> column, std::vector<double> row) {
  FilterTerms terms;
  terms.method = Method::separable;
  terms.terms.push_back({std::move(column), std::move(row)});
  return terms;
}

TEST(QuantiseTaps, sum_to_exactly_one) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> any(0, 1);
  for (int64_t count = 2; count < 256; ++count) {
    std::vector<double> taps(count);
    for (double& tap : taps) tap = any(random);
    const std::vector<int16_t> quantised = quantise_taps(taps, 15);
    ASSERT_EQ(quantised.size(), taps.size());
    EXPECT_EQ(std::accumulate(quantised.begin(), quantised.end(), 0), 1 << 15);
  }
}

TEST(QuantiseTaps, keep_symmetry_and_running_sums) {
  for (const int64_t count : {3, 4, 9, 20, 31, 121}) {
    const std::vector<double> taps = gaussian_taps(count, count / 6.0);
    const std::vector<int16_t> quantised = quantise_taps(taps, 15);
    double exact = 0, stored = 0;
    for (int64_t i = 0; i < count; ++i) {
      EXPECT_EQ(quantised[i], quantised[count - 1 - i]);
      exact += taps[i] * (1 << 15);
      stored += quantised[i];
      EXPECT_LE(std::abs(exact - stored), 1.0 + 1e-9) << "after tap " << i << " of " << count;
    }
  }
}

TEST(QuantiseTaps, refuse_what_16_bits_do_not_hold) {
  EXPECT_TRUE(quantise_taps({1.0}, 15).empty());
  EXPECT_TRUE(quantise_taps({0.6, -0.1, 0.5}, 15).empty());
  EXPECT_TRUE(quantise_taps({0.4, 0.6}, 16).empty());
  EXPECT_FALSE(quantise_taps({0.4, 0.6}, 15).empty());
}

TEST(ChooseArithmetic, takes_fixed_point_for_u8_smoothing_only) {
  const auto smooth = gaussian_taps(7, 1.2);
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  EXPECT_EQ(choose_arithmetic(outer(smooth, smooth), u8).arithmetic, Arithmetic::fixed16);

  SampleSpec exact = u8;
  exact.exact = true;
  EXPECT_EQ(choose_arithmetic(outer(smooth, smooth), exact).arithmetic, Arithmetic::f64);
  SampleSpec scaled = u8;
  scaled.scale = 2;
  EXPECT_EQ(choose_arithmetic(outer(smooth, smooth), scaled).arithmetic, Arithmetic::f32);
  const std::vector<double> sharp{-0.5, 2.0, -0.5};
  EXPECT_EQ(choose_arithmetic(outer(sharp, smooth), u8).arithmetic, Arithmetic::f32);
  EXPECT_EQ(choose_arithmetic(outer(gaussian_taps(257, 40), smooth), u8).arithmetic,
            Arithmetic::f32);
  EXPECT_EQ(choose_arithmetic(outer(smooth, smooth), {SampleType::u16, SampleType::u16}).arithmetic,
            Arithmetic::f32);
  EXPECT_EQ(choose_arithmetic(outer(smooth, smooth), {SampleType::u8, SampleType::f64}).arithmetic,
            Arithmetic::f64);
}

TEST(ChooseArithmetic, keeps_integer_sums_exact_and_checks_that_they_fit) {
  FilterTerms sobel = outer({1, 2, 1}, {-1, 0, 1});
  sobel.is_integer = true;
  const ArithmeticChoice small = choose_arithmetic(sobel, {SampleType::u8, SampleType::i16});
  EXPECT_TRUE(small.sums_are_exact);
  EXPECT_EQ(small.arithmetic, Arithmetic::int16);
  EXPECT_EQ(small.error_bound, 0.5);
  EXPECT_EQ(choose_arithmetic(sobel, {SampleType::u8, SampleType::f32}).arithmetic,
            Arithmetic::f32);

  FilterTerms large = outer({1 << 12, 1}, {1 << 12, 1});  // times 255: above 2^24, below 2^53
  large.is_integer = true;
  const ArithmeticChoice in_double = choose_arithmetic(large, {SampleType::u8, SampleType::i16});
  EXPECT_TRUE(in_double.sums_are_exact);
  EXPECT_EQ(in_double.arithmetic, Arithmetic::f64);

  FilterTerms huge = outer({0x1p30, 1}, {0x1p30, 1});
  huge.is_integer = true;
  EXPECT_FALSE(choose_arithmetic(huge, {SampleType::u8, SampleType::i16}).sums_are_exact);
}

TEST(ChooseArithmetic, takes_16_bits_for_small_integer_kernels_whose_sums_they_hold) {
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  const auto of = [](const Kernel& kernel, const SampleSpec& spec) {
    return choose_arithmetic(separated_terms(separate(kernel)), spec).arithmetic;
  };
  EXPECT_EQ(of(binomial(5, 5), u8), Arithmetic::int16);
  EXPECT_EQ(of(binomial(3, 5), u8), Arithmetic::int16);
  EXPECT_EQ(of(sobel(Axis::x), u8), Arithmetic::int16);
  // Sums, sizes, types, offsets and divisors that it does not take.
  EXPECT_EQ(of(binomial(7, 5), u8), Arithmetic::f32);
  EXPECT_EQ(of(binomial(2, 3), u8), Arithmetic::f32);
  EXPECT_EQ(of(binomial(3, 3), {SampleType::u16, SampleType::u16}), Arithmetic::f32);
  EXPECT_EQ(of(binomial(3, 3), {SampleType::u8, SampleType::u8, 1, 5}), Arithmetic::f32);
  const Kernel thirds = Kernel::from_integers({3, 3}, {1, 2, 1, 2, 4, 2, 1, 2, 1}, 3);
  EXPECT_EQ(of(thirds, u8), Arithmetic::f32);
}

TEST(ChooseArithmetic, takes_integers_for_means_of_u8) {
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  const auto terms_of = [](const Kernel& kernel) { return separated_terms(separate(kernel)); };
  const ArithmeticChoice mean = choose_arithmetic(terms_of(box(31, 3)), u8);
  EXPECT_EQ(mean.arithmetic, Arithmetic::int32);
  EXPECT_TRUE(mean.running.are_all() && mean.running.are_integers && mean.sums_are_exact);
  EXPECT_EQ(mean.error_bound, 0.5);
  const SampleSpec exact{SampleType::u8, SampleType::u8, 1, 0, true};
  EXPECT_EQ(choose_arithmetic(terms_of(box(31, 3)), exact).arithmetic, Arithmetic::int32);

  // Other types, offsets, sums that exceed a level and windows too large for a float.
  const auto of = [&](const Kernel& kernel, const SampleSpec& spec) {
    return choose_arithmetic(terms_of(kernel), spec).arithmetic;
  };
  EXPECT_EQ(of(box(9, 9), {SampleType::u8, SampleType::f32}), Arithmetic::f32);
  EXPECT_EQ(of(box(9, 9), {SampleType::u16, SampleType::u8}), Arithmetic::f32);
  EXPECT_EQ(of(box(9, 9), {SampleType::u8, SampleType::u8, 1, 5}), Arithmetic::f32);
  EXPECT_EQ(of(Kernel::from_integers({2, 2}, {1, 1, 1, 1}, 3), u8), Arithmetic::f32);
  EXPECT_EQ(of(box(201, 201), u8), Arithmetic::f64);
}

TEST(ChooseArithmetic, takes_integers_for_means_whose_taps_are_fractions) {
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  for (const double ninth : {1.0 / 9, static_cast<double>(1.0f / 9)}) {
    const FilterTerms terms = separated_terms(separate(Kernel({3, 3}, std::vector(9, ninth))));
    const ArithmeticChoice mean = choose_arithmetic(terms, u8);
    EXPECT_EQ(mean.arithmetic, Arithmetic::int32);
    EXPECT_FALSE(mean.sums_are_exact);
    EXPECT_GT(mean.error_bound, 0.5);
    EXPECT_LT(mean.error_bound, 0.5001);
    const SampleSpec exact{SampleType::u8, SampleType::u8, 1, 0, true};
    EXPECT_EQ(choose_arithmetic(terms, exact).arithmetic, Arithmetic::f64);
  }
  const Kernel tenths({3, 3}, std::vector(9, 0.1));  // a mean, darker
  EXPECT_EQ(mean_of(separated_terms(separate(tenths))).divisor, 10);
  const Kernel bright({3, 3}, std::vector(9, 0.125));
  EXPECT_EQ(mean_of(separated_terms(separate(bright))).divisor, 0);
}

TEST(MeanOf, is_the_kernels_over_its_tap) {
  const auto of = [](const Kernel& kernel) {
    return mean_of(separated_terms(separate(kernel))).divisor;
  };
  EXPECT_EQ(of(box(7, 5)), 35);
  EXPECT_EQ(of(Kernel::from_integers({1, 3}, {2, 2, 2}, 8)), 4);
  EXPECT_EQ(of(Kernel::from_integers({1, 3}, {2, 2, 2}, 7)), 0);
  EXPECT_EQ(of(Kernel::from_integers({1, 3}, {1, 2, 1}, 4)), 0);
  EXPECT_EQ(mean_of(direct_terms(box(7, 5))).divisor, 0);
}

}  // namespace
}  // namespace sepconv
