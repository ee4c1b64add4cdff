// Error bounds: never below what is measured, and not absurdly above it.
#include "filter/choose/error_bound.h"

#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "sepconv/error.h"

namespace sepconv::test {
namespace {

double measured_error(const Kernel& kernel, SampleType type, Pattern pattern) {
  std::mt19937 random(12);
  TypedImage in(type, {160, 120, 1});
  in.fill(pattern, random);
  const TypedImage out = filtered(in, type, kernel, {});
  const TypedImage exact = filtered(in, SampleType::f64, kernel, {});
  std::vector<double> values;
  for (int64_t i = 0; i < 160 * 120; ++i) values.push_back(exact.get(i % 160, i / 160, 0));
  return largest_error(out, values);
}

TEST(ErrorBound, holds_and_is_of_the_right_size) {
  for (const SampleType type :
       {SampleType::u8, SampleType::u16, SampleType::i16, SampleType::f32}) {
    for (const Kernel& kernel :
         {gaussian(0.7), gaussian(3.0), gaussian(10), disk(3), unsharp(1.5, 2)}) {
      const FilterPlan plan({160, 120, 1}, type, type, kernel);
      for (const Pattern pattern : kPatterns) {
        EXPECT_LE(measured_error(kernel, type, pattern), plan.error_bound() + 1e-12);
      }
      if (is_integer(type)) {
        EXPECT_LT(plan.error_bound(), 0.5 + 0.35) << kernel.shape()[0];
      } else {
        EXPECT_LT(plan.error_bound(), 1e-4);
      }
    }
  }
}

TEST(ErrorBound, grows_with_the_largest_float) {
  const FilterPlan plan({64, 64, 1}, SampleType::f32, SampleType::f32, gaussian(2));
  EXPECT_DOUBLE_EQ(plan.error_bound(100), 100 * plan.error_bound(1));
  EXPECT_EQ(plan.error_bound(0), 0);
  EXPECT_THROW(plan.error_bound(-1), InvalidArgument);
}

TEST(ErrorBound, is_that_of_the_division_alone_for_exact_sums) {
  const FilterPlan plan({64, 64, 1}, SampleType::u8, SampleType::f32, box(3, 3));
  EXPECT_DOUBLE_EQ(plan.error_bound(), 255 * 0x1p-24);
}

TEST(ErrorBound, of_correct_rounding_is_half_a_level) {
  const FilterPlan plan({64, 64, 1}, SampleType::u8, SampleType::u8, gaussian(2), {.exact = true});
  EXPECT_EQ(plan.error_bound(), 0.5);
}

}  // namespace
}  // namespace sepconv::test
