// Functions of one element.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "network/ops/pointwise/families.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

// The kernel that applies f to every T.
template <class T, class F>
Prepared map_elements(const Request& request, F f) {
  const Spec& in = request.spec(0);
  const int64_t count = element_count(in.shape);
  return {.out = {in}, .kernel = [count, f](const Operands& operands) {
            const T* from = operands.input<T>(0);
            T* to = operands.output<T>();
            for (int64_t i = 0; i < count; ++i) to[i] = f(from[i]);
          }};
}

// f for floats and doubles.
template <class F>
Prepared map_reals(const Request& request, F f) {
  return with_real_type(request.spec(0).type,
                        [&](auto zero) { return map_elements<decltype(zero)>(request, f); });
}

template <class F>
Prepared map_numbers(const Request& request, F f) {
  return with_number_type(request.spec(0).type,
                          [&](auto zero) { return map_elements<decltype(zero)>(request, f); });
}

// alpha * x + beta between 0 and 1.
struct HardSigmoid {
  float alpha, beta;

  template <class T>
  T operator()(T x) const {
    return std::clamp(T(alpha * x + beta), T(0), T(1));
  }
};

// Bounds of Clip: attributes before opset 11, inputs that may be left out from there on. Inputs
// are read while the network runs.
template <class T>
Prepared clip(const Request& request) {
  const Spec& in = request.spec(0);
  const int64_t count = element_count(in.shape);
  const bool has_low = request.has_input(1), has_high = request.has_input(2);
  using Limits = std::numeric_limits<T>;
  T lowest = Limits::lowest(), highest = Limits::max();
  if (request.has("min")) lowest = static_cast<T>(request.number("min", 0));
  if (request.has("max")) highest = static_cast<T>(request.number("max", 0));
  return {.out = {in}, .kernel = [=](const Operands& operands) {
            const T* from = operands.input<T>(0);
            T* to = operands.output<T>();
            const T low = has_low ? *operands.input<T>(1) : lowest;
            const T high = has_high ? *operands.input<T>(2) : highest;
            for (int64_t i = 0; i < count; ++i) to[i] = std::min(std::max(from[i], low), high);
          }};
}

}  // namespace

Prepared prepare_relu(const Request& request) {
  return map_numbers(request, [](auto x) { return x < 0 ? decltype(x)(0) : x; });
}

Prepared prepare_leaky_relu(const Request& request) {
  const float slope = request.number("alpha", 0.01f);
  return map_reals(request, [slope](auto x) { return x < 0 ? decltype(x)(slope * x) : x; });
}

Prepared prepare_sigmoid(const Request& request) {
  return map_reals(request, [](auto x) { return decltype(x)(1) / (1 + std::exp(-x)); });
}

Prepared prepare_hard_sigmoid(const Request& request) {
  return map_reals(request,
                   HardSigmoid{request.number("alpha", 0.2f), request.number("beta", 0.5f)});
}

Prepared prepare_hard_swish(const Request& request) {
  const HardSigmoid gate{1.0f / 6, 0.5f};
  return map_reals(request, [gate](auto x) { return x * gate(x); });
}

Prepared prepare_swish(const Request& request) {
  return map_reals(request, [](auto x) { return x / (1 + std::exp(-x)); });
}

Prepared prepare_tanh(const Request& request) {
  return map_reals(request, [](auto x) { return std::tanh(x); });
}

Prepared prepare_erf(const Request& request) {
  return map_reals(request, [](auto x) { return std::erf(x); });
}

Prepared prepare_gelu(const Request& request) {
  const std::string way = request.text("approximate", "none");
  require(way == "none" || way == "tanh", "approximate is '{}'; expected none or tanh", way);
  if (way == "none") {
    return map_reals(request, [](auto x) {
      using T = decltype(x);
      return T(0.5) * x * (1 + std::erf(x / std::numbers::sqrt2_v<T>));
    });
  }
  return map_reals(request, [](auto x) {
    using T = decltype(x);
    const T scale = std::sqrt(T(2) * std::numbers::inv_pi_v<T>);
    return T(0.5) * x * (1 + std::tanh(scale * (x + T(0.044715) * x * x * x)));
  });
}

Prepared prepare_sqrt(const Request& request) {
  return map_reals(request, [](auto x) { return std::sqrt(x); });
}

Prepared prepare_exp(const Request& request) {
  return map_reals(request, [](auto x) { return std::exp(x); });
}

Prepared prepare_neg(const Request& request) {
  return map_numbers(request, [](auto x) { return decltype(x)(-wrapping(x)); });
}

Prepared prepare_clip(const Request& request) {
  for (const size_t i : {size_t{1}, size_t{2}}) {
    if (!request.has_input(i)) continue;
    require(
        element_count(request.spec(i).shape) == 1 && request.spec(i).type == request.spec(0).type,
        "bound {} is {} {}; expected one {}", i, to_string(request.spec(i).shape),
        sepconv::name(request.spec(i).type), sepconv::name(request.spec(0).type));
  }
  return with_number_type(request.spec(0).type,
                          [&](auto zero) { return clip<decltype(zero)>(request); });
}

}  // namespace sepconv::network
