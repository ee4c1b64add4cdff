// GaussianPlan: what it refuses, and that filtering by taps is what an ArrayPlan of them does.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "sepconv/error.h"
#include "sepconv/gaussian_filter.h"

namespace sepconv {
namespace {

void expect_refused(const std::function<void()>& request, const std::string& words) {
  try {
    request();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(GaussianPlan, by_taps_it_is_the_array_filter_of_the_taps) {
  std::mt19937 random(1);
  const std::vector<int64_t> shape{5, 17, 23};
  std::vector<float> in(5 * 17 * 23), out(in.size()), expected(in.size());
  for (float& x : in) x = std::uniform_real_distribution<float>(-1, 1)(random);
  const SampleType f32 = SampleType::f32;
  const GaussianPlan plan(shape, f32, f32, {{1, 2.5, 0, Border::wrap}, {-1, 0.8, 2}},
                          {.scale = 2, .offset = 1});
  plan.run(ConstArrayRef::packed(in.data(), f32, shape), ArrayRef::packed(out.data(), f32, shape));
  const ArrayPlan by_taps(shape, f32, f32,
                          {{1, gaussian_taps(2.5), -1, Border::wrap}, {2, gaussian_taps(0.8, 2)}},
                          {.scale = 2, .offset = 1});
  by_taps.run(ConstArrayRef::packed(in.data(), f32, shape),
              ArrayRef::packed(expected.data(), f32, shape));
  EXPECT_EQ(out, expected);
  EXPECT_EQ(plan.error_bound(), by_taps.error_bound());
  EXPECT_EQ(plan.methods(), std::vector(2, GaussianMethod::fir));
  EXPECT_EQ(plan.shape(), shape);
}

TEST(GaussianPlan, refuses_bad_requests_and_says_what_it_needs) {
  const auto plan = [](std::vector<GaussianAxis> axes, GaussianOptions options = {}) {
    GaussianPlan({6, 7}, SampleType::u8, SampleType::u8, std::move(axes), options);
  };
  expect_refused([&] { plan({{2, 1.0}}); }, "axis 2 of an array of 2 axes");
  expect_refused([&] { plan({{0, 1.0}, {-2, 1.0}}); }, "axis 0 is named twice");
  expect_refused([&] { plan({{0, 0.0}}); }, "sigma is 0");
  expect_refused([&] { plan({{0, NAN}}); }, "sigma is nan");
  expect_refused([&] { plan({{0, 1.0, 5}}); }, "order is 5; expected 0 to 4");
  expect_refused([&] { plan({{0, 1.0}}, {.truncate = -1}); }, "truncate is -1");
  expect_refused([&] { plan({{0, 1.0}}, {.max_error = -1}); }, "max_error is -1");
  expect_refused([&] { plan({{0, 1.0}}, {.max_error = NAN}); }, "max_error is nan");
  expect_refused([&] { plan({{0, 1.0}}, {.threads = 0}); }, "threads is 0");
  expect_refused([&] { plan({{0, 1.0, 0, Border::constant, 0.5}}); }, "border_value");
  expect_refused([&] { plan({{0, 1e9}}); }, "at most");
}

}  // namespace
}  // namespace sepconv
