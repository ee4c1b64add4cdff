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

/// Vectors of sums in a block, of one row or of two: an addition is done when the other seven have
/// begun.
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
template <class D>
struct TapFinish {
  using T = hn::TFromD<D>;

  HWY_INLINE TapFinish(D d, const Epilogue<T>& epilogue)
      : divisor(hn::Set(d, epilogue.divisor)),
        scale(hn::Set(d, epilogue.scale)),
        after(hn::Set(d, epilogue.after)),
        divides(epilogue.divisor != 1),
        scales(epilogue.scale != 1),
        moves(epilogue.after != 0) {}

  HWY_INLINE hn::Vec<D> finish(hn::Vec<D> sum) const {
    if (divides) sum = hn::Div(sum, divisor);
    if (scales) sum = hn::Mul(sum, scale);
    if (moves) sum = hn::Add(sum, after);
    return sum;
  }

  hn::Vec<D> divisor, scale, after;
  bool divides, scales, moves;
};

/// The next taps of rows, and the sample that a block begins with.
template <class T>
struct TapCursor {
  const T* taps;
  const T* const* samples;
  const T* const* partners;
  int64_t x;
};

/// kRows rows of kVectors vectors of sums.
template <int kRows, int kVectors, class T>
struct TapBlock {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  static constexpr int64_t kLanes = hn::MaxLanes(D());

  V sum[kRows][kVectors];

  /// Adds taps times samples, sums or differences to one row.
  template <TapUse kUse>
  HWY_INLINE void add_run(int64_t count, TapCursor<T>& cursor) {
    const D d;
    constexpr int kRow = kUse == TapUse::second_row ? 1 : 0;
    HWY_UNROLL(1)
    for (int64_t t = 0; t < count; ++t) {
      const V tap = hn::Set(d, *cursor.taps++);
      const T* samples = *cursor.samples++ + cursor.x;
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        V v = hn::LoadU(d, samples + i * kLanes);
        if constexpr (kUse == TapUse::sum || kUse == TapUse::difference) {
          const V partner = hn::LoadU(d, cursor.partners[t] + cursor.x + i * kLanes);
          v = kUse == TapUse::sum ? hn::Add(v, partner) : hn::Sub(v, partner);
        }
        sum[kRow][i] = hn::Add(sum[kRow][i], hn::Mul(v, tap));
      }
    }
    cursor.partners += count;
  }

  /// Adds samples that two rows use.
  HWY_INLINE void add_shared_run(int64_t count, TapCursor<T>& cursor) {
    const D d;
    HWY_UNROLL(1)
    for (int64_t t = 0; t < count; ++t) {
      const V first = hn::Set(d, *cursor.taps++), second = hn::Set(d, *cursor.taps++);
      const T* samples = *cursor.samples++ + cursor.x;
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        const V v = hold(hn::LoadU(d, samples + i * kLanes));
        sum[0][i] = hn::Add(sum[0][i], hn::Mul(v, first));
        sum[1][i] = hn::Add(sum[1][i], hn::Mul(v, second));
      }
    }
    cursor.partners += count;
  }

  HWY_INLINE void add(const TapRun& run, TapCursor<T>& cursor) {
    if constexpr (kRows == 1) {
      if (run.use == TapUse::sample) return add_run<TapUse::sample>(run.count, cursor);
      if (run.use == TapUse::sum) return add_run<TapUse::sum>(run.count, cursor);
      return add_run<TapUse::difference>(run.count, cursor);
    } else {
      if (run.use == TapUse::both_rows) return add_shared_run(run.count, cursor);
      if (run.use == TapUse::sample) return add_run<TapUse::sample>(run.count, cursor);
      return add_run<TapUse::second_row>(run.count, cursor);
    }
  }
};

/// A block of finished sums from sample x on, of each row at its out. Not inlined, so that the
/// output types share it.
template <int kRows, int kVectors, class T>
HWY_NOINLINE void sum_taps(const TapRows<T>& rows, const Epilogue<T>& epilogue, int64_t x,
                           T* const* out) {
  const hn::ScalableTag<T> d;
  TapBlock<kRows, kVectors, T> block;
  for (int q = 0; q < kRows; ++q) {
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) block.sum[q][i] = hn::Set(d, rows.start);
  }
  TapCursor<T> cursor{rows.taps, rows.samples, rows.partners, x};
  HWY_UNROLL(1)
  for (int64_t r = 0; r < rows.run_count; ++r) block.add(rows.runs[r], cursor);
  const TapFinish<hn::ScalableTag<T>> finish(d, epilogue);
  for (int q = 0; q < kRows; ++q) {
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      hn::StoreU(finish.finish(block.sum[q][i]), d, out[q] + i * block.kLanes);
    }
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

/// Whole output rows: blocks, the last one moved back to end with the row; shorter rows by single
/// vectors and a small buffer.
template <int kRows, class T, class Out>
void correlate_rows(const TapRows<T>& rows, const Epilogue<T>& epilogue, const TapOutput& out) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr int kVectors = kTapVectors / kRows;
  constexpr int64_t kBlock = kVectors * kLanes;
  HWY_ALIGN T sums[kRows][kBlock];
  T* to[kRows];
  const auto row = [&](int q) { return static_cast<Out*>(out.rows[q]); };
  for (int64_t x = 0; out.samples >= kBlock && x < out.samples; x += kBlock) {
    const int64_t at = std::min(x, out.samples - kBlock);
    for (int q = 0; q < kRows; ++q) {
      if constexpr (std::is_same_v<T, Out>) {
        to[q] = row(q) + at;
      } else {
        to[q] = sums[q];
      }
    }
    sum_taps<kRows, kVectors>(rows, epilogue, at, to);
    for (int q = 0; q < kRows; ++q) {
      if constexpr (!std::is_same_v<T, Out>) {
        store_sums(sums[q], kBlock, epilogue.truncates, row(q) + at);
      }
    }
  }
  if (out.samples >= kBlock) return;
  for (int q = 0; q < kRows; ++q) to[q] = sums[q];
  for (int64_t x = 0; x < out.samples; x += kLanes) {
    sum_taps<kRows, 1>(rows, epilogue, x, to);
    for (int q = 0; q < kRows; ++q) {
      Out last[kLanes];
      store_sums(sums[q], kLanes, epilogue.truncates, last);
      std::memcpy(row(q) + x, last, std::min(kLanes, out.samples - x) * sizeof(Out));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
