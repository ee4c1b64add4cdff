// From element types to C++ types: one call of a generic lambda.
#pragma once

#include <cstdint>
#include <type_traits>

#include "network/ops/operator.h"

namespace sepconv::network {

/// f(float{}) or f(double{}).
template <class F>
auto with_real_type(ElementType type, F f) {
  require(type == ElementType::f32 || type == ElementType::f64, "input is {}; expected f32 or f64",
          sepconv::name(type));
  return type == ElementType::f32 ? f(float{}) : f(double{});
}

/// f of a zero of the type; not of booleans.
template <class F>
auto with_number_type(ElementType type, F f) {
  switch (type) {
    case ElementType::i64:
      return f(int64_t{});
    case ElementType::i32:
      return f(int32_t{});
    case ElementType::i8:
      return f(int8_t{});
    case ElementType::u8:
      return f(uint8_t{});
    default:
      return with_real_type(type, f);
  }
}

/// The same bits without a sign, for integer sums that wrap around instead of being undefined.
template <class T>
auto wrapping(T x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<std::make_unsigned_t<T>>(x);
  } else {
    return x;
  }
}

}  // namespace sepconv::network
