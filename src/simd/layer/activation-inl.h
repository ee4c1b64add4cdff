// Activations of vectors: clamps in the kernels' registers, the others over what was stored.
// Included once a target by the kernels of this folder.
#if defined(SEPCONV_SIMD_LAYER_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_ACTIVATION_INL_H_
#undef SEPCONV_SIMD_LAYER_ACTIVATION_INL_H_
#else
#define SEPCONV_SIMD_LAYER_ACTIVATION_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>

#include "simd/layer/activation.h"
#include "simd/layer/unroll-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// True of activations that are a clamp, none among them: the kernels do those in registers.
inline bool is_clamp(const Activation& activation) {
  return activation.kind == ActivationKind::none || activation.kind == ActivationKind::clamp;
}

/// The bounds of a clamp; infinite for the other kinds.
template <class D>
struct Clamp {
  hn::Vec<D> low, high;

  HWY_INLINE Clamp(D d, const Activation& activation)
      : Clamp(d, activation.kind == ActivationKind::clamp ? activation.low : Activation().low,
              activation.kind == ActivationKind::clamp ? activation.high : Activation().high) {}
  HWY_INLINE Clamp(D d, float from, float to) : low(hn::Set(d, from)), high(hn::Set(d, to)) {}

  /// The instructions of x86 give their second operand where one is NaN; Highway's single lanes
  /// give the number.
  HWY_INLINE hn::Vec<D> operator()(hn::Vec<D> v) const {
#if HWY_TARGET == HWY_SCALAR
    if (hn::GetLane(v) != hn::GetLane(v)) return v;
#endif
    return hn::Min(high, hn::Max(low, v));
  }
};

/// Phi(v), the normal distribution, by formula 7.1.26 of Abramowitz and Stegun: 1.5e-7 of erf's
/// error. The tail is computed as such, so that it does not cancel.
template <class D>
HWY_INLINE hn::Vec<D> normal_distribution(D d, hn::Vec<D> v) {
  const auto x = hn::Mul(hn::Abs(v), hn::Set(d, 0.70710678f));
  const auto one = hn::Set(d, 1.0f);
  const auto t = hn::Div(one, hn::MulAdd(hn::Set(d, 0.3275911f), x, one));
  auto sum = hn::Set(d, 1.061405429f);
  for (const float c : {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f}) {
    sum = hn::MulAdd(sum, t, hn::Set(d, c));
  }
  const auto gauss = hn::Exp(d, hn::Neg(hn::Mul(x, x)));
  const auto tail = hn::Mul(hn::Mul(hn::Mul(sum, t), gauss), hn::Set(d, 0.5f));
  return hn::IfThenElse(hn::Lt(v, hn::Zero(d)), tail, hn::Sub(one, tail));
}

/// (v + 3) / 6 between 0 and 1.
template <class D>
HWY_INLINE hn::Vec<D> hard_sigmoid(D d, hn::Vec<D> v) {
  const auto sixth = hn::Set(d, 1.0f / 6);
  const auto line = hn::MulAdd(v, sixth, hn::Set(d, 0.5f));
  return hn::Min(hn::Set(d, 1.0f), hn::Max(hn::Zero(d), line));
}

/// The activation of a vector; slopes as those of prelu's channels.
template <class D>
HWY_INLINE hn::Vec<D> activate(D d, ActivationKind kind, const float* slopes, hn::Vec<D> v) {
  switch (kind) {
    case ActivationKind::prelu:
      return hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, hn::LoadU(d, slopes)), v);
    case ActivationKind::hard_swish:
      return hn::Mul(v, hard_sigmoid(d, v));
    case ActivationKind::hard_sigmoid:
      return hard_sigmoid(d, v);
    case ActivationKind::swish: {
      const auto limit = hn::Set(d, 88.0f);  // where exp is near the largest float
      const auto power = hn::Exp(d, hn::Min(limit, hn::Neg(v)));
      return hn::Div(v, hn::Add(hn::Set(d, 1.0f), power));
    }
    case ActivationKind::gelu:
      return hn::Mul(v, normal_distribution(d, v));
    default:
      return v;
  }
}

/// Stored sums of one block of channels.
struct StoredBlock {
  float* out;
  int64_t pixels;
  int64_t pixel_stride;
  int64_t lanes;  // that are there
  const float* slopes;
};

/// Activates sums in place, where the kernel did not.
template <class D>
HWY_NOINLINE void activate_stored(D d, const Activation& activation, const StoredBlock& block) {
  for (int64_t x = 0; x < block.pixels; ++x) {
    float* p = block.out + x * block.pixel_stride;
    const auto v = load_lanes(d, p, block.lanes);
    store_lanes(d, activate(d, activation.kind, block.slopes, v), block.lanes, p);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
