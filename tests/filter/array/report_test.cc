// What an ArrayPlan says of itself.
#include <gtest/gtest.h>

#include "sepconv/array.h"

namespace sepconv {
namespace {

ArrayPlan volume_plan(SampleType type) {
  const std::vector<double> taps = {0.25, 0.5, 0.25};
  return ArrayPlan({10, 20, 30}, type, type, {{0, taps}, {1, taps}, {2, taps}});
}

TEST(ArrayReport, counts_every_pass) {
  const Explanation e = volume_plan(SampleType::f32).explain();
  EXPECT_EQ(e.summary, "3-D filter of an array (10, 20, 30), f32 -> f32");
  ASSERT_EQ(e.methods.size(), 1u);
  EXPECT_EQ(e.methods[0].cost.stages.size(), 3u);
  EXPECT_EQ(e.methods[0].cost.total().multiplications, 10 * 20 * 30 * 9);
  EXPECT_EQ(e.methods[0].cost.total().bytes_read, 10 * 20 * 30 * 4);
  EXPECT_GT(e.scratch_bytes, 0);
}

TEST(ArrayReport, says_which_axes_are_running_sums_and_counts_their_additions) {
  const std::vector<double> flat(31, 1.0 / 31);
  const ArrayPlan plan({50, 60}, SampleType::f32, SampleType::f32, {{0, flat}, {1, flat}});
  const Explanation e = plan.explain();
  EXPECT_EQ(e.methods[0].cost.stages[0].name, "axis 0, 31 taps, running sums");
  EXPECT_EQ(e.methods[0].cost.stages[0].cost.multiplications, 0);
  EXPECT_EQ(e.methods[0].cost.stages[1].cost.additions, 50 * 60 * 8);
  EXPECT_LT(plan.error_bound(), 4e-6);
}

TEST(ArrayReport, bounds_are_small_for_floats_and_half_a_level_more_for_integers) {
  EXPECT_LT(volume_plan(SampleType::f32).error_bound(), 3e-6);
  EXPECT_LT(volume_plan(SampleType::f64).error_bound(), 1e-14);
  EXPECT_GT(volume_plan(SampleType::u8).error_bound(), 0.5);
  EXPECT_LT(volume_plan(SampleType::u8).error_bound(), 0.501);
  EXPECT_DOUBLE_EQ(volume_plan(SampleType::f32).error_bound(8),
                   8 * volume_plan(SampleType::f32).error_bound(1));
}

TEST(ArrayReport, counts_both_sums_and_the_division_where_samples_are_missing) {
  const std::vector<double> taps = {0.25, 0.5, 0.25};
  const auto explained = [&](Missing missing) {
    return ArrayPlan({10, 20, 30}, SampleType::f32, SampleType::u8, {{0, taps}, {2, taps}},
                     {.missing = missing})
        .explain();
  };
  const Explanation e = explained(Missing::masked);
  EXPECT_EQ(e.summary, "3-D filter of an array (10, 20, 30), f32 -> u8, missing by mask");
  ASSERT_EQ(e.methods[0].cost.stages.size(), 3u);
  EXPECT_EQ(e.methods[0].cost.stages[0].name, "axis 0, 3 taps of values and weights");
  EXPECT_EQ(e.methods[0].cost.total().multiplications, 6000 * (2 * 6 + 1));
  EXPECT_EQ(e.methods[0].cost.total().bytes_read, 6000 * 5);
  EXPECT_EQ(explained(Missing::nan).methods[0].cost.total().bytes_read, 6000 * 4);
}

}  // namespace
}  // namespace sepconv
