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
