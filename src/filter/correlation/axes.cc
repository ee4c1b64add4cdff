// Axes in their roles.
#include "filter/correlation/axes.h"

#include "base/check.h"
#include "filter/border.h"

namespace sepconv {
namespace {

// A last axis shorter than this, without taps, is made part of the rows of the axis before it.
constexpr int64_t kMaxChannels = 32;

// The axis of an array that an axis of the kernel runs along, 0 or more.
int index_of(const KernelAxis& axis, int axes) {
  return axis.axis < 0 ? axis.axis + axes : axis.axis;
}

void check_names(const PlacedKernel& placed, int axes) {
  require(static_cast<int>(placed.axes.size()) == placed.kernel.axes(),
          "filter: {} axes for a kernel of {}; expected one for each", placed.axes.size(),
          placed.kernel.axes());
  std::vector<bool> is_named(axes);
  for (const KernelAxis& named : placed.axes) {
    require(-axes <= named.axis && named.axis < axes,
            "filter: axis {} of an array of {} axes; expected {} to {}", named.axis, axes, -axes,
            axes - 1);
    const int axis = index_of(named, axes);
    require(!is_named[axis], "filter: axis {} is named twice", axis);
    is_named[axis] = true;
  }
}

}  // namespace

const ReachedAxis& CorrelationAxes::column_axis() const {
  static const ReachedAxis kNone;
  return column < 0 ? kNone : all[column];
}

CorrelationAxes walk_axes(const std::vector<int64_t>& shape, const PlacedKernel& placed,
                          SampleType type) {
  const int count = static_cast<int>(shape.size());
  check_names(placed, count);
  CorrelationAxes axes;
  for (const int64_t size : shape) axes.all.push_back({size});
  std::vector<bool> is_named(count);
  for (size_t k = 0; k < placed.axes.size(); ++k) {
    const KernelAxis& named = placed.axes[k];
    const int axis = index_of(named, count);
    require(named.border != Border::constant || is_value_of(type, named.border_value),
            "filter: border_value of axis {} is {}; expected a value of the input's type {}", axis,
            named.border_value, name(type));
    is_named[axis] = true;
    axes.kernel_axes.push_back(axis);
    axes.all[axis] = {shape[axis], placed.kernel.shape()[k], placed.kernel.anchor()[k],
                      named.border, named.border == Border::constant ? named.border_value : 0.0};
  }
  const int last = count - 1;
  const bool has_channels = count >= 2 && !is_named[last] && shape[last] <= kMaxChannels;
  axes.row = has_channels ? last - 1 : last;
  if (has_channels) axes.channels = shape[last];
  axes.column = axes.row - 1;
  for (int a = axes.row - 1; a >= 0 && !is_named[axes.column]; --a) {
    if (is_named[a]) axes.column = a;
  }
  for (int a = 0; a < axes.row; ++a) {
    if (a != axes.column) axes.outer.push_back(a);
  }
  return axes;
}

}  // namespace sepconv
