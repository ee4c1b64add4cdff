// Predicted times: proportions that must hold whatever the rates are.
#include "filter/choose/predict.h"

#include <gtest/gtest.h>

#include "filter/choose/candidates.h"

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

TEST(Predict, small_dense_kernels_of_floats_run_faster_in_place_than_as_sums_of_products) {
  const std::vector<double> one = {1, 2, 3, 4, 5}, other = {5, 1, 4, 1, 3};
  std::vector<double> taps;
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 5; ++x) taps.push_back(one[y] * other[x] + other[y] * other[4 - x]);
  }
  const ImageShape shape{1920, 1080, 1};
  const SampleSpec f32{SampleType::f32, SampleType::f32};
  EXPECT_EQ(candidates({Kernel({5, 5}, taps), {}, f32, shape}).front().terms.method,
            Method::direct);
}

}  // namespace
}  // namespace sepconv
