// Derivatives of activations for every target; src/layer/backward calls them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/layer/gradient/derivative.cc"
#include "simd/layer/gradient/derivative.h"

#include <hwy/foreach_target.h>

#include "simd/layer/activation-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// v where low < x < high, else zero.
template <class D>
HWY_INLINE hn::Vec<D> where_between(hn::Vec<D> low, hn::Vec<D> x, hn::Vec<D> high, hn::Vec<D> v) {
  return hn::IfThenElseZero(hn::And(hn::Lt(low, x), hn::Lt(x, high)), v);
}

/// 1 / (1 + exp(-v)).
template <class D>
HWY_INLINE hn::Vec<D> sigmoid(D d, hn::Vec<D> v) {
  const auto one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Min(hn::Set(d, 88.0f), hn::Neg(v)))));
}

/// Phi(v) + v phi(v), the normal distribution and its density.
template <class D>
HWY_INLINE hn::Vec<D> gelu_derivative(D d, hn::Vec<D> v) {
  const auto half = hn::Set(d, 0.5f);
  const auto density =
      hn::Mul(hn::Set(d, 0.39894228f), hn::Exp(d, hn::Neg(hn::Mul(half, hn::Mul(v, v)))));
  return hn::MulAdd(v, density, normal_distribution(d, v));
}

/// g times the derivative at v.
template <class D>
HWY_INLINE hn::Vec<D> through(D d, ActivationKind kind, const float* slopes, hn::Vec<D> v,
                              hn::Vec<D> g) {
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0f);
  switch (kind) {
    case ActivationKind::prelu:
      return hn::IfThenElse(hn::Gt(v, zero), g, hn::Mul(g, hn::Load(d, slopes)));
    case ActivationKind::hard_sigmoid:
      return where_between<D>(zero, hard_sigmoid(d, v), one, hn::Mul(g, hn::Set(d, 1.0f / 6)));
    case ActivationKind::hard_swish: {
      const auto three = hn::Set(d, 3.0f);
      const auto line = hn::MulAdd(v, hn::Set(d, 1.0f / 3), hn::Set(d, 0.5f));
      const auto inside = where_between<D>(hn::Neg(three), v, three, hn::Mul(g, line));
      return hn::IfThenElse(hn::Ge(v, three), g, inside);
    }
    case ActivationKind::swish: {
      const auto gate = sigmoid(d, v);
      return hn::Mul(g, hn::Mul(gate, hn::MulAdd(v, hn::Sub(one, gate), one)));
    }
    case ActivationKind::gelu:
      return hn::Mul(g, gelu_derivative(d, v));
    default:
      return g;
  }
}

/// Multiplies by use(value, gradient) and sums in two parts, every other pixel.
template <class D, class Use>
HWY_INLINE void scale_block(D d, const DerivativeRun& run, int64_t block, const Use& use) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const float* values = run.values.data + block * run.values.block_stride;
  float* gradients = run.gradients.data + block * run.gradients.block_stride;
  auto even = hn::Zero(d), odd = hn::Zero(d);
  int64_t i = 0;
  for (; i + 2 <= run.pixels; i += 2) {
    const int64_t at = i * kLanes;
    const auto a = use(hn::Load(d, values + at), hn::Load(d, gradients + at));
    const auto b = use(hn::Load(d, values + at + kLanes), hn::Load(d, gradients + at + kLanes));
    hn::Store(a, d, gradients + at);
    hn::Store(b, d, gradients + at + kLanes);
    even = hn::Add(even, a);
    odd = hn::Add(odd, b);
  }
  if (i < run.pixels) {
    const int64_t at = i * kLanes;
    const auto a = use(hn::Load(d, values + at), hn::Load(d, gradients + at));
    hn::Store(a, d, gradients + at);
    even = hn::Add(even, a);
  }
  if (run.bias == nullptr) return;
  float* bias = run.bias + block * kLanes;
  hn::Store(hn::Add(hn::Load(d, bias), hn::Add(even, odd)), d, bias);
}

template <class D>
HWY_NOINLINE void sum_block(D d, const DerivativeRun& run, int64_t block) {
  if (run.bias == nullptr) return;
  DerivativeRun itself = run;
  itself.values = run.gradients;
  scale_block(d, itself, block, [](auto, auto g) HWY_ATTR { return g; });
}

template <class D>
HWY_NOINLINE void clamp_block(D d, const DerivativeRun& run, int64_t block) {
  const auto low = hn::Set(d, run.activation.low), high = hn::Set(d, run.activation.high);
  scale_block(d, run, block,
              [&](auto v, auto g) HWY_ATTR { return where_between<D>(low, v, high, g); });
}

template <class D>
HWY_NOINLINE void scale_any_block(D d, const DerivativeRun& run, int64_t block) {
  const float* slopes = run.activation.slopes;
  if (slopes != nullptr) slopes += block * hn::MaxLanes(D());
  const ActivationKind kind = run.activation.kind;
  scale_block(d, run, block,
              [&](auto v, auto g) HWY_ATTR { return through(d, kind, slopes, v, g); });
}

/// The gradients in prelu's slopes, before those in its sums take their place.
template <class D>
HWY_NOINLINE void add_slopes(D d, const DerivativeRun& run, int64_t block) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const float* values = run.values.data + block * run.values.block_stride;
  const float* gradients = run.gradients.data + block * run.gradients.block_stride;
  auto sum = hn::Zero(d);
  for (int64_t at = 0; at < run.pixels * kLanes; at += kLanes) {
    const auto below = hn::Min(hn::Load(d, values + at), hn::Zero(d));
    sum = hn::MulAdd(below, hn::Load(d, gradients + at), sum);
  }
  float* slopes = run.slopes + block * kLanes;
  hn::Store(hn::Add(hn::Load(d, slopes), sum), d, slopes);
}

void apply_derivative_of(const DerivativeRun& run) {
  with_block(run.block, [&](auto d) HWY_ATTR {
    for (int64_t block = 0; block * run.block < run.channels; ++block) {
      if (run.slopes != nullptr) add_slopes(d, run, block);
      switch (run.activation.kind) {
        case ActivationKind::none:
          sum_block(d, run, block);
          break;
        case ActivationKind::clamp:
          clamp_block(d, run, block);
          break;
        default:
          scale_any_block(d, run, block);
      }
    }
  });
}

void apply_activation_of(const DerivativeRun& run) {
  with_block(run.block, [&](auto d) HWY_ATTR {
    constexpr int64_t kLanes = hn::MaxLanes(decltype(d)());
    const Clamp<decltype(d)> clamp(d, run.activation);
    const float* slopes = run.activation.slopes;
    for (int64_t block = 0; block * kLanes < run.channels; ++block) {
      const float* values = run.values.data + block * run.values.block_stride;
      float* to = run.gradients.data + block * run.gradients.block_stride;
      for (int64_t at = 0; at < run.pixels * kLanes; at += kLanes) {
        const auto v = activate(d, run.activation.kind, slopes, hn::Load(d, values + at));
        hn::Store(clamp(v), d, to + at);
      }
      if (slopes != nullptr) slopes += kLanes;
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(apply_derivative_of);
HWY_EXPORT(apply_activation_of);

void apply_derivative(const DerivativeRun& run) noexcept {
  HWY_DYNAMIC_DISPATCH(apply_derivative_of)(run);
}
void apply_activation(const DerivativeRun& run) noexcept {
  HWY_DYNAMIC_DISPATCH(apply_activation_of)(run);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
