// LineOrder: every line once, neighbours in memory with neighbouring numbers.
#include "filter/gaussian/lines.h"

#include <gtest/gtest.h>

#include <set>

namespace sepconv {
namespace {

TEST(LineOrder, counts_every_line_once_and_repeats_the_last) {
  const std::vector<int64_t> shape{3, 4, 5}, strides{20, 5, 1};
  for (int axis = 0; axis < 3; ++axis) {
    const LineOrder order(shape, strides, axis);
    ASSERT_EQ(order.lines(), 60 / shape[axis]);
    std::set<int64_t> starts;
    int64_t offsets[simd::kLinesTogether];
    for (int64_t first = 0; first < order.lines(); first += simd::kLinesTogether) {
      order.set_offsets(first, strides, offsets);
      for (const int64_t offset : offsets) {
        starts.insert(offset);
        EXPECT_EQ(offset / strides[axis] % shape[axis], 0) << "a line begins at index 0";
      }
    }
    EXPECT_EQ(static_cast<int64_t>(starts.size()), order.lines());
    EXPECT_EQ(offsets[simd::kLinesTogether - 1], *starts.rbegin());
  }
}

TEST(LineOrder, follows_the_strides_not_the_axes) {
  // Fortran's order, the first axis backwards.
  const std::vector<int64_t> shape{20, 3, 4}, strides{-1, 20, 60};
  int64_t offsets[simd::kLinesTogether];
  LineOrder(shape, strides, 1).set_offsets(2, strides, offsets);
  for (int64_t k = 0; k < simd::kLinesTogether; ++k) EXPECT_EQ(offsets[k], -2 - k);
}

TEST(LineOrder, one_axis_is_one_line) {
  const LineOrder order({7}, {3}, 0);
  EXPECT_EQ(order.lines(), 1);
  int64_t offsets[simd::kLinesTogether];
  order.set_offsets(0, {3}, offsets);
  for (const int64_t offset : offsets) EXPECT_EQ(offset, 0);
}

}  // namespace
}  // namespace sepconv
