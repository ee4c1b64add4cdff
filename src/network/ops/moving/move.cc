// Operators whose every output element is an input element, or a filling.
#include <algorithm>

#include "network/ops/moving/families.h"
#include "network/ops/moving/indexed_copy.h"
#include "network/ops/pointwise/broadcast.h"

namespace sepconv::network {
namespace {

Prepared copied(const Request& request, AxisOffsets offsets, int filling = -1) {
  const ElementType type = request.spec(0).type;
  NdShape shape;
  for (const auto& axis : offsets) shape.push_back(std::ssize(axis));
  return {.out = {{type, shape}}, .kernel = copy_kernel(std::move(offsets), type, filling)};
}

bool is_order(const std::vector<int64_t>& permutation, std::initializer_list<int64_t> order) {
  return std::equal(permutation.begin(), permutation.end(), order.begin(), order.end());
}

// Slice as opset 10 has it.
struct Cut {
  std::vector<int64_t> starts, ends, axes, steps;
};

Cut cut_of(const Request& request) {
  Cut cut{request.integers(1, "starts"), request.integers(2, "ends"), request.integers(3, "axes"),
          request.integers(4, "")};
  const size_t count = cut.starts.size();
  if (cut.axes.empty()) {
    for (size_t i = 0; i < count; ++i) cut.axes.push_back(i);
  }
  if (cut.steps.empty()) cut.steps.assign(count, 1);
  require(cut.ends.size() == count && cut.axes.size() == count && cut.steps.size() == count,
          "{} starts, {} ends, {} axes, {} steps; expected as many of each", count, cut.ends.size(),
          cut.axes.size(), cut.steps.size());
  return cut;
}

// The indices from start to before end, as Python has them.
std::vector<int64_t> sliced(int64_t size, int64_t start, int64_t end, int64_t step) {
  require(step != 0, "a step is 0");
  const bool is_forward = step > 0;
  const int64_t lowest = is_forward ? 0 : -1, highest = is_forward ? size : size - 1;
  const auto place = [&](int64_t value) {
    return std::clamp(value < 0 ? value + size : value, lowest, highest);
  };
  const int64_t first = place(start), last = place(end);
  const int64_t distance = is_forward ? last - first : first - last;
  // A step of the size or more takes the first only, and sums with it could overflow.
  const int64_t stride = std::clamp(step, -size - 1, size + 1);
  std::vector<int64_t> indices;
  for (int64_t i = first; std::abs(i - first) < distance; i += stride) indices.push_back(i);
  return indices;
}

// Where index reads along an axis of size under a mode of Pad.
int64_t padded_index(int64_t index, int64_t size, const std::string& mode) {
  if (0 <= index && index < size) return index;
  if (mode == "constant" || size == 0) return kFilled;
  if (mode == "edge") return std::clamp<int64_t>(index, 0, size - 1);
  if (mode == "wrap") return ((index % size) + size) % size;
  const int64_t period = std::max<int64_t>(1, 2 * (size - 1));
  const int64_t place = ((index % period) + period) % period;
  return std::min(place, period - place);
}

}  // namespace

Prepared prepare_transpose(const Request& request) {
  const Spec& in = request.spec(0);
  const size_t axes = in.shape.size();
  std::vector<int64_t> order = request.integers("perm");
  for (size_t i = 0; order.size() < axes; ++i) order.push_back(axes - 1 - i);
  NdShape shape;
  for (const int64_t axis : order) shape.push_back(in.shape[axis_of(axis, axes)]);
  NdShape sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (size_t axis = 0; axis < axes; ++axis) {
    require(sorted.size() == axes && sorted[axis] == static_cast<int64_t>(axis),
            "perm is no order of the {} axes", axes);
  }
  // Between the two layouts of maps nothing moves.
  if (in.layout == Layout::plain && is_order(order, {0, 3, 1, 2})) {
    return {.out = {{in.type, shape, Layout::channels_last}}, .shares_input = true};
  }
  if (in.layout == Layout::channels_last && is_order(order, {0, 2, 3, 1})) {
    return {.out = {{in.type, shape}}, .shares_input = true};
  }
  AxisOffsets offsets;
  const std::vector<int64_t> strides = stretched_strides(in, axes);
  for (const int64_t axis : order) {
    offsets.push_back(even_offsets(in.shape[axis], strides[axis]));
  }
  return copied(request, std::move(offsets));
}

Prepared prepare_slice(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const Cut cut = cut_of(request);
  const std::vector<int64_t> strides = packed_strides(in);
  AxisOffsets offsets = identity_offsets(in);
  for (size_t i = 0; i < cut.axes.size(); ++i) {
    const size_t axis = axis_of(cut.axes[i], in.size());
    offsets[axis] = sliced(in[axis], cut.starts[i], cut.ends[i], cut.steps[i]);
    for (int64_t& offset : offsets[axis]) offset *= strides[axis];
  }
  return copied(request, std::move(offsets));
}

Prepared prepare_gather(const Request& request) {
  const Spec& in = request.spec(0);
  const size_t axis = axis_of(request.integer("axis", 0), in.shape.size());
  const std::vector<int64_t> indices = request.integers(1);
  const int64_t size = in.shape[axis], stride = packed_strides(in.shape)[axis];
  AxisOffsets offsets = identity_offsets(in.shape);
  offsets[axis].clear();
  for (const int64_t index : indices) {
    require(-size <= index && index < size, "index {} of an axis of size {}", index, size);
    offsets[axis].push_back((index < 0 ? index + size : index) * stride);
  }
  Prepared prepared = copied(request, std::move(offsets));
  NdShape& shape = prepared.out[0].shape;
  const NdShape& places = request.spec(1).shape;
  shape.erase(shape.begin() + axis);
  shape.insert(shape.begin() + axis, places.begin(), places.end());
  return prepared;
}

Prepared prepare_expand(const Request& request) {
  const Spec& in = request.spec(0);
  const NdShape shape = broadcast_shape(in.shape, request.integers(1));
  const std::vector<int64_t> strides = stretched_strides(in, shape.size());
  element_count(shape);  // before any axis takes memory
  AxisOffsets offsets;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    offsets.push_back(even_offsets(shape[axis], strides[axis]));
  }
  return copied(request, std::move(offsets));
}

