// Shapes and packed strides of tensors.
#include "sepconv/tensor.h"

#include <fmt/format.h>

namespace sepconv {

std::string to_string(const TensorShape& shape) {
  return fmt::format("{}x{}x{}x{}", shape.batch, shape.height, shape.width, shape.channels);
}

int64_t value_count(const TensorShape& shape) {
  return shape.batch * shape.height * shape.width * shape.channels;
}

TensorStrides packed_strides(const TensorShape& shape, TensorLayout layout) {
  const int64_t map = shape.height * shape.width;
  if (layout == TensorLayout::nhwc) {
    return {map * shape.channels, shape.width * shape.channels, shape.channels, 1};
  }
  return {map * shape.channels, shape.width, 1, map};
}

}  // namespace sepconv
