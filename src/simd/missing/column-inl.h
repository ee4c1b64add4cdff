// The column pass of data with gaps: sums of values and sums of weights from one reading of the
// samples. Missing samples are replaced by 0 before anything is multiplied, so that whatever they
// hold, NaN and infinities too, never counts.
#if defined(SEPCONV_SIMD_MISSING_COLUMN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_COLUMN_INL_H_
#undef SEPCONV_SIMD_MISSING_COLUMN_INL_H_
#else
#define SEPCONV_SIMD_MISSING_COLUMN_INL_H_
#endif

#include "simd/convert-inl.h"
#include "simd/hold-inl.h"
#include "simd/missing/missing.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// A vector of samples and their weights, 1 or 0; the value of a missing one is 0.
template <class D>
struct Weighed {
  hn::Vec<D> value, weight;
};

/// Samples that bytes mark as valid.
struct ByMarks {
  template <class D, class In>
  HWY_INLINE Weighed<D> load(D d, const In* row, const uint8_t* marks) const {
    using T = hn::TFromD<D>;
    const hn::Rebind<uint8_t, D> d8;
    const hn::Rebind<int32_t, D> d32;
    const auto wide = hn::PromoteTo(d32, hn::LoadU(d8, marks));
    const auto one = hn::Set(d, T{1});
    const auto value = load_as(d, row);
    if constexpr (sizeof(T) == 4) {
      const auto is_missing = hn::RebindMask(d, hn::Eq(wide, hn::Zero(d32)));
      return {hn::IfThenZeroElse(is_missing, value), hn::IfThenZeroElse(is_missing, one)};
    } else {
      const auto is_missing = hn::Eq(hn::PromoteTo(d, wide), hn::Zero(d));
      return {hn::IfThenZeroElse(is_missing, value), hn::IfThenZeroElse(is_missing, one)};
    }
  }
};

/// Samples that are not NaN.
struct ByNumbers {
  template <class D, class In>
  HWY_INLINE Weighed<D> load(D d, const In* row, const uint8_t*) const {
    using T = hn::TFromD<D>;
    const auto value = load_as(d, row);
    const auto is_valid = hn::Eq(value, value);
    return {hn::IfThenElseZero(is_valid, value), hn::IfThenElseZero(is_valid, hn::Set(d, T{1}))};
  }
};

/// The arguments of a column pass that do not change along a row.
template <class In, class T>
struct MissingColumns {
  const In* const* rows;        // input row j of output row 0
  const uint8_t* const* marks;  // beside them; null where samples say it themselves
  const T* taps;
  int64_t tap_count;
  T* out;  // values of output row q at out + q * out_stride, its weights kRowsTogether rows on
  int64_t out_stride;
};

/// Both sums of kRows output rows: 8 of the 16 registers, with 4 for the taps in use (output row q
/// takes at input row j the tap j - q) and 2 for the sample and its weight.
template <class D, int kRows>
struct MissingBlock {
  hn::Vec<D> value[kRows];
  hn::Vec<D> weight[kRows];
  hn::Vec<D> tap[kRows];

  HWY_INLINE void clear(D d) {
    HWY_UNROLL(16)
    for (int q = 0; q < kRows; ++q) value[q] = weight[q] = tap[q] = hn::Zero(d);
  }

  HWY_INLINE void push_tap(hn::Vec<D> next) {
    HWY_UNROLL(16)
    for (int q = kRows - 1; q > 0; --q) tap[q] = tap[q - 1];
    tap[0] = next;
  }

  /// Adds one input row to the output rows [first, last).
  template <bool kRoundOnce>
  HWY_INLINE void add_row(D d, const Weighed<D>& sample, int first, int last) {
    const auto v = hold(sample.value);
    const auto w = hold(sample.weight);
    HWY_UNROLL(16)
    for (int q = first; q < last; ++q) {
      value[q] = multiply_add<kRoundOnce>(d, v, tap[q], value[q]);
      weight[q] = multiply_add<kRoundOnce>(d, w, tap[q], weight[q]);
    }
  }
};

/// Sums kRows output rows (tap_count >= kRows - 1) at one vector from image sample x on, into
/// scratch samples from place on. The ends, where not every output row has a tap, are apart, so
/// that no zero is multiplied.
template <int kRows, bool kRoundOnce, class Loader, class D, class In, class T>
HWY_INLINE void combine_missing_at(D d, const MissingColumns<In, T>& pass, int64_t x,
                                   int64_t place) {
  const Loader loader;
  const auto load = [&](int64_t j) HWY_ATTR {
    return loader.load(d, pass.rows[j] + x, pass.marks ? pass.marks[j] + x : nullptr);
  };
  MissingBlock<D, kRows> block;
  block.clear(d);
  HWY_UNROLL(4)
  for (int j = 0; j < kRows - 1; ++j) {
    block.push_tap(hn::Set(d, pass.taps[j]));
    block.template add_row<kRoundOnce>(d, load(j), 0, j + 1);
  }
  HWY_UNROLL(1)
  for (int64_t j = kRows - 1; j < pass.tap_count; ++j) {
    block.push_tap(hn::Set(d, pass.taps[j]));
    block.template add_row<kRoundOnce>(d, load(j), 0, kRows);
  }
  HWY_UNROLL(4)
  for (int j = 1; j < kRows; ++j) {
    block.push_tap(hn::Zero(d));
    block.template add_row<kRoundOnce>(d, load(pass.tap_count - 1 + j), j, kRows);
  }
  T* out = pass.out + place;
  HWY_UNROLL(4)
  for (int q = 0; q < kRows; ++q) {
    hn::StoreU(block.value[q], d, out + q * pass.out_stride);
    hn::StoreU(block.weight[q], d, out + (q + kRowsTogether) * pass.out_stride);
  }
}

/// A whole segment: vectors, the last moved back to end with the segment (samples summed twice get
/// the same bits), and lane by lane where it is that short.
template <int kRows, bool kRoundOnce, class Loader, class In, class T>
HWY_INLINE void combine_missing_segment(const MissingColumns<In, T>& pass, const Segment& segment) {
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, 1> d1;
  const int64_t lanes = hn::MaxLanes(d);
  const int64_t shift = segment.place - segment.source;
  const int64_t end = segment.source + segment.count;
  int64_t x = segment.source;
  for (; x + lanes <= end; x += lanes) {
    combine_missing_at<kRows, kRoundOnce, Loader>(d, pass, x, x + shift);
  }
  if (x < end && segment.count >= lanes) {
    combine_missing_at<kRows, kRoundOnce, Loader>(d, pass, end - lanes, end - lanes + shift);
    return;
  }
  for (; x < end; ++x) combine_missing_at<kRows, kRoundOnce, Loader>(d1, pass, x, x + shift);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
