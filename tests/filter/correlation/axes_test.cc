// Axes in their roles, and where taps read.
#include "filter/correlation/axes.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

PlacedKernel ones(std::vector<int64_t> shape, const std::vector<int>& axes) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  PlacedKernel placed{Kernel(std::move(shape), std::vector<double>(count, 1.0)), {}};
  for (const int axis : axes) placed.axes.push_back({axis});
  return placed;
}

CorrelationAxes walk(const std::vector<int64_t>& shape, const PlacedKernel& placed) {
  return walk_axes(shape, placed, SampleType::f32);
}

TEST(CorrelationAxes, run_rows_along_the_last_axis_and_step_down_the_one_before) {
  const CorrelationAxes axes = walk({20, 30, 40}, ones({3, 3, 5}, {0, 1, 2}));
  EXPECT_EQ(axes.row, 2);
  EXPECT_EQ(axes.column, 1);
  EXPECT_EQ(axes.outer, (std::vector<int>{0}));
  EXPECT_EQ(axes.row_samples(), 40);
  EXPECT_EQ(axes.all[2].taps, 5);
  EXPECT_EQ(axes.all[2].anchor, 2);
}

TEST(CorrelationAxes, make_a_short_last_axis_without_taps_part_of_the_row) {
  const CorrelationAxes axes = walk({8, 30, 40, 3}, ones({3, 3}, {1, 2}));
  EXPECT_EQ(axes.row, 2);
  EXPECT_EQ(axes.channels, 3);
  EXPECT_EQ(axes.row_samples(), 120);
  EXPECT_EQ(axes.column, 1);
  EXPECT_EQ(walk({8, 3}, ones({3}, {-1})).channels, 1);
}

TEST(CorrelationAxes, step_down_the_last_axis_that_has_taps) {
  const CorrelationAxes axes = walk({20, 30, 7, 40}, ones({3, 3}, {0, 1}));
  EXPECT_EQ(axes.row, 3);
  EXPECT_EQ(axes.column, 1);
  EXPECT_EQ(axes.outer, (std::vector<int>{0, 2}));
  EXPECT_EQ(walk({20, 40}, ones({3}, {1})).column, 0);
  EXPECT_EQ(walk({40}, ones({3}, {0})).column, -1);
}

TEST(TapPlaces, are_a_slab_a_row_of_it_and_a_distance_along_the_row) {
  const PlacedKernel placed = ones({2, 2, 3}, {2, 0, 1});  // along the row, slabs, the column
  const CorrelationAxes axes = walk({9, 9, 50}, placed);
  const OrderedTaps taps = order_taps(placed.kernel, placed.order, false);
  const TapPlaces places = place_taps(axes, placed, taps);
  EXPECT_EQ(places.slabs, (std::vector<std::vector<int64_t>>{{-1}, {0}}));
  ASSERT_EQ(places.samples.size(), 12u);
  EXPECT_EQ(places.samples[0].slab, 0);
  EXPECT_EQ(places.samples[0].column, 0);
  EXPECT_EQ(places.samples[0].offset, -1);
  EXPECT_EQ(places.samples[11].slab, 1);
  EXPECT_EQ(places.samples[11].column, 2);
  EXPECT_EQ(places.samples[11].offset, 0);
}

}  // namespace
}  // namespace sepconv
