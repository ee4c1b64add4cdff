// Elements in another type.
#include <algorithm>
#include <limits>

#include "network/ops/pointwise/families.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

// ONNX's numbers for the types that we have.
ElementType type_numbered(int64_t number) {
  switch (number) {
    case 1:
      return ElementType::f32;
    case 2:
      return ElementType::u8;
    case 3:
      return ElementType::i8;
    case 6:
      return ElementType::i32;
    case 7:
      return ElementType::i64;
    case 9:
      return ElementType::boolean;
    case 11:
      return ElementType::f64;
    default:
      throw InvalidArgument(fmt::format("to is ONNX's type {}, which is unknown", number));
  }
}

// What does not fit is undefined in ONNX: the nearest number, or zero for NaN, is never a trap.
template <class T, class F>
T cast(F value) {
  if constexpr (std::is_integral_v<T> && std::is_floating_point_v<F>) {
    using Limits = std::numeric_limits<T>;
    if (value != value) return 0;
    if (value <= static_cast<F>(Limits::min())) return Limits::min();
    if (value >= static_cast<F>(Limits::max())) return Limits::max();
  }
  return static_cast<T>(value);
}

template <class F, class T>
Kernel cast_kernel(int64_t count, bool to_boolean) {
  return [=](const Operands& operands) {
    const F* from = operands.input<F>(0);
    T* to = operands.output<T>();
    for (int64_t i = 0; i < count; ++i) to[i] = to_boolean ? T(from[i] != 0) : cast<T>(from[i]);
  };
}

// Booleans are bytes of 0 or 1.
ElementType held_as(ElementType type) {
  return type == ElementType::boolean ? ElementType::u8 : type;
}

}  // namespace

Prepared prepare_cast(const Request& request) {
  Spec out = request.spec(0);
  out.type = type_numbered(request.integer("to", 0));
  if (out.type == request.spec(0).type) return {.out = {out}, .shares_input = true};
  const int64_t count = element_count(out.shape);
  const bool to_boolean = out.type == ElementType::boolean;
  Kernel kernel = with_number_type(held_as(request.spec(0).type), [&](auto from) {
    return with_number_type(held_as(out.type), [&](auto to) {
      return cast_kernel<decltype(from), decltype(to)>(count, to_boolean);
    });
  });
  return {.out = {out}, .kernel = std::move(kernel)};
}

}  // namespace sepconv::network
