// Roles: rows where samples are neighbours, the filtered axes before them, the rest counted
// through.
#include "filter/array/roles.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

AxisRoles roles_of(const std::vector<int64_t>& shape, const std::vector<int>& axes) {
  std::vector<AxisFilter> filters;
  for (const int axis : axes) filters.push_back({axis, {1, 2, 1}});
  return assign_roles(shape, filters);
}

TEST(AxisRoles, of_a_volume_are_slab_column_and_row) {
  const AxisRoles roles = roles_of({20, 30, 40}, {0, 1, 2});
  EXPECT_EQ(roles.slab.axis, 0);
  EXPECT_EQ(roles.column.axis, 1);
  EXPECT_EQ(roles.row.axis, 2);
  EXPECT_EQ(roles.channels, 1);
  EXPECT_TRUE(roles.batch.empty());
}

TEST(AxisRoles, keep_a_short_last_axis_as_channels) {
  const AxisRoles roles = roles_of({8, 30, 40, 3}, {1, 2});
  EXPECT_EQ(roles.row.axis, 2);
  EXPECT_EQ(roles.channels, 3);
  EXPECT_EQ(roles.channel_axis, 3);
  EXPECT_EQ(roles.row_samples(), 120);
  EXPECT_EQ(roles.column.axis, 1);
  EXPECT_EQ(roles.batch, (std::vector<int>{0}));
}

TEST(AxisRoles, run_rows_along_an_unfiltered_last_axis) {
  const AxisRoles roles = roles_of({20, 30, 64}, {0, 1});
  EXPECT_EQ(roles.row.axis, 2);
  EXPECT_FALSE(roles.row.is_filtered());
  EXPECT_EQ(roles.column.axis, 1);
  EXPECT_EQ(roles.slab.axis, 0);
}

TEST(AxisRoles, give_many_rows_at_a_time_where_only_rows_are_filtered) {
  const AxisRoles roles = roles_of({5, 20, 64}, {2});
  EXPECT_EQ(roles.row.axis, 2);
  EXPECT_EQ(roles.column.axis, 1);
  EXPECT_FALSE(roles.column.is_filtered());
  EXPECT_EQ(roles.batch, (std::vector<int>{0}));
}

TEST(AxisRoles, of_three_filtered_axes_leave_the_last_one_when_they_must) {
  const AxisRoles roles = roles_of({5, 6, 7, 64}, {0, 1, 2});
  EXPECT_EQ(roles.row.axis, 2);
  EXPECT_EQ(roles.column.axis, 1);
  EXPECT_EQ(roles.slab.axis, 0);
  EXPECT_EQ(roles.batch, (std::vector<int>{3}));
}

}  // namespace
}  // namespace sepconv
