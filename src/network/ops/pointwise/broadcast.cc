// The axes of a walk: in the output's order, neighbours that can be one made one.
#include "network/ops/pointwise/broadcast.h"

#include <algorithm>

namespace sepconv::network {
namespace {

int64_t size_along(const NdShape& shape, size_t axis, size_t rank) {
  const size_t missing = rank - shape.size();
  return axis < missing ? 1 : shape[axis - missing];
}

// The order in which the axes of a spec lie, the fastest last.
std::vector<size_t> axes_in_memory(const Spec& spec) {
  if (spec.layout == Layout::channels_last) return {0, 2, 3, 1};
  std::vector<size_t> order(spec.shape.size());
  for (size_t axis = 0; axis < order.size(); ++axis) order[axis] = axis;
  return order;
}

bool is_one_axis(const BroadcastWalk::Axis& slow, const BroadcastWalk::Axis& fast) {
  return slow.strides[0] == fast.strides[0] * fast.size &&
         slow.strides[1] == fast.strides[1] * fast.size;
}

}  // namespace

NdShape broadcast_shape(const NdShape& a, const NdShape& b) {
  const size_t rank = std::max(a.size(), b.size());
  require(rank <= kMostWalkAxes, "{} axes; expected at most {}", rank, kMostWalkAxes);
  NdShape shape(rank);
  for (size_t axis = 0; axis < rank; ++axis) {
    const int64_t x = size_along(a, axis, rank), y = size_along(b, axis, rank);
    require(x == y || x == 1 || y == 1, "{} and {} do not fit", to_string(a), to_string(b));
    shape[axis] = x == 1 ? y : x;
  }
  return shape;
}

std::vector<int64_t> stretched_strides(const Spec& spec, size_t rank) {
  std::vector<int64_t> strides(rank, 0);
  const size_t missing = rank - spec.shape.size();
  const std::vector<size_t> order = axes_in_memory(spec);
  int64_t stride = 1;
  for (size_t i = order.size(); i-- > 0;) {
    const int64_t size = spec.shape[order[i]];
    if (size != 1) strides[missing + order[i]] = stride;
    stride *= size;
  }
  return strides;
}

BroadcastWalk walk_of(const Spec& a, const Spec& b, const Spec& out) {
  const size_t rank = out.shape.size();
  const std::vector<int64_t> strides_a = stretched_strides(a, rank);
  const std::vector<int64_t> strides_b = stretched_strides(b, rank);
  BroadcastWalk walk;
  for (const size_t axis : axes_in_memory(out)) {
    const BroadcastWalk::Axis next{out.shape[axis], {strides_a[axis], strides_b[axis]}};
    if (next.size == 1) continue;
    if (!walk.axes.empty() && is_one_axis(walk.axes.back(), next)) {
      walk.axes.back() = {walk.axes.back().size * next.size, next.strides};
    } else {
      walk.axes.push_back(next);
    }
  }
  if (walk.axes.empty()) walk.axes.push_back({});
  return walk;
}

Spec broadcast_spec(const Spec& a, const Spec& b) {
  Spec out{a.type, broadcast_shape(a.shape, b.shape)};
  const bool is_map = out.shape.size() == 4;
  if (is_map && (a.layout == Layout::channels_last || b.layout == Layout::channels_last)) {
    out.layout = Layout::channels_last;
  }
  return out;
}

}  // namespace sepconv::network
