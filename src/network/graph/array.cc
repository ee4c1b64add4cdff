// The arrays of networks: types, shapes as text, memory.
#include <fmt/format.h>

#include <cstdlib>

#include "base/aligned.h"
#include "base/check.h"
#include "network/graph/graph.h"

namespace sepconv {

const char* name(ElementType type) {
  switch (type) {
    case ElementType::f32:
      return "f32";
    case ElementType::f64:
      return "f64";
    case ElementType::i64:
      return "i64";
    case ElementType::i32:
      return "i32";
    case ElementType::i8:
      return "i8";
    case ElementType::u8:
      return "u8";
    case ElementType::boolean:
      return "bool";
  }
  return "?";
}

int64_t size_of(ElementType type) {
  switch (type) {
    case ElementType::f64:
    case ElementType::i64:
      return 8;
    case ElementType::f32:
    case ElementType::i32:
      return 4;
    default:
      return 1;
  }
}

std::string to_string(const NdShape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const int64_t size : shape) {
    if (!text.empty()) text += 'x';
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text;
}

NdArray::NdArray() : data_(nullptr, std::free) {}

NdArray::NdArray(ElementType type, NdShape shape)
    : type_(type), shape_(std::move(shape)), data_(nullptr, std::free) {
  count_ = network::element_count(shape_);
  const int64_t bytes = checked_multiply(count_, size_of(type), "network: bytes of an array");
  data_.reset(allocate_aligned(static_cast<size_t>(bytes)).release());
}

namespace network {

int64_t element_count(const NdShape& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    require(size >= 0, "a size of {} is negative", to_string(shape));
    count = checked_multiply(count, size, "number of elements");
  }
  return count;
}

}  // namespace network
}  // namespace sepconv
