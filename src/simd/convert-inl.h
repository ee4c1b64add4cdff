// Samples to sums and back: all that differs between sample types in the float and double engine.
#if defined(SEPCONV_SIMD_CONVERT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_CONVERT_INL_H_
#undef SEPCONV_SIMD_CONVERT_INL_H_
#else
#define SEPCONV_SIMD_CONVERT_INL_H_
#endif

#include <cmath>
#include <limits>
#include <type_traits>

#include "simd/hold-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// x * w + sum, rounded once on every target: what lets integer outputs be the same bits on a
/// target without a fused instruction. There it is slow, and used for integer outputs only.
template <bool kRoundOnce, class D, class V = hn::Vec<D>>
HWY_INLINE V multiply_add(D d, V x, V w, V sum) {
#if HWY_NATIVE_FMA
  (void)d;
  return hn::MulAdd(x, w, sum);
#else
  if constexpr (!kRoundOnce) return hn::Add(hn::Mul(x, w), sum);
  using T = hn::TFromD<D>;
  constexpr size_t kLanes = hn::MaxLanes(D());
  HWY_ALIGN T a[kLanes], b[kLanes], c[kLanes];
  hn::Store(x, d, a);
  hn::Store(w, d, b);
  hn::Store(sum, d, c);
  for (size_t i = 0; i < hn::Lanes(d); ++i) c[i] = std::fma(a[i], b[i], c[i]);
  return hn::Load(d, c);
#endif
}

/// Lanes of samples at p as sums. u16 comes centred (minus 32768): halves the rounding error of
/// its sums; the epilogue puts the constant back.
template <class D, class In>
HWY_INLINE hn::Vec<D> load_as(D d, const In* p) {
  using T = hn::TFromD<D>;
  const hn::Rebind<In, D> d_in;
  const hn::Rebind<int32_t, D> d32;
  if constexpr (std::is_same_v<In, T>) {
    return hn::LoadU(d, p);
  } else if constexpr (std::is_same_v<In, uint16_t>) {
    const hn::Rebind<int16_t, D> d16;
    const auto centred = hn::Xor(hn::LoadU(d_in, p), hn::Set(d_in, 0x8000));
    const auto wide = hn::PromoteTo(d32, hn::BitCast(d16, centred));
    if constexpr (sizeof(T) == 4) return hn::ConvertTo(d, wide);
    if constexpr (sizeof(T) == 8) return hn::PromoteTo(d, wide);
  } else if constexpr (std::is_same_v<In, int32_t>) {
    return hn::PromoteTo(d, hn::LoadU(d_in, p));
  } else if constexpr (std::is_integral_v<In>) {
    const auto wide = hn::PromoteTo(d32, hn::LoadU(d_in, p));
    if constexpr (sizeof(T) == 4) return hn::ConvertTo(d, wide);
    if constexpr (sizeof(T) == 8) return hn::PromoteTo(d, wide);
  } else if constexpr (sizeof(In) < sizeof(T)) {
    return hn::PromoteTo(d, hn::LoadU(d_in, p));
  } else {
    return hn::DemoteTo(d, hn::LoadU(d_in, p));
  }
}

/// Lanes within the range of Out. NaN becomes 0: x86 gives the second of what it cannot compare, so
/// where 0 is the least it need not be looked for.
template <class Out, class D>
HWY_INLINE hn::Vec<D> clamp_to(D d, hn::Vec<D> v) {
  using Limits = std::numeric_limits<Out>;
  using T = hn::TFromD<D>;
  if constexpr (Limits::min() != 0 || !HWY_ARCH_X86) v = hn::IfThenElseZero(hn::Eq(v, v), v);
  v = hn::Max(v, hn::Set(d, static_cast<T>(Limits::min())));
  return hn::Min(v, hn::Set(d, static_cast<T>(Limits::max())));
}

/// Lanes below 2^22 as integers of 8 or 16 bits, ties to even: in the sum with 1.5 * 2^23 the last
/// bit is the unit. NearestInt minds integers that do not fit, at four times the cost.
template <class Out, class D>
HWY_INLINE hn::Vec<hn::Rebind<Out, D>> nearest_small(D d, hn::Vec<D> v) {
  const hn::Rebind<Out, D> d_out;
  const hn::Rebind<std::make_unsigned_t<Out>, D> d_low;
  const hn::Rebind<uint32_t, D> d32;
  const auto bits = hn::BitCast(d32, hn::Add(v, hn::Set(d, 0x1.8p23f)));
  return hn::BitCast(d_out, hn::TruncateTo(d_low, bits));
}

/// Sums as samples: integers rounded to nearest, ties to even (towards zero where truncates), and
/// clamped; NaN becomes 0.
template <class Out, class D>
HWY_INLINE hn::Vec<hn::Rebind<Out, D>> samples_from(D d, hn::Vec<D> v, bool truncates) {
  using T = hn::TFromD<D>;
  const hn::Rebind<Out, D> d_out;
  if constexpr (std::is_same_v<Out, T>) {
    return v;
  } else if constexpr (std::is_integral_v<Out>) {
    v = clamp_to<Out>(d, v);
    if (truncates) v = hn::Trunc(v);
    if constexpr (sizeof(T) == 4) {
      return nearest_small<Out>(d, v);
    } else if constexpr (std::is_same_v<Out, int32_t>) {
      return hn::DemoteTo(d_out, hn::Round(v));
    } else {
      return hn::DemoteTo(d_out, hn::DemoteTo(hn::Rebind<int32_t, D>(), hn::Round(v)));
    }
  } else if constexpr (sizeof(Out) < sizeof(T)) {
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(d_out, static_cast<Out>(hn::GetLane(v)));  // Highway's makes infinity finite
#else
    return hn::DemoteTo(d_out, v);
#endif
  } else {
    return hn::PromoteTo(d_out, v);
  }
}

template <class D, class Out>
HWY_INLINE void store_from(D d, hn::Vec<D> v, bool truncates, Out* p) {
  hn::StoreU(samples_from<Out>(d, v, truncates), hn::Rebind<Out, D>(), p);
}

/// The first of kLanes neighbours of p that lies on a whole vector of them.
template <int64_t kLanes, class Out>
HWY_INLINE int64_t first_aligned(const Out* p) {
  const int64_t sample = static_cast<int64_t>(reinterpret_cast<uintptr_t>(p) / sizeof(Out));
  return (kLanes - sample % kLanes) % kLanes;
}

/// store_from, past the caches where it stores 16 bytes or more; p is a multiple of those.
template <class D, class Out>
HWY_INLINE void stream_from(D d, hn::Vec<D> v, bool truncates, Out* p) {
  const hn::Rebind<Out, D> d_out;
  const auto samples = samples_from<Out>(d, v, truncates);
  if constexpr (hn::MaxLanes(D()) * sizeof(Out) >= 16) {
    hn::Stream(samples, d_out, p);
  } else {
    hn::StoreU(samples, d_out, p);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
