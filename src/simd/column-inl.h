// The column pass: weighted sums of image rows, several output rows and two vectors at a time.
#if defined(SEPCONV_SIMD_COLUMN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_COLUMN_INL_H_
#undef SEPCONV_SIMD_COLUMN_INL_H_
#else
#define SEPCONV_SIMD_COLUMN_INL_H_
#endif

#include "simd/convert-inl.h"
#include "simd/hold-inl.h"
#include "simd/strip.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// kRows x kVectors sums; 4 x 2 are 8 of the 16 registers, with 4 for the taps in use (output row
/// q takes at input row j the tap j - q, which row q - 1 took one input row before) and the load.
template <class D, int kRows, int kVectors>
struct ColumnBlock {
  hn::Vec<D> sum[kRows][kVectors];
  hn::Vec<D> tap[kRows];

  HWY_INLINE void clear(D d) {
    HWY_UNROLL(16)
    for (int q = 0; q < kRows; ++q) {
      tap[q] = hn::Zero(d);
      HWY_UNROLL(16)
      for (int i = 0; i < kVectors; ++i) sum[q][i] = hn::Zero(d);
    }
  }

  HWY_INLINE void push_tap(hn::Vec<D> next) {
    HWY_UNROLL(16)
    for (int q = kRows - 1; q > 0; --q) tap[q] = tap[q - 1];
    tap[0] = next;
  }

  /// Adds one input row to the output rows [first, last).
  template <bool kRoundOnce, class In>
  HWY_INLINE void add_row(D d, const In* row, int first, int last) {
    HWY_UNROLL(16)
    for (int i = 0; i < kVectors; ++i) {
      const auto v = hold(load_as(d, row + i * hn::MaxLanes(d)));
      HWY_UNROLL(16)
      for (int q = first; q < last; ++q) {
        sum[q][i] = multiply_add<kRoundOnce>(d, v, tap[q], sum[q][i]);
      }
    }
  }
};

/// The arguments of a column pass that do not change along a row.
template <class In, class T>
struct ColumnPass {
  const In* const* rows;  // input row j of output row 0
  const T* taps;
  int64_t tap_count;
  T* out;  // output row q at out + q * out_stride
  int64_t out_stride;
};

/// Sums kRows output rows (tap_count >= kRows - 1) at kVectors vectors from image sample x on,
/// into scratch samples from place on. The ends, where not every output row has a tap, are apart,
/// so that no zero is multiplied.
template <int kRows, int kVectors, bool kRoundOnce, class D, class In, class T>
HWY_INLINE void combine_rows_at(D d, const ColumnPass<In, T>& pass, int64_t x, int64_t place) {
  ColumnBlock<D, kRows, kVectors> block;
  block.clear(d);
  HWY_UNROLL(4)
  for (int j = 0; j < kRows - 1; ++j) {
    block.push_tap(hn::Set(d, pass.taps[j]));
    block.template add_row<kRoundOnce>(d, pass.rows[j] + x, 0, j + 1);
  }
  HWY_UNROLL(1)
  for (int64_t j = kRows - 1; j < pass.tap_count; ++j) {
    block.push_tap(hn::Set(d, pass.taps[j]));
    block.template add_row<kRoundOnce>(d, pass.rows[j] + x, 0, kRows);
  }
  HWY_UNROLL(4)
  for (int j = 1; j < kRows; ++j) {
    block.push_tap(hn::Zero(d));
    block.template add_row<kRoundOnce>(d, pass.rows[pass.tap_count - 1 + j] + x, j, kRows);
  }
  HWY_UNROLL(4)
  for (int q = 0; q < kRows; ++q) {
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      hn::StoreU(block.sum[q][i], d, pass.out + q * pass.out_stride + place + i * hn::MaxLanes(d));
    }
  }
}

/// A whole segment: pairs of vectors, then single ones, the last moved back to end with the
/// segment (samples summed twice get the same bits), and lane by lane where it is that short.
template <int kRows, bool kRoundOnce, class In, class T>
HWY_INLINE void combine_rows(const ColumnPass<In, T>& pass, const Segment& segment) {
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, 1> d1;
  const int64_t lanes = hn::MaxLanes(d);
  const int64_t shift = segment.place - segment.source;
  const int64_t end = segment.source + segment.count;
  int64_t x = segment.source;
  for (; x + 2 * lanes <= end; x += 2 * lanes) {
    combine_rows_at<kRows, 2, kRoundOnce>(d, pass, x, x + shift);
  }
  for (; x + lanes <= end; x += lanes) {
    combine_rows_at<kRows, 1, kRoundOnce>(d, pass, x, x + shift);
  }
  if (x < end && segment.count >= lanes) {
    combine_rows_at<kRows, 1, kRoundOnce>(d, pass, end - lanes, end - lanes + shift);
    return;
  }
  for (; x < end; ++x) combine_rows_at<kRows, 1, kRoundOnce>(d1, pass, x, x + shift);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
