// What each axis of an array does in a filter: which one the row pass runs along, which ones the
// column pass and the slab pass, which ones are only counted through.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/border.h"
#include "sepconv/array.h"

namespace sepconv {

/// One axis in a role, with the filter along it; an unfiltered axis has the single tap 1.
struct AxisRole {
  int axis = -1;  // -1: no axis of the array has this role, its size is 1
  int64_t size = 1;
  std::vector<double> taps = {1.0};
  int64_t anchor = 0;
  Border border = Border::reflect101;
  double border_value = 0;

  bool is_filtered() const { return taps.size() != 1 || taps[0] != 1.0; }
  Reach reach() const { return {anchor, static_cast<int64_t>(taps.size()) - 1 - anchor}; }
  double tap_sum() const;
};

/// The roles of all axes. A pixel of the row axis has channels samples, the last axis where that is
/// short and not filtered.
struct AxisRoles {
  AxisRole slab, column, row;
  int64_t channels = 1;
  int channel_axis = -1;
  std::vector<int> batch;  // the axes left over

  int64_t row_samples() const { return row.size * channels; }
};

/// Roles for an array in C order.
/// errors     InvalidArgument: more filtered axes than roles (three), an axis named twice or that
///            does not exist, taps missing or not finite, anchor outside the taps
AxisRoles assign_roles(const std::vector<int64_t>& shape, const std::vector<AxisFilter>& filters);

}  // namespace sepconv
