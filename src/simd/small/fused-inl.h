// Separable filters of 3 or 5 taps each way on floats, columns and rows in one sweep: column
// sums stay in registers, and rows take their neighbours from the vectors beside them.
#if defined(SEPCONV_SIMD_SMALL_FUSED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SMALL_FUSED_INL_H_
#undef SEPCONV_SIMD_SMALL_FUSED_INL_H_
#else
#define SEPCONV_SIMD_SMALL_FUSED_INL_H_
#endif

#include <algorithm>

#include "simd/row_short-inl.h"
#include "simd/small/inside.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX3  // it alone has the registers, and shuffles across whole vectors

using FusedTag = hn::ScalableTag<float>;
using FusedVec = hn::Vec<FusedTag>;
inline constexpr int64_t kFusedLanes = hn::MaxLanes(FusedTag());

/// 10 taps, three vectors of column sums in each of kRowsTogether rows, the offset and a load are
/// 24 of 32 registers. 7 taps do not fit beside what else is needed: two passes are as fast.
inline constexpr int kMaxFusedTaps = 5;

/// kRowsTogether rows of inner outputs, a vector of them or more.
struct FusedGroup {
  const float* rows[kMaxFusedTaps - 1 + kRowsTogether];  // under output 0 and tap 0 of a column
  const float* ahead[kRowsTogether];                     // in a stream: rows that come next
  const float* sums[kRowsTogether];  // of columns: scratch rows, which have both ends
  float* out[kRowsTogether];
  bool streams;
};

/// Each output has the sums of the two passes, in their order.
template <int kTaps>
struct FusedSums {
  FusedVec column[kTaps], row[kTaps];
  FusedVec sums[3][kRowsTogether];  // of columns: left of the outputs, theirs, and right of them

  HWY_INLINE explicit FusedSums(const Term<float>& term) {
    const FusedTag d;
    HWY_UNROLL(5)
    for (int i = 0; i < kTaps; ++i) {
      column[i] = hold(hn::Set(d, term.column[i]));
      row[i] = hold(hn::Set(d, term.row.in_order[i]));
    }
  }

  /// Adds input row kRow and those below it, which are row kRow - q of the column to output row q.
  template <int kRow>
  HWY_INLINE void add_rows(const FusedGroup& group, int64_t x, FusedVec (&to)[kRowsTogether]) {
    if constexpr (kRow < kTaps - 1 + kRowsTogether) {
      constexpr int kFirst = std::max(0, kRow - kTaps + 1);
      constexpr int kLast = std::min(kRowsTogether - 1, kRow);
      const FusedTag d;
      const FusedVec v = hold(hn::LoadU(d, group.rows[kRow] + x));
      HWY_UNROLL(4)
      for (int q = kFirst; q <= kLast; ++q) {
        to[q] = multiply_add<false>(d, v, column[kRow - q], to[q]);
      }
      add_rows<kRow + 1>(group, x, to);
    }
  }

  HWY_INLINE void sum_columns(const FusedGroup& group, int64_t x, FusedVec (&to)[kRowsTogether]) {
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) to[q] = hn::Zero(FusedTag());
    add_rows<0>(group, x, to);
  }

  HWY_INLINE void load_sums(const FusedGroup& group, int64_t x, FusedVec (&to)[kRowsTogether]) {
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) to[q] = hn::LoadU(FusedTag(), group.sums[q] + x);
  }

  HWY_INLINE FusedVec sum_row(int q, FusedVec before) const {
    const FusedVec middle = multiply_add<false>(FusedTag(), sums[1][q], row[kTaps / 2], before);
    return add_pairs<1>(q, middle);
  }

  template <int kDistance>
  HWY_INLINE FusedVec add_pairs(int q, FusedVec sum) const {
    if constexpr (kDistance <= kTaps / 2) {
      const FusedTag d;
      const FusedVec right = across<kDistance>(sums[1][q], sums[2][q]);
      sum = multiply_add<false>(d, right, row[kTaps / 2 + kDistance], sum);
      const FusedVec left = across<kFusedLanes - kDistance>(sums[0][q], sums[1][q]);
      sum = multiply_add<false>(d, left, row[kTaps / 2 - kDistance], sum);
      return add_pairs<kDistance + 1>(q, sum);
    }
    return sum;
  }
};

