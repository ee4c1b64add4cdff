// The row pass for 3, 5, 7 and 9 taps, one or three channels, one source: taps stay in registers
// and part of the neighbours come by shuffles, so that loads and shuffles share the work.
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

/// An output's vector `here`, and between it and its neighbours what shuffles start from.
template <class D>
struct Neighbours {
  hn::Vec<D> here, straddle_left, straddle_right;
};

/// AVX2: the upper half of left and the lower half of right. Elsewhere left itself.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V straddle(D d, V left, V right) {
#if HWY_TARGET == HWY_AVX2
  return hn::ConcatLowerUpper(d, right, left);
#else
  (void)d, (void)right;
  return left;
#endif
}

/// True where a neighbour at that distance is shuffled from Neighbours, not loaded. Distance 4 is
/// a straddling vector itself. The others are a balance found by measurement (Zen 3: 1.4 to 1.7
/// multiply-adds a cycle, against 1.1 with loads only). AVX-512 shuffles the left half: its loads
/// that are not aligned all cross cache lines.
template <int kTaps, int kChannels>
constexpr bool is_shuffled(int offset) {
  if (HWY_TARGET == HWY_AVX3) return offset < 0;
  if (offset == 4 || offset == -4) return true;
  if (kChannels == 3) return offset == 3 || (kTaps > 5 && offset == -3);
  if (kTaps == 5) return offset == 1;
  if (kTaps == 7) return offset == 3 || offset == -3;
  return false;
}

#if HWY_TARGET == HWY_AVX3
/// A vector's worth of samples from sample kFrom of `low` on; `high` is the vector after it.
template <int kFrom>
HWY_INLINE hn::Vec<hn::ScalableTag<float>> across(hn::Vec<hn::ScalableTag<float>> low,
                                                  hn::Vec<hn::ScalableTag<float>> high) {
  return {_mm512_castsi512_ps(_mm512_alignr_epi32(  // Highway 1.0 has none so wide
      _mm512_castps_si512(high.raw), _mm512_castps_si512(low.raw), kFrom))};
}
#endif

/// The vector at offset samples from `here`.
template <int kTaps, int kChannels, int kOffset, class D, class T>
HWY_INLINE hn::Vec<D> neighbour(D d, const T* here, const Neighbours<D>& n) {
#if HWY_TARGET == HWY_AVX2
  if constexpr (sizeof(T) == 4 && is_shuffled<kTaps, kChannels>(kOffset)) {
    if constexpr (kOffset == 4) return n.straddle_right;
    if constexpr (kOffset == -4) return n.straddle_left;
    if constexpr (kOffset > 0) {
      return hn::CombineShiftRightBytes<4 * kOffset>(d, n.straddle_right, n.here);
    } else {
      return hn::CombineShiftRightBytes<4 * (4 + kOffset)>(d, n.here, n.straddle_left);
    }
  }
#elif HWY_TARGET == HWY_AVX3
  if constexpr (sizeof(T) == 4 && is_shuffled<kTaps, kChannels>(kOffset)) {
    return across<16 + kOffset>(n.straddle_left, n.here);
  }
#endif
  (void)n;
  return hn::LoadU(d, here + kOffset);
}

/// Adds the taps kDistance pixels away on both sides, then the further ones.
template <int kTaps, int kChannels, int kDistance, bool kRoundOnce, class D, class T>
HWY_INLINE hn::Vec<D> add_pairs(D d, const T* t, const Neighbours<D>& n,
                                const hn::Vec<D> (&tap)[kTaps], hn::Vec<D> sum) {
  if constexpr (kDistance <= kTaps / 2) {
    constexpr int kMiddle = kTaps / 2;
    sum = multiply_add<kRoundOnce>(d, neighbour<kTaps, kChannels, kDistance * kChannels>(d, t, n),
                                   tap[kMiddle + kDistance], sum);
    sum = multiply_add<kRoundOnce>(d, neighbour<kTaps, kChannels, -kDistance * kChannels>(d, t, n),
                                   tap[kMiddle - kDistance], sum);
    return add_pairs<kTaps, kChannels, kDistance + 1, kRoundOnce>(d, t, n, tap, sum);
  }
  return sum;
}

/// The row pass from one vector to the next; middle taps sit on aligned samples.
template <int kTaps, int kChannels, bool kRoundOnce, class D>
struct ShortRow {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  V tap[kTaps];
  Neighbours<D> n;

  HWY_INLINE ShortRow(D d, const T* taps, const T* middle) {
    HWY_UNROLL(16)
    for (int i = 0; i < kTaps; ++i) tap[i] = hold(hn::Set(d, taps[i]));
    n.here = hn::LoadU(d, middle);
    n.straddle_left = straddle(d, hn::LoadU(d, middle - hn::MaxLanes(d)), n.here);
  }

