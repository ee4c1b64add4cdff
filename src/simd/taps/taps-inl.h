// The loops of a correlation row: samples to sums, blocks of sums in registers, sums to outputs.
#if defined(SEPCONV_SIMD_TAPS_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_TAPS_TAPS_INL_H_
#undef SEPCONV_SIMD_TAPS_TAPS_INL_H_
#else
#define SEPCONV_SIMD_TAPS_TAPS_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "simd/convert-inl.h"
#include "simd/taps/taps.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of sums in a block: an addition is done when the other seven have begun.
inline constexpr int kTapVectors = 8;

/// load_as without centring: u16 as it is.
template <class D, class In>
HWY_INLINE hn::Vec<D> load_plain(D d, const In* p) {
  if constexpr (std::is_same_v<In, uint16_t>) {
    const hn::Rebind<uint16_t, D> d_in;
    const hn::Rebind<int32_t, D> d32;
    const auto wide = hn::PromoteTo(d32, hn::LoadU(d_in, p));
    if constexpr (sizeof(hn::TFromD<D>) == 4) return hn::ConvertTo(d, wide);
    if constexpr (sizeof(hn::TFromD<D>) == 8) return hn::PromoteTo(d, wide);
  } else {
    return load_as(d, p);
  }
}

/// Samples as values of T; none beyond count is read.
template <class T, class In>
void convert_samples(const In* from, int64_t count, T* to) {
  if constexpr (std::is_same_v<T, In>) {
    std::memcpy(to, from, count * sizeof(T));
  } else {
    const hn::ScalableTag<T> d;
    constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) hn::StoreU(load_plain(d, from + i), d, to + i);
    for (; i < count; ++i) to[i] = static_cast<T>(from[i]);
  }
}

/// (sum / divisor) * scale + after, each step left out where it changes nothing: not even the sign
/// of a zero.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> finish(D d, hn::Vec<D> sum, const Epilogue<T>& epilogue) {
  if (epilogue.divisor != 1) sum = hn::Div(sum, hn::Set(d, epilogue.divisor));
  if (epilogue.scale != 1) sum = hn::Mul(sum, hn::Set(d, epilogue.scale));
  if (epilogue.after != 0) sum = hn::Add(sum, hn::Set(d, epilogue.after));
  return sum;
}

/// kVectors vectors of sums.
template <int kVectors, class T>
struct TapBlock {
  using D = hn::ScalableTag<T>;
  static constexpr int64_t kLanes = hn::MaxLanes(D());

  hn::Vec<D> sum[kVectors];

  /// Adds a tap times samples, or times the sums or differences of two samples.
  template <TapSums kKind>
  HWY_INLINE void add(T tap, const T* samples, const T* partners) {
    const D d;
    const auto w = hn::Set(d, tap);
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      auto v = hn::LoadU(d, samples + i * kLanes);
      if constexpr (kKind == TapSums::sums) v = hn::Add(v, hn::LoadU(d, partners + i * kLanes));
      if constexpr (kKind == TapSums::differences) {
        v = hn::Sub(v, hn::LoadU(d, partners + i * kLanes));
      }
      sum[i] = hn::Add(sum[i], hn::Mul(v, w));
    }
  }
};

/// kVectors vectors of finished sums at out, from sample x on. Not inlined, so that the output
/// types share it.
template <TapSums kKind, int kVectors, class T>
HWY_NOINLINE void sum_taps(const TapRow<T>& row, const Epilogue<T>& epilogue, int64_t x, T* out) {
  const hn::ScalableTag<T> d;
  TapBlock<kVectors, T> block;
  HWY_UNROLL(8)
  for (int i = 0; i < kVectors; ++i) block.sum[i] = hn::Set(d, row.start);
  int64_t t = 0;
  if constexpr (kKind != TapSums::single) {
    block.template add<TapSums::single>(row.taps[t], row.samples[t] + x, nullptr);
    ++t;
  }
  HWY_UNROLL(1)
  for (; t < row.count; ++t) {
    const T* partners = kKind == TapSums::single ? nullptr : row.partners[t] + x;
    block.template add<kKind>(row.taps[t], row.samples[t] + x, partners);
  }
  HWY_UNROLL(8)
  for (int i = 0; i < kVectors; ++i) {
    hn::StoreU(finish(d, block.sum[i], epilogue), d, out + i * block.kLanes);
  }
}

/// sum_taps of the row's kind.
template <int kVectors, class T>
HWY_INLINE void sum_taps_of(const TapRow<T>& row, const Epilogue<T>& epilogue, int64_t x, T* out) {
  switch (row.kind) {
    case TapSums::single:
      return sum_taps<TapSums::single, kVectors>(row, epilogue, x, out);
    case TapSums::sums:
      return sum_taps<TapSums::sums, kVectors>(row, epilogue, x, out);
    case TapSums::differences:
      return sum_taps<TapSums::differences, kVectors>(row, epilogue, x, out);
  }
}

/// Sums as output samples; whole vectors only.
template <class T, class Out>
HWY_INLINE void store_sums(const T* sums, int64_t count, bool truncates, Out* out) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  for (int64_t i = 0; i < count; i += kLanes) {
    store_from(d, hn::LoadU(d, sums + i), truncates, out + i);
  }
}

/// A whole output row: blocks, the last one moved back to end with the row; shorter rows by single
/// vectors and a small buffer.
template <class T, class Out>
void correlate_row(const TapRow<T>& row, const Epilogue<T>& epilogue, int64_t samples, Out* out) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr int64_t kBlock = kTapVectors * kLanes;
  HWY_ALIGN T sums[kBlock];
  for (int64_t x = 0; samples >= kBlock && x < samples; x += kBlock) {
    const int64_t at = std::min(x, samples - kBlock);
    if constexpr (std::is_same_v<T, Out>) {
      sum_taps_of<kTapVectors>(row, epilogue, at, out + at);
    } else {
      sum_taps_of<kTapVectors>(row, epilogue, at, sums);
      store_sums(sums, kBlock, epilogue.truncates, out + at);
    }
  }
  if (samples >= kBlock) return;
  for (int64_t x = 0; x < samples; x += kLanes) {
    Out last[kLanes];
    sum_taps_of<1>(row, epilogue, x, sums);
    store_sums(sums, kLanes, epilogue.truncates, last);
    std::memcpy(out + x, last, std::min(kLanes, samples - x) * sizeof(Out));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
