// Roles from shapes and filters.
#include "filter/array/roles.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace sepconv {
namespace {

// Interleaved samples that the row pass can step over (simd::RowTaps).
constexpr int64_t kMaxChannels = 4;

AxisRole checked_role(const AxisFilter& filter, int axis, int64_t size) {
  const int64_t taps = static_cast<int64_t>(filter.taps.size());
  require(taps >= 1, "filter: axis {} has no taps", axis);
  for (const double tap : filter.taps) {
    require(std::isfinite(tap), "filter: a tap of axis {} is {}; expected finite taps", axis, tap);
  }
  const int64_t anchor = filter.anchor == -1 ? taps / 2 : filter.anchor;
  require(0 <= anchor && anchor < taps, "filter: anchor of axis {} is {}; expected 0 to {}", axis,
          filter.anchor, taps - 1);
  return {axis, size, filter.taps, anchor, filter.border, filter.border_value};
}

// Takes the last axis out of axes that satisfies wanted, or -1.
template <class Wanted>
int take_last(std::vector<int>* axes, Wanted wanted) {
  const auto found = std::find_if(axes->rbegin(), axes->rend(), wanted);
  if (found == axes->rend()) return -1;
  const int axis = *found;
  axes->erase(std::next(found).base());
  return axis;
}

}  // namespace

double AxisRole::tap_sum() const {
  double sum = 0;
  for (const double tap : taps) sum += tap;
  return sum;
}

AxisRoles assign_roles(const std::vector<int64_t>& shape, const std::vector<AxisFilter>& filters) {
  const int axes = static_cast<int>(shape.size());
  std::vector<AxisRole> by_axis(axes);
  for (int a = 0; a < axes; ++a) by_axis[a] = {a, shape[a]};
  std::vector<bool> is_named(axes);
  for (const AxisFilter& filter : filters) {
    require(-axes <= filter.axis && filter.axis < axes,
            "filter: axis {} of an array of {} axes; expected {} to {}", filter.axis, axes, -axes,
            axes - 1);
    const int axis = filter.axis < 0 ? filter.axis + axes : filter.axis;
    require(!is_named[axis], "filter: axis {} is named twice", axis);
    is_named[axis] = true;
    by_axis[axis] = checked_role(filter, axis, shape[axis]);
  }

  std::vector<int> left(axes);
  for (int a = 0; a < axes; ++a) left[a] = a;
  const auto is_filtered = [&](int a) { return by_axis[a].is_filtered(); };
  AxisRoles roles;
  const int last = axes - 1;
  if (axes >= 2 && !is_filtered(last) && is_filtered(last - 1) && shape[last] <= kMaxChannels) {
    roles.channel_axis = last;
    roles.channels = shape[last];
    left.pop_back();
  }
  // Rows are the last axis, whose samples are neighbours; but three filtered axes need all roles.
  const bool has_filtered_row = is_filtered(left.back());
  const bool needs_row = std::count_if(left.begin(), left.end(), is_filtered) > 2;
  if (has_filtered_row || !needs_row) {
    roles.row = by_axis[left.back()];
    left.pop_back();
  } else {
    roles.row = by_axis[take_last(&left, is_filtered)];
  }
  const int column = take_last(&left, is_filtered);
  const int slab = take_last(&left, is_filtered);
  require(std::none_of(left.begin(), left.end(), is_filtered),
          "filter: more than three axes are filtered in one pass");
  // Many rows at a time are faster than one, filtered or not.
  const int rows = column >= 0 ? column : take_last(&left, [](int) { return true; });
  if (rows >= 0) roles.column = by_axis[rows];
  if (slab >= 0) roles.slab = by_axis[slab];
  roles.batch = left;
  return roles;
}

}  // namespace sepconv
