// What a CorrelationPlan says of itself.
#include <gtest/gtest.h>

#include "sepconv/correlation.h"

namespace sepconv {
namespace {

Explanation explain(Kernel kernel, TapOrder order) {
  PlacedKernel placed{std::move(kernel), {}, order};
  for (int axis = 0; axis < placed.kernel.axes(); ++axis) placed.axes.push_back({axis});
  return CorrelationPlan({10, 20}, SampleType::u8, SampleType::f32, placed).explain();
}

TEST(CorrelationReport, counts_the_taps_that_are_summed) {
  const Explanation e = explain(laplacian(), TapOrder::as_given);
  EXPECT_EQ(e.summary, "3x3 kernel on an array (10, 20), u8 -> f32");
  ASSERT_EQ(e.methods.size(), 1u);
  EXPECT_EQ(e.methods[0].method, "direct");
  const Cost cost = e.methods[0].cost.total();
  EXPECT_EQ(cost.multiplications, 200 * 5);
  EXPECT_EQ(cost.additions, 200 * 4);
  EXPECT_EQ(cost.bytes_read, 200);
  EXPECT_EQ(cost.bytes_written, 800);
  EXPECT_GT(e.scratch_bytes, 0);
}

TEST(CorrelationReport, counts_a_pair_as_one_product) {
  const Explanation e = explain(Kernel({5}, {1, 2, 4, 2, 1}), TapOrder::in_pairs);
  EXPECT_EQ(e.methods[0].cost.total().multiplications, 200 * 3);
  EXPECT_EQ(e.methods[0].cost.total().additions, 200 * 4);
  EXPECT_NE(e.methods[0].reason.find("pairs"), std::string::npos);
}

TEST(CorrelationReport, bounds_follow_the_type_of_the_sums_and_the_rounding) {
  const auto bound = [](SampleType in, SampleType out, const ArrayOptions& options = {}) {
    const PlacedKernel placed{Kernel({3}, {0.25, 0.5, 0.25}), {{0}}};
    return CorrelationPlan({9}, in, out, placed, options).error_bound();
  };
  EXPECT_LT(bound(SampleType::f32, SampleType::f32), 2e-6);
  EXPECT_LT(bound(SampleType::f64, SampleType::f64), 2e-15);
  EXPECT_LT(bound(SampleType::f32, SampleType::f32, {.in_double = true}), 1e-7);
  EXPECT_LT(bound(SampleType::u8, SampleType::u8), 0.501);
  EXPECT_GT(bound(SampleType::u8, SampleType::u8, {.rounding = Rounding::truncate}), 1);
}

TEST(CorrelationReport, integer_sums_are_exact) {
  const PlacedKernel placed{Kernel::from_integers({3}, {1, 2, 1}, 4), {{0}}};
  const CorrelationPlan plan({9}, SampleType::u8, SampleType::u8, placed);
  EXPECT_EQ(plan.explain().methods[0].arithmetic, "f32");
  const PlacedKernel large{Kernel::from_integers({2}, {60000, 60000}), {{0}}};
  EXPECT_EQ(
      CorrelationPlan({9}, SampleType::u16, SampleType::u16, large).explain().methods[0].arithmetic,
      "f64");
}

}  // namespace
}  // namespace sepconv