  /// start and the sums of the vector at t, which is the one after that of the last call.
  HWY_INLINE V next(D d, const T* t, V start) {
    const V right = hold(hn::LoadU(d, t + hn::MaxLanes(d)));
    n.straddle_right = straddle(d, n.here, right);
    const V sum = multiply_add<kRoundOnce>(d, n.here, tap[kTaps / 2], start);
    const V all = add_pairs<kTaps, kChannels, 1, kRoundOnce>(d, t, n, tap, sum);
    n.here = right;
    n.straddle_left = n.straddle_right;
    return all;
  }
};

/// count outputs from sample x on, whole vectors.
template <int kTaps, int kChannels, bool kRoundOnce, class T, class Out>
HWY_NOINLINE void convolve_vectors(const RowPass<T>& pass, int64_t x, int64_t count, Out* out) {
  using D = hn::ScalableTag<T>;
  const D d;
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const Finisher<kRoundOnce, D> finisher(d, pass.weights->epilogue);
  const bool truncates = pass.weights->epilogue.truncates;
  const bool streams = pass.streams;
  const T* middle = pass.source(0) + kTaps / 2 * kChannels + x;
  ShortRow<kTaps, kChannels, kRoundOnce, D> row(d, pass.weights->terms[0].row.in_order.data(),
                                                middle);
  HWY_UNROLL(4)
  for (int64_t i = 0; i < count; i += kLanes) {
    const auto sum = finisher.finish(d, row.next(d, middle + i, finisher.before));
    if (streams) {
      pass.call_below(x + i);
      stream_from(d, sum, truncates, out + i);
    } else {
      store_from(d, sum, truncates, out + i);
    }
  }
}

/// The same; where 16 registers do not hold taps and what a conversion needs, in two steps, with
/// sums that stay in the first cache.
template <int kTaps, int kChannels, bool kRoundOnce, class T, class Out>
HWY_INLINE void convolve_and_convert(const RowPass<T>& pass, int64_t x, int64_t count, Out* out) {
  if constexpr (HWY_TARGET == HWY_AVX3 || std::is_same_v<T, Out>) {
    convolve_vectors<kTaps, kChannels, kRoundOnce>(pass, x, count, out);
  } else {
    constexpr int64_t kChunk = 512, kLine = kAlignment / sizeof(Out);
    HWY_ALIGN T sums[kChunk];
    const RowPass<T> in_cache = pass.in_cache();
    for (int64_t i = 0; i < count; i += kChunk) {
      const int64_t chunk = std::min(kChunk, count - i);
      convolve_vectors<kTaps, kChannels, kRoundOnce>(in_cache, x + i, chunk, sums);
      for (int64_t a = 0; pass.streams && a < chunk; a += kLine) pass.call_below(x + i + a);
      const bool truncates = pass.weights->epilogue.truncates;
      store_sums(sums, chunk, truncates, out + i, pass.streams);
    }
  }
}

/// A whole output row, the last vector moved back to end with it: sums made twice get the same
/// bits, and a copy of a part would wait for the stores before it.
template <int kTaps, int kChannels, bool kRoundOnce, class T, class Out>
HWY_INLINE void convolve_short_row(const RowPass<T>& pass, int64_t samples, Out* out) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  const int64_t whole = samples / kLanes * kLanes;
  convolve_and_convert<kTaps, kChannels, kRoundOnce>(pass, 0, whole, out);
  if (whole == samples) return;
  if (whole > 0) {
    const int64_t x = samples - kLanes;
    return convolve_and_convert<kTaps, kChannels, kRoundOnce>(pass, x, kLanes, out + x);
  }
  Out last[kLanes];
  convolve_and_convert<kTaps, kChannels, kRoundOnce>(pass, 0, kLanes, last);
  std::memcpy(out, last, samples * sizeof(Out));
}

/// A whole output row of kChannels channels, if its taps are few enough.
template <int kChannels, bool kRoundOnce, class T, class Out>
bool convolve_if_short(const RowPass<T>& pass, int64_t samples, Out* out) {
  switch (pass.weights->terms[0].row.in_order.size()) {
    case 3:
      convolve_short_row<3, kChannels, kRoundOnce>(pass, samples, out);
      return true;
    case 5:
      convolve_short_row<5, kChannels, kRoundOnce>(pass, samples, out);
      return true;
    case 7:
      convolve_short_row<7, kChannels, kRoundOnce>(pass, samples, out);
      return true;
    case 9:
      convolve_short_row<9, kChannels, kRoundOnce>(pass, samples, out);
      return true;
    default:
      return false;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
