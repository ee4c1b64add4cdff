// Packed weights: the right engine, the right fill beyond a constant border.
#include "filter/weights.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

PackedWeights pack(const Kernel& kernel, const SampleSpec& spec, double border_value) {
  const FilterTerms terms = separated_terms(separate(kernel));
  return pack_weights(terms, spec, choose_arithmetic(terms, spec),
                      {3, kernel.anchor()[1], border_value});
}

TEST(PackWeights, gives_the_engine_of_the_arithmetic) {
  const auto fixed = pack(gaussian(1), {SampleType::u8, SampleType::u8}, 0);
  EXPECT_TRUE(std::holds_alternative<simd::FixedWeights>(fixed));
  EXPECT_EQ(scratch_value_bytes(fixed), 2);
  const auto floats = pack(gaussian(1), {SampleType::f32, SampleType::f32}, 0);
  EXPECT_TRUE(std::holds_alternative<simd::Weights<float>>(floats));
  EXPECT_EQ(scratch_value_bytes(floats), 4);
  const auto doubles = pack(gaussian(1), {SampleType::f64, SampleType::f64}, 0);
  EXPECT_TRUE(std::holds_alternative<simd::Weights<double>>(doubles));
  EXPECT_EQ(scratch_value_bytes(doubles), 8);
  EXPECT_EQ(scratch_rows(doubles), simd::kRowsTogether);
}

TEST(PackWeights, means_of_bytes_have_sums_of_16_bits_while_their_differences_fit) {
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  const PackedWeights narrow = pack(box(101, 128), u8, 10), wide = pack(box(7, 129), u8, 10);
  EXPECT_EQ(scratch_value_bytes(narrow), 2);
  EXPECT_EQ(scratch_value_bytes(wide), 4);
  EXPECT_EQ(scratch_rows(wide), simd::kRowsTogether + window_rows(wide));
  EXPECT_TRUE(has_windows(narrow));
  const auto& weights = std::get<simd::BoxWeights>(narrow);
  EXPECT_EQ(weights.column, 128);
  EXPECT_EQ(weights.row, 101);
  EXPECT_EQ(weights.fill, 1280);
  EXPECT_EQ(weights.anchor_samples, 150);
  EXPECT_EQ(weights.quotient.divisor, 101 * 128);
}

// A constant border c beyond a column pass is c times the sum of the column, a term at a time.
TEST(PackWeights, fill_is_the_constant_after_the_column_of_its_term) {
  const auto weights = std::get<simd::Weights<float>>(
      pack(Kernel::outer({{1, 2, 4}, {3, 5}}), {SampleType::i16, SampleType::f32}, 10));
  const auto& term = weights.terms[0];
  float column_sum = 0;
  for (const float tap : term.column) column_sum += tap;
  EXPECT_FLOAT_EQ(term.fill, 10 * column_sum);

  const auto fixed =
      std::get<simd::FixedWeights>(pack(gaussian(1), {SampleType::u8, SampleType::u8}, 200));
  EXPECT_NEAR(fixed.fill, (200 - 128) * 256, 7 * 0.5);  // rounded as the column pass rounds
}

TEST(PackWeights, anchors_count_samples) {
  const auto weights =
      std::get<simd::Weights<float>>(pack(gaussian(1), {SampleType::f32, SampleType::f32}, 0));
  EXPECT_EQ(weights.anchor_samples, 3 * 3);
  EXPECT_EQ(weights.channels, 3);
}

}  // namespace
}  // namespace sepconv
