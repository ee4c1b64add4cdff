// Axes in their roles.
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

}  // namespace
}  // namespace sepconv
