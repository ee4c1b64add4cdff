// The row pass for 3, 5, 7 and 9 taps, one channel, one source: taps stay in registers and part of
// the neighbours come by shuffles, so that loads and shuffles share the work.
#if defined(SEPCONV_SIMD_ROW_SHORT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_ROW_SHORT_INL_H_
#undef SEPCONV_SIMD_ROW_SHORT_INL_H_
#else
#define SEPCONV_SIMD_ROW_SHORT_INL_H_
#endif

#include "simd/row-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Three neighbouring vectors and the two that straddle them, around output vector `here`.
template <class D>
struct Neighbours {
  hn::Vec<D> here, straddle_left, straddle_right;
};

/// The upper half of left and the lower half of right, where the target has them cheaply.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V straddle(D d, V left, V right) {
#if HWY_TARGET == HWY_AVX2
  return hn::ConcatLowerUpper(d, right, left);
#else
  (void)d, (void)left;
  return right;  // not used: every neighbour is loaded
#endif
}

/// True where a neighbour at that distance is shuffled from Neighbours, not loaded. Distance 4 is
/// a straddling vector itself. The others are a balance found by measurement (Zen 3: 1.4 to 1.7
/// multiply-adds a cycle, against 1.1 with loads only).
template <int kTaps>
constexpr bool is_shuffled(int offset) {
  if (offset == 4 || offset == -4) return true;
  if (kTaps == 5) return offset == 1;
  if (kTaps == 7) return offset == 3 || offset == -3;
  return false;
}

/// The vector at offset samples from `here`, |offset| <= 4.
template <int kTaps, int kOffset, class D, class T>
HWY_INLINE hn::Vec<D> neighbour(D d, const T* here, const Neighbours<D>& n) {
#if HWY_TARGET == HWY_AVX2
  if constexpr (sizeof(T) == 4 && is_shuffled<kTaps>(kOffset)) {
    if constexpr (kOffset == 4) return n.straddle_right;
    if constexpr (kOffset == -4) return n.straddle_left;
    if constexpr (kOffset > 0) {
      return hn::CombineShiftRightBytes<4 * kOffset>(d, n.straddle_right, n.here);
    } else {
      return hn::CombineShiftRightBytes<4 * (4 + kOffset)>(d, n.here, n.straddle_left);
    }
  }
#endif
  (void)n;
  return hn::LoadU(d, here + kOffset);
}

/// Adds the taps at distance kDistance on both sides, then the further ones.
template <int kTaps, int kDistance, bool kRoundOnce, class D, class T>
HWY_INLINE hn::Vec<D> add_pairs(D d, const T* t, const Neighbours<D>& n,
                                const hn::Vec<D> (&tap)[kTaps], hn::Vec<D> sum) {
  if constexpr (kDistance <= kTaps / 2) {
    constexpr int kMiddle = kTaps / 2;
    sum = multiply_add<kRoundOnce>(d, neighbour<kTaps, kDistance>(d, t, n),
                                   tap[kMiddle + kDistance], sum);
    sum = multiply_add<kRoundOnce>(d, neighbour<kTaps, -kDistance>(d, t, n),
                                   tap[kMiddle - kDistance], sum);
    return add_pairs<kTaps, kDistance + 1, kRoundOnce>(d, t, n, tap, sum);
  }
  return sum;
}

/// A whole output row; middle is the sample under the middle tap of output sample 0.
template <int kTaps, bool kRoundOnce, class D, class T, class Out>
HWY_INLINE void convolve_short_row(D d, const RowPass<T>& pass, int64_t samples, Out* out) {
  using V = hn::Vec<D>;
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const T* middle = pass.sources[0] + kTaps / 2;
  const T* taps = pass.weights->terms[0].row.in_order.data();
  const Finisher<kRoundOnce, D> finisher(d, pass.weights->epilogue);
  const bool truncates = pass.weights->epilogue.truncates;
  V tap[kTaps];
  HWY_UNROLL(16)
  for (int i = 0; i < kTaps; ++i) tap[i] = hold(hn::Set(d, taps[i]));

  Neighbours<D> n{hn::LoadU(d, middle), hn::Zero(d), hn::Zero(d)};
  n.straddle_left = straddle(d, hn::LoadU(d, middle - kLanes), n.here);
  const auto next_vector = [&](const T* t, Out* to) HWY_ATTR {
    const V right = hold(hn::LoadU(d, t + kLanes));
    n.straddle_right = straddle(d, n.here, right);
    V sum = multiply_add<kRoundOnce>(d, n.here, tap[kTaps / 2], finisher.before);
    sum = add_pairs<kTaps, 1, kRoundOnce>(d, t, n, tap, sum);
    store_from(d, finisher.finish(d, sum), truncates, to);
    n.here = right;
    n.straddle_left = n.straddle_right;
  };
  int64_t x = 0;
  for (; x + 4 * kLanes <= samples; x += 4 * kLanes) {
    next_vector(middle + x, out + x);
    next_vector(middle + x + kLanes, out + x + kLanes);
    next_vector(middle + x + 2 * kLanes, out + x + 2 * kLanes);
    next_vector(middle + x + 3 * kLanes, out + x + 3 * kLanes);
  }
  for (; x + kLanes <= samples; x += kLanes) next_vector(middle + x, out + x);
  if (x < samples) {
    Out last[kLanes];
    next_vector(middle + x, last);
    std::memcpy(out + x, last, (samples - x) * sizeof(Out));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
