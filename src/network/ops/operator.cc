// What operators ask of their nodes.
#include "network/ops/operator.h"

#include <algorithm>

namespace sepconv::network {
namespace {

template <class T>
std::vector<T> converted(const NdArray& array) {
  std::vector<T> numbers(array.count());
  const auto copy = [&](const auto* from) {
    std::transform(from, from + array.count(), numbers.begin(),
                   [](auto number) { return static_cast<T>(number); });
  };
  switch (array.type()) {
    case ElementType::f32:
      copy(array.as<float>());
      break;
    case ElementType::f64:
      copy(array.as<double>());
      break;
    case ElementType::i64:
      copy(array.as<int64_t>());
      break;
    case ElementType::i32:
      copy(array.as<int32_t>());
      break;
    case ElementType::i8:
      copy(array.as<int8_t>());
      break;
    default:
      copy(array.as<uint8_t>());
      break;
  }
  return numbers;
}

// The attribute as a T, or otherwise.
template <class T>
T attribute(const Node& node, const std::string& name, const T& otherwise) {
  const auto place = node.attributes.find(name);
  if (place == node.attributes.end()) return otherwise;
  const T* value = std::get_if<T>(&place->second);
  require(value != nullptr, "attribute '{}' is of another type than expected", name);
  return *value;
}

}  // namespace

const Operand& Request::input(size_t i) const {
  require(has_input(i), "input {} is missing", i);
  return in_[i];
}

const NdArray& Request::values(size_t i) const {
  require(input(i).constant != nullptr, "input {} is not known before the run; expected a constant",
          i);
  return *in_[i].constant;
}

std::vector<int64_t> Request::integers(size_t i) const {
  const NdArray& array = values(i);
  require(array.type() == ElementType::i64 || array.type() == ElementType::i32,
          "input {} is {}; expected i64 or i32", i, sepconv::name(array.type()));
  return converted<int64_t>(array);
}

std::vector<float> Request::floats(size_t i) const { return converted<float>(values(i)); }

int64_t Request::integer(const std::string& name, int64_t otherwise) const {
  return attribute(node_, name, otherwise);
}
float Request::number(const std::string& name, float otherwise) const {
  return attribute(node_, name, otherwise);
}
std::string Request::text(const std::string& name, const std::string& otherwise) const {
  return attribute(node_, name, otherwise);
}
std::vector<int64_t> Request::integers(const std::string& name) const {
  return attribute(node_, name, std::vector<int64_t>{});
}
std::vector<float> Request::floats(const std::string& name) const {
  return attribute(node_, name, std::vector<float>{});
}
Constant Request::tensor(const std::string& name) const {
  return attribute(node_, name, Constant{});
}

std::vector<int64_t> Request::integers(size_t i, const std::string& name) const {
  return has_input(i) ? integers(i) : integers(name);
}

size_t axis_of(int64_t value, size_t axes) {
  const auto count = static_cast<int64_t>(axes);
  require(-count <= value && value < count, "axis is {}; expected {} to {}", value, -count,
          count - 1);
  return static_cast<size_t>(value < 0 ? value + count : value);
}

}  // namespace sepconv::network
