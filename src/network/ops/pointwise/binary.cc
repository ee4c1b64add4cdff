// Functions of two elements, and of more taken in turn.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "network/ops/pointwise/broadcast.h"
#include "network/ops/pointwise/families.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

void check_types(const Request& request) {
  for (size_t i = 1; i < request.input_count(); ++i) {
    require(request.spec(i).type == request.spec(0).type, "input {} is {}; expected {} as input 0",
            i, sepconv::name(request.spec(i).type), sepconv::name(request.spec(0).type));
  }
}

template <class T, class U, class F>
Prepared combine_two(const Request& request, F f) {
  const Spec &a = request.spec(0), &b = request.spec(1);
  const Spec out = broadcast_spec(a, b);
  return {.out = {out}, .kernel = [walk = walk_of(a, b, out), f](const Operands& operands) {
            combine(walk, operands.input<T>(0), operands.input<U>(1), operands.output<T>(), f);
          }};
}

template <class F>
Prepared combine_numbers(const Request& request, F f) {
  check_types(request);
  return with_number_type(request.spec(0).type, [&](auto zero) {
    return combine_two<decltype(zero), decltype(zero)>(request, f);
  });
}

// Inputs 0 and 1 first, then the result with each further one.
template <class T, class F>
Prepared combine_all(const Request& request, F f) {
  const Spec& first = request.spec(0);
  Spec out = first;
  for (size_t i = 1; i < request.input_count(); ++i) {
    out = broadcast_spec(out, request.spec(i));
  }
  std::vector<BroadcastWalk> walks;
  for (size_t i = 1; i < request.input_count(); ++i) {
    walks.push_back(walk_of(i == 1 ? first : out, request.spec(i), out));
  }
  if (walks.empty()) return {.out = {out}, .shares_input = true};
  return {.out = {out}, .kernel = [walks, f](const Operands& operands) {
            T* to = operands.output<T>();
            const T* so_far = operands.input<T>(0);
            for (size_t i = 0; i < walks.size(); ++i) {
              combine(walks[i], so_far, operands.input<T>(i + 1), to, f);
              so_far = to;
            }
          }};
}

template <class F>
Prepared combine_any_number(const Request& request, F f) {
  check_types(request);
  return with_number_type(request.spec(0).type,
                          [&](auto zero) { return combine_all<decltype(zero)>(request, f); });
}

}  // namespace

Prepared prepare_add(const Request& request) {
  if (request.has(kBeforeRelu)) {
    return combine_numbers(request, [](auto x, auto y) {
      using T = decltype(x);
      const T sum = T(wrapping(x) + wrapping(y));
      return sum < 0 ? T(0) : sum;
    });
  }
  return combine_numbers(request,
                         [](auto x, auto y) { return decltype(x)(wrapping(x) + wrapping(y)); });
}

Prepared prepare_sub(const Request& request) {
  return combine_numbers(request,
                         [](auto x, auto y) { return decltype(x)(wrapping(x) - wrapping(y)); });
}

Prepared prepare_mul(const Request& request) {
  return combine_numbers(request,
                         [](auto x, auto y) { return decltype(x)(wrapping(x) * wrapping(y)); });
}

// Integers divided by zero give zero: a model must not end the program.
Prepared prepare_div(const Request& request) {
  return combine_numbers(request, [](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_integral_v<T>) {
      if (y == 0) return T(0);
      if (std::is_signed_v<T> && y == T(-1)) return T(0 - wrapping(x));
    }
    return T(x / y);
  });
}

// The exponent may be of a type of its own.
Prepared prepare_pow(const Request& request) {
  return with_number_type(request.spec(0).type, [&](auto base) {
    return with_number_type(request.spec(1).type, [&](auto exponent) {
      using T = decltype(base);
      using U = decltype(exponent);
      return combine_two<T, U>(request, [](T x, U y) {
        if constexpr (std::is_same_v<T, float> && std::is_same_v<U, float>) {
          return y == 2 ? x * x : std::pow(x, y);
        } else {
          return static_cast<T>(std::pow(static_cast<double>(x), static_cast<double>(y)));
        }
      });
    });
  });
}

Prepared prepare_prelu(const Request& request) {
  return combine_numbers(request,
                         [](auto x, auto slope) { return x < 0 ? decltype(x)(x * slope) : x; });
}

// NaN wins, as in numpy.
Prepared prepare_min(const Request& request) {
  return combine_any_number(request, [](auto x, auto y) { return x < y || x != x ? x : y; });
}

Prepared prepare_max(const Request& request) {
  return combine_any_number(request, [](auto x, auto y) { return x > y || x != x ? x : y; });
}

}  // namespace sepconv::network
