// Axes in their roles, and taps in their places.
#include "filter/correlation/axes.h"

#include <map>

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

// The distances of tap index from the output sample, along every axis of the array.
std::vector<int64_t> distances_of(const CorrelationAxes& axes, const PlacedKernel& placed,
                                  int64_t index) {
  std::vector<int64_t> distances(axes.all.size());
  const std::vector<int64_t>& shape = placed.kernel.shape();
  for (size_t k = shape.size(); k-- > 0; index /= shape[k]) {
    const int axis = index_of(placed.axes[k], static_cast<int>(axes.all.size()));
    distances[axis] = index % shape[k] - placed.kernel.anchor()[k];
  }
  return distances;
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

TapPlaces place_taps(const CorrelationAxes& axes, const PlacedKernel& placed,
                     const OrderedTaps& taps) {
  TapPlaces places;
  std::map<std::vector<int64_t>, int64_t> slabs;
  const auto place = [&](int64_t index) {
    const std::vector<int64_t> distances = distances_of(axes, placed, index);
    std::vector<int64_t> slab;
    for (const int axis : axes.outer) slab.push_back(distances[axis]);
    const auto [known, is_new] = slabs.try_emplace(slab, static_cast<int64_t>(slabs.size()));
    if (is_new) places.slabs.push_back(slab);
    const int64_t column = axes.column < 0 ? 0 : distances[axes.column];
    return TapPlace{known->second, column + axes.column_axis().anchor,
                    distances[axes.row] * axes.channels};
  };
  for (const int64_t index : taps.samples) places.samples.push_back(place(index));
  for (const int64_t index : taps.partners) places.partners.push_back(place(index));
  return places;
}

}  // namespace sepconv
