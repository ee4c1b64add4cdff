// Operators that rename axes, and those that make values out of shapes.
#include <algorithm>
#include <cstring>

#include "network/ops/moving/families.h"

namespace sepconv::network {
namespace {

Prepared renamed(const Request& request, NdShape shape) {
  return {.out = {{request.spec(0).type, std::move(shape)}}, .shares_input = true};
}

Prepared known(std::shared_ptr<NdArray> array) {
  return {.out = {{array->type(), array->shape()}}, .constant = std::move(array)};
}

template <class T>
std::shared_ptr<NdArray> array_of(ElementType type, NdShape shape, const std::vector<T>& values) {
  auto array = std::make_shared<NdArray>(type, std::move(shape));
  std::copy(values.begin(), values.end(), array->template as<T>());
  return array;
}

int64_t product(NdShape::const_iterator first, NdShape::const_iterator last) {
  return element_count(NdShape(first, last));
}

// Marks of the axes listed, among so many.
std::vector<bool> marked(const std::vector<int64_t>& listed, size_t axes) {
  std::vector<bool> marks(axes, false);
  for (const int64_t value : listed) marks[axis_of(value, axes)] = true;
  return marks;
}

// What size is one: a size of -1 is what is left.
void fill_in(NdShape& shape, int64_t count, const NdShape& from) {
  const auto open = std::find(shape.begin(), shape.end(), -1);
  if (open != shape.end()) {
    *open = 1;
    const int64_t others = element_count(shape);
    require(others > 0 && count % others == 0, "{} does not divide into {}", to_string(from),
            to_string(shape));
    *open = count / others;
  }
  require(element_count(shape) == count, "{} is not {}: another number of elements",
          to_string(from), to_string(shape));
}

}  // namespace

Prepared prepare_identity(const Request& request) {
  Prepared prepared = renamed(request, request.spec(0).shape);
  prepared.out[0].layout = request.spec(0).layout;
  return prepared;
}

// Outside of training nothing is dropped, and all of the mask is true.
Prepared prepare_dropout(const Request& request) {
  if (request.has_input(2)) {
    const NdArray& is_training = request.values(2);
    require(is_training.count() == 1 && *is_training.as<bool>() == false,
            "training_mode is set; expected inference");
  }
  const Spec& in = request.spec(0);
  if (request.output_count() < 2) return prepare_identity(request);
  const int64_t count = element_count(in.shape), bytes = count * size_of(in.type);
  const Spec mask{ElementType::boolean, in.shape, in.layout};
  return {.out = {in, mask}, .kernel = [=](const Operands& operands) {
            std::memcpy(operands.out[0], operands.in[0], bytes);
            std::fill_n(operands.output<uint8_t>(1), count, uint8_t{1});
          }};
}

Prepared prepare_reshape(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  NdShape shape = request.integers(1);
  if (request.integer("allowzero", 0) == 0) {
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] != 0) continue;
      require(axis < in.size(), "a 0 in shape stands for axis {} of {}", axis, to_string(in));
      shape[axis] = in[axis];
    }
  }
  fill_in(shape, element_count(in), in);
  return renamed(request, std::move(shape));
}

Prepared prepare_flatten(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const int64_t axis = request.integer("axis", 1);
  const size_t first = axis == std::ssize(in) ? in.size() : axis_of(axis, in.size());
  return renamed(request,
                 {product(in.begin(), in.begin() + first), product(in.begin() + first, in.end())});
}

Prepared prepare_squeeze(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const std::vector<int64_t> axes = request.integers(1, "axes");
  std::vector<bool> is_dropped = marked(axes, in.size());
  NdShape shape;
  for (size_t axis = 0; axis < in.size(); ++axis) {
    require(!is_dropped[axis] || in[axis] == 1, "axis {} of {} is not 1", axis, to_string(in));
    if (axes.empty()) is_dropped[axis] = in[axis] == 1;
    if (!is_dropped[axis]) shape.push_back(in[axis]);
  }
  return renamed(request, std::move(shape));
}

Prepared prepare_unsqueeze(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const std::vector<int64_t> axes = request.integers(1, "axes");
  const std::vector<bool> is_new = marked(axes, in.size() + axes.size());
  require(std::count(is_new.begin(), is_new.end(), true) == std::ssize(axes),
          "axes has one axis twice");
  NdShape shape;
  auto old = in.begin();
  for (const bool one : is_new) shape.push_back(one ? 1 : *old++);
  return renamed(request, std::move(shape));
}

Prepared prepare_shape(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const int64_t axes = std::ssize(in);
  const auto place = [&](int64_t value) {
    return std::clamp<int64_t>(value < 0 ? value + axes : value, 0, axes);
  };
  const int64_t first = place(request.integer("start", 0));
  const int64_t last = std::max(first, place(request.integer("end", axes)));
  const NdShape part(in.begin() + first, in.begin() + last);
  return known(array_of(ElementType::i64, {last - first}, part));
}

Prepared prepare_constant(const Request& request) {
  if (const Constant tensor = request.tensor("value")) {
    return {.out = {{tensor->type(), tensor->shape()}}, .constant = tensor};
  }
  if (request.has("value_int")) {
    return known(array_of<int64_t>(ElementType::i64, {}, {request.integer("value_int", 0)}));
  }
  if (request.has("value_float")) {
    return known(array_of<float>(ElementType::f32, {}, {request.number("value_float", 0)}));
  }
  if (request.has("value_ints")) {
    const auto values = request.integers("value_ints");
    return known(array_of(ElementType::i64, {std::ssize(values)}, values));
  }
  require(request.has("value_floats"), "no value; expected a tensor, or numbers");
  const auto values = request.floats("value_floats");
  return known(array_of(ElementType::f32, {std::ssize(values)}, values));
}

Prepared prepare_constant_of_shape(const Request& request) {
  const Constant value = request.tensor("value");
  const ElementType type = value ? value->type() : ElementType::f32;
  if (value) require(value->count() == 1, "value has {} elements; expected 1", value->count());
  const NdShape shape = request.integers(0);
  const int64_t count = element_count(shape), bytes = size_of(type);
  return {.out = {{type, shape}}, .kernel = [=](const Operands& operands) {
            auto* to = operands.output<std::byte>();
            if (!value) std::memset(to, 0, count * bytes);
            for (int64_t i = 0; value && i < count; ++i) {
              std::memcpy(to + i * bytes, value->data(), bytes);
            }
          }};
}

}  // namespace sepconv::network
