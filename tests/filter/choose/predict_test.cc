// Predicted times: proportions that must hold whatever the rates are.
#include "filter/choose/predict.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

double predicted(const Kernel& kernel, SampleType type, ImageShape shape) {
  const FilterTerms terms = separated_terms(separate(kernel));
  const SampleSpec spec{type, type};
  return predicted_seconds(built_in_rates(), terms, choose_arithmetic(terms, spec), spec, shape);
}

TEST(Predict, grows_with_taps_and_in_proportion_to_samples) {
  const ImageShape shape{640, 480, 1};
  EXPECT_LT(predicted(gaussian(1), SampleType::f32, shape),
            predicted(gaussian(2), SampleType::f32, shape));
  EXPECT_NEAR(predicted(gaussian(1), SampleType::f32, {1280, 480, 1}),
              2 * predicted(gaussian(1), SampleType::f32, shape), 1e-9);
}

TEST(Predict, narrower_types_are_faster) {
  const ImageShape shape{640, 480, 1};
  EXPECT_LT(predicted(gaussian(2), SampleType::u8, shape),
            predicted(gaussian(2), SampleType::f32, shape));
  EXPECT_LT(predicted(gaussian(2), SampleType::f32, shape),
            predicted(gaussian(2), SampleType::f64, shape));
}

TEST(Predict, a_dense_gaussian_costs_more_than_its_factors) {
  const SampleSpec spec{SampleType::f32, SampleType::f32};
  const FilterTerms direct = direct_terms(gaussian(2));
  EXPECT_GT(predicted_seconds(built_in_rates(), direct, choose_arithmetic(direct, spec), spec,
                              {640, 480, 1}),
            predicted(gaussian(2), SampleType::f32, {640, 480, 1}));
}

}  // namespace
}  // namespace sepconv