/// Outputs [first, last), whole vectors. Rows from the last one up, as SmallSums has them.
template <int kTaps>
HWY_NOINLINE void write_fused(const Weights<float>& weights, const FusedGroup& group, int64_t first,
                              int64_t last) {
  const FusedTag d;
  const Finisher<false, FusedTag> finisher(d, weights.epilogue);
  const bool streams = hold(group.streams);
  FusedSums<kTaps> block(weights.terms[0]);
  block.load_sums(group, first - kFusedLanes, block.sums[0]);
  block.sum_columns(group, first, block.sums[1]);
  HWY_UNROLL(1)
  for (int64_t x = first; x < last; x += kFusedLanes) {
    const int64_t next = x + kFusedLanes;
    if (next < last) {
      block.sum_columns(group, next, block.sums[2]);
    } else {
      block.load_sums(group, next, block.sums[2]);
    }
    HWY_UNROLL(4)
    for (int q = kRowsTogether - 1; q >= 0; --q) {
      const FusedVec sum = finisher.finish(d, block.sum_row(q, finisher.before));
      if (streams) {
        call_ahead(group.ahead[q] + x);
        hn::Stream(sum, d, group.out[q] + x);
      } else {
        hn::StoreU(sum, d, group.out[q] + x);
      }
      block.sums[0][q] = block.sums[1][q];
      block.sums[1][q] = block.sums[2][q];
    }
  }
}

/// kRowsTogether output rows from y on: the inside in registers, both ends from scratch rows.
template <int kTaps>
struct FusedStrip {
  const StripWork<float>& work;
  const StripEnds& ends;

  void write_group(int64_t y) const {
    const Strip& strip = work.strip;
    FusedGroup group;
    const int64_t last_row = strip.out_rows - 1;
    for (int64_t q = 0; q < kRowsTogether; ++q) {
      group.out[q] = work.out_row<float>(std::min(y + q, last_row));
      group.sums[q] = work.scratch_row(q);
      group.ahead[q] = input(y + kTaps - 1 + kRowsTogether + q);
    }
    for (int64_t j = 0; j < kTaps - 1 + kRowsTogether; ++j) group.rows[j] = input(y + j);
    group.streams = strip.streams && y + kRowsTogether <= strip.out_rows;
    const int64_t first = std::min(
        ends.last(), ends.first() + first_aligned<kFusedLanes>(group.out[0] + ends.first()));
    const int64_t last = first + (ends.last() - first) / kFusedLanes * kFusedLanes;
    for (int64_t q = 0; q < std::min<int64_t>(kRowsTogether, strip.out_rows - y); ++q) {
      write_ends(q, first, last, group.out[q]);
    }
    if (first < last) write_fused<kTaps>(work.weights, group, first, last);
  }

  void write_ends(int64_t q, int64_t first, int64_t last, float* out) const {
    const float* source = work.scratch_row(q) - work.weights.anchor_samples;
    RowPass<float> pass{&work.weights, &source};
    if (first > 0) convolve_short_row<kTaps, 1, false>(pass, first, out);
    pass.first = last;
    const int64_t rest = work.strip.out_samples - last;
    if (rest > 0) convolve_short_row<kTaps, 1, false>(pass, rest, out + last);
  }

  /// Row j of those that the strip reads, or its last one, under output 0.
  const float* input(int64_t j) const {
    const int64_t rows = work.strip.out_rows + kTaps - 1 + kRowsTogether;
    return static_cast<const float*>(work.strip.rows[std::min(j, rows - 1)]) +
           ends.source_of_output();
  }
};

template <int kTaps>
void run_fused(const StripWork<float>& work, const Passes<float>& passes) {
  // Columns alone are read in place; at both ends, scratch rows have what rows take beside them.
  const StripEnds ends(work.strip, {0, 0}, kFusedLanes + kTaps);
  const StripWork<float> ends_work{ends.strip(), work.weights};
  const FusedStrip<kTaps> strip{work, ends};
  for (int64_t y = 0; y < work.strip.out_rows; y += kRowsTogether) {
    passes.combine_term(ends_work, work.weights.terms[0], y, 0);
    strip.write_group(y);
  }
}

/// The number of taps each way of a filter that runs so; 0: of one that does not.
inline int64_t fused_taps(const Strip& strip, const Weights<float>& weights) {
  if (weights.terms.size() != 1 || weights.channels != 1) return 0;
  if (weights.in_type != SampleType::f32 || weights.out_type != SampleType::f32) return 0;
  // Streams store whole aligned vectors, in all rows at once.
  if (strip.streams && strip.out_stride_bytes % kAlignment != 0) return 0;
  const auto taps = static_cast<int64_t>(weights.terms[0].column.size());
  const bool is_square = taps == static_cast<int64_t>(weights.terms[0].row.in_order.size());
  const bool is_centred = weights.anchor_samples == taps / 2;
  return is_square && is_centred && taps % 2 == 1 && taps > 1 && taps <= kMaxFusedTaps ? taps : 0;
}

/// True of strips that were run in one sweep; the bits are those of two passes.
inline bool run_if_fused(const StripWork<float>& work, const Passes<float>& passes) {
  switch (fused_taps(work.strip, work.weights)) {
    case 3:
      run_fused<3>(work, passes);
      return true;
    case 5:
      run_fused<5>(work, passes);
      return true;
    default:
      return false;
  }
}

#else

inline bool run_if_fused(const StripWork<float>&, const Passes<float>&) { return false; }

#endif  // AVX-512

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
