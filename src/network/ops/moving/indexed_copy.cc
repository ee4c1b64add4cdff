// The loop of indexed copies, by the bytes of an element.
#include "network/ops/moving/indexed_copy.h"

#include <algorithm>
#include <memory>

namespace sepconv::network {
namespace {

template <class T>
void copy_axis(const std::vector<int64_t>* axis, size_t axes_left, const T* from, T fill, T*& to) {
  if (axes_left == 1) {
    for (const int64_t offset : *axis) *to++ = offset == kFilled ? fill : from[offset];
    return;
  }
  for (const int64_t offset : *axis) {
    if (offset != kFilled) {
      copy_axis(axis + 1, axes_left - 1, from + offset, fill, to);
      continue;
    }
    int64_t count = 1;
    for (size_t i = 1; i < axes_left; ++i) count *= std::ssize(axis[i]);
    to = std::fill_n(to, count, fill);
  }
}

template <class T>
Kernel typed_copy(AxisOffsets offsets, int filling) {
  if (offsets.empty()) offsets.push_back({0});
  return [offsets = std::make_shared<const AxisOffsets>(std::move(offsets)),
          filling](const Operands& operands) {
    const T fill = filling < 0 || !operands.in[filling] ? T{} : *operands.input<T>(filling);
    T* to = operands.output<T>();
    copy_axis(offsets->data(), offsets->size(), operands.input<T>(0), fill, to);
  };
}

}  // namespace

std::vector<int64_t> packed_strides(const NdShape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * std::max<int64_t>(1, shape[axis]);
  }
  return strides;
}

std::vector<int64_t> even_offsets(int64_t size, int64_t stride) {
  require(0 <= size && size <= kMostOffsets, "an axis of {}; expected at most {}", size,
          kMostOffsets);
  std::vector<int64_t> offsets(size);
  for (int64_t i = 0; i < size; ++i) offsets[i] = i * stride;
  return offsets;
}

AxisOffsets identity_offsets(const NdShape& shape) {
  const std::vector<int64_t> strides = packed_strides(shape);
  AxisOffsets offsets;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    offsets.push_back(even_offsets(shape[axis], strides[axis]));
  }
  return offsets;
}

Kernel copy_kernel(AxisOffsets offsets, ElementType type, int filling) {
  switch (size_of(type)) {
    case 8:
      return typed_copy<uint64_t>(std::move(offsets), filling);
    case 4:
      return typed_copy<uint32_t>(std::move(offsets), filling);
    default:
      return typed_copy<uint8_t>(std::move(offsets), filling);
  }
}

Kernel layout_kernel(const Spec& from, Layout to) {
  const NdShape& s = from.shape;  // batch, channels, height, width
  AxisOffsets axes;
  if (to == Layout::channels_last) {
    const AxisOffsets plain = identity_offsets(s);
    axes = {plain[0], plain[2], plain[3], plain[1]};
  } else {
    const AxisOffsets last = identity_offsets({s[0], s[2], s[3], s[1]});
    axes = {last[0], last[3], last[1], last[2]};
  }
  return copy_kernel(std::move(axes), from.type);
}

}  // namespace sepconv::network
