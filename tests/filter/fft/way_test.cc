// Which requests Fourier tiles take, and the bounds that they state.
#include "filter/fft/way.h"

#include <gtest/gtest.h>

#include <random>

namespace sepconv {
namespace {

constexpr ImageShape kImage{1920, 1080, 1};

Kernel noise_kernel(int64_t side, bool is_integer) {
  std::mt19937 random(3);
  std::vector<double> taps(side * side);
  std::vector<int64_t> whole(side * side);
  for (int64_t i = 0; i < side * side; ++i) {
    whole[i] = static_cast<int64_t>(random() % 201) - 100;
    taps[i] = static_cast<double>(whole[i]) / 1000;
  }
  return is_integer ? Kernel::from_integers({side, side}, whole) : Kernel({side, side}, taps);
}

FourierOffer offer(const Kernel& kernel, const SampleSpec& spec) {
  return offer_fourier({direct_terms(kernel), spec, kImage});
}

TEST(FourierWay, integer_sums_are_exact_or_refused) {
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    const FourierOffer exact = offer(noise_kernel(31, true), {type, SampleType::i32});
    ASSERT_TRUE(exact.way) << exact.refusal;
    EXPECT_TRUE(exact.way->choice.sums_are_exact);
    EXPECT_EQ(exact.way->choice.error_bound, 0.5);
  }
  const FourierOffer refused = offer(noise_kernel(31, true), {SampleType::i32, SampleType::i32});
  EXPECT_FALSE(refused.way);
  EXPECT_NE(refused.refusal.find("exact ones need less than 0.5"), std::string::npos)
      << refused.refusal;
}

TEST(FourierWay, correct_rounding_is_refused_where_ties_could_not_be_told) {
  const SampleSpec spec{SampleType::i32, SampleType::i32, 1000.0, 0, true};
  const FourierOffer refused = offer(noise_kernel(31, false), spec);
  EXPECT_FALSE(refused.way);
  EXPECT_NE(refused.refusal.find("correct rounding needs less"), std::string::npos);
  EXPECT_TRUE(offer(noise_kernel(31, false), {SampleType::u8, SampleType::u8, 1, 0, true}).way);
}

TEST(FourierWay, kernels_beyond_the_largest_tile_are_refused) {
  const FourierOffer refused = offer(box(1100, 2), {SampleType::f32, SampleType::f32});
  EXPECT_FALSE(refused.way);
  EXPECT_EQ(refused.refusal, "the kernel is 1100x2; tiles are at most 1024 a side");
}

TEST(FourierWay, bounds_of_integer_outputs_are_next_to_correct_rounding) {
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    const FourierOffer found = offer(noise_kernel(63, false), {type, type});
    ASSERT_TRUE(found.way);
    EXPECT_EQ(found.way->choice.arithmetic, Arithmetic::f64);
    EXPECT_GT(found.way->choice.error_bound, 0.5);
    EXPECT_LT(found.way->choice.error_bound, 0.5001);
  }
}

TEST(FourierWay, bounds_of_float_inputs_are_in_proportion_to_them) {
  SampleSpec spec{SampleType::f64, SampleType::f64};
  const Kernel kernel = noise_kernel(15, false);
  const FourierOffer found = offer(kernel, spec);
  ASSERT_TRUE(found.way);
  const double one = fourier_error_bound(*found.way, direct_terms(kernel), spec);
  EXPECT_EQ(one, found.way->choice.error_bound);
  spec.largest_float = 1000;
  EXPECT_NEAR(fourier_error_bound(*found.way, direct_terms(kernel), spec), 1000 * one, 1e-9 * one);
}

}  // namespace
}  // namespace sepconv