Prepared prepare_pad(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const std::string mode = request.text("mode", "constant");
  require(mode == "constant" || mode == "edge" || mode == "reflect" || mode == "wrap",
          "mode is '{}'; expected constant, edge, reflect or wrap", mode);
  const std::vector<int64_t> pads = request.integers(1, "pads");
  std::vector<int64_t> axes = request.integers(3, "");
  for (size_t i = 0; !request.has_input(3) && i < in.size(); ++i) axes.push_back(i);
  require(pads.size() == 2 * axes.size(), "{} pads; expected {}", pads.size(), 2 * axes.size());
  require(request.number("value", 0) == 0, "value is {}; expected 0", request.number("value", 0));
  const std::vector<int64_t> strides = packed_strides(in);
  AxisOffsets offsets = identity_offsets(in);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t axis = axis_of(axes[i], in.size());
    const int64_t before = pads[i], after = pads[i + axes.size()];
    const int64_t size = checked_add(checked_add(in[axis], before, "pads"), after, "pads");
    require(size >= 0 && size <= kMostOffsets, "axis {} would have size {}", axis, size);
    offsets[axis].clear();
    for (int64_t j = 0; j < size; ++j) {
      const int64_t index = padded_index(j - before, in[axis], mode);
      offsets[axis].push_back(index == kFilled ? kFilled : index * strides[axis]);
    }
  }
  return copied(request, std::move(offsets), request.has_input(2) ? 2 : -1);
}

}  // namespace sepconv::network
