// The column pass of the u8 engine: 16-bit fixed-point sums of four output rows at a time.
#if defined(SEPCONV_SIMD_FIXED_COLUMN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#undef SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#else
#define SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#endif

#include "simd/fixed/pairs-inl.h"
#include "simd/fixed/sample.h"

#if HWY_TARGET != HWY_SCALAR  // which scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using FixedTag = hn::ScalableTag<int16_t>;
using FixedVec = hn::Vec<FixedTag>;
using ByteTag = hn::ScalableTag<uint8_t>;
inline constexpr int64_t kFixedLanes = hn::MaxLanes(FixedTag());
using SumTag = PairSumTag;
using SumVec = PairSums;

/// A 16-bit tap in every lane, from both halves of 32 bits: one load; a 16-bit broadcast is not.
HWY_INLINE FixedVec broadcast_tap(int32_t doubled) {
  return hn::BitCast(FixedTag(), hn::Set(SumTag(), doubled));
}

/// Stores what InterleaveLower and InterleaveUpper split per 128-bit block, in image order.
HWY_INLINE void store_interleaved(FixedVec lower, FixedVec upper, int16_t* p) {
  const FixedTag d;
#if HWY_TARGET == HWY_AVX2
  hn::StoreU(hn::ConcatLowerLower(d, upper, lower), d, p);
  hn::StoreU(hn::ConcatUpperUpper(d, upper, lower), d, p + kFixedLanes);
#elif HWY_TARGET == HWY_AVX3
  const hn::ScalableTag<uint64_t> d64;
  HWY_ALIGN static constexpr uint64_t kFirst[8] = {0, 1, 8, 9, 2, 3, 10, 11};
  HWY_ALIGN static constexpr uint64_t kSecond[8] = {4, 5, 12, 13, 6, 7, 14, 15};
  const auto blocks =
      [&](const uint64_t* from) HWY_ATTR {  // Highway 1.0 has no such shuffle of two
        const auto order = hn::Load(d64, from);
        return FixedVec{_mm512_permutex2var_epi64(lower.raw, order.raw, upper.raw)};
      };
  hn::StoreU(blocks(kFirst), d, p);
  hn::StoreU(blocks(kSecond), d, p + kFixedLanes);
#else
  hn::StoreU(lower, d, p);
  hn::StoreU(upper, d, p + kFixedLanes);
#endif
}

/// Sums of kRows output rows, 2 vectors (one vector of bytes) each. Taps are loaded where they are
/// used: with them in registers, as in ColumnBlock, 16 do not hold all.
template <int kRows>
struct FixedColumnBlock {
  FixedVec lower[kRows], upper[kRows];

  HWY_INLINE FixedColumnBlock() {
    HWY_UNROLL(4)
    for (int q = 0; q < kRows; ++q) lower[q] = upper[q] = hn::Zero(FixedTag());
  }

  /// Adds one input row to the output rows [first, last); output row q takes taps[-q].
  /// p - 128 as the high byte of 16 bits is (p - 128) * 256: one exchange of signs, one unpack.
  HWY_INLINE void add_row(const uint8_t* row, const int32_t* taps, int first, int last) {
    const FixedTag d;
    const ByteTag d8;
    const auto centred = hn::Xor(hn::LoadU(d8, row), hn::Set(d8, 0x80));
    const auto zero = hn::Zero(d8);
    const FixedVec l = hold_in_order(hn::BitCast(d, hn::InterleaveLower(d8, zero, centred)));
    const FixedVec u = hold_in_order(hn::BitCast(d, hn::InterleaveUpper(d8, zero, centred)));
    HWY_UNROLL(4)
    for (int q = first; q < last; ++q) {
      const FixedVec tap = broadcast_tap(taps[-q]);
      lower[q] = hold_in_order(hn::Add(lower[q], hn::MulFixedPoint15(l, tap)));
      upper[q] = hold_in_order(hn::Add(upper[q], hn::MulFixedPoint15(u, tap)));
    }
  }

  HWY_INLINE void store(int q, int16_t* p) const { store_interleaved(lower[q], upper[q], p); }
};

/// kRows output rows (tap_count >= kRows - 1) by sums of 16 bits, a vector of bytes at a time:
/// those of rounded products, or of another block.
template <int kRows, class Block = FixedColumnBlock<kRows>>
struct RoundedColumns {
  FixedColumnPass pass;
  const int32_t* taps = pass.column.doubled.data();
  int64_t tap_count = pass.tap_count();

  HWY_INLINE void combine(int64_t x, int64_t place) const {
    Block block;
    HWY_UNROLL(4)
    for (int j = 0; j < kRows - 1; ++j) block.add_row(pass.rows[j] + x, taps + j, 0, j + 1);
    HWY_UNROLL(1)
    for (int64_t j = kRows - 1; j < tap_count; ++j) {
      block.add_row(pass.rows[j] + x, taps + j, 0, kRows);
    }
    HWY_UNROLL(4)
    for (int q = 1; q < kRows; ++q) {
      const int64_t j = tap_count - 1 + q;
      block.add_row(pass.rows[j] + x, taps + j, q, kRows);
    }
    HWY_UNROLL(4)
    for (int q = 0; q < kRows; ++q) block.store(q, pass.out + q * pass.out_stride + place);
  }
};

/// Exact sums of four output rows at half of the bytes of a vector: the lower or the upper half of
/// each 128-bit block, as InterleaveLower and InterleaveUpper have it. Two rows are zipped into
/// pairs; output rows 0 and 2 take their taps as even pairs, one pair apart, 1 and 3 as odd ones.
template <bool kUpper>
struct FixedPairBlock {
  SumVec first[kRowsTogether], second[kRowsTogether];  // of the zipped vector's two halves

  HWY_INLINE explicit FixedPairBlock(int32_t start) {
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) first[q] = second[q] = hn::Set(SumTag(), start);
  }

  HWY_INLINE void add_rows(const uint8_t* a, const uint8_t* b, const int32_t (&pairs)[4], int from,
                           int to) {
    const FixedTag d;
    const ByteTag d8;
    const auto va = hn::LoadU(d8, a), vb = hn::LoadU(d8, b);
    const auto zero = hn::Zero(d8);
    const auto zipped = kUpper ? hn::InterleaveUpper(d8, va, vb) : hn::InterleaveLower(d8, va, vb);
    const FixedVec l = hold_in_order(hn::BitCast(d, hn::InterleaveLower(d8, zipped, zero)));
    const FixedVec u = hold_in_order(hn::BitCast(d, hn::InterleaveUpper(d8, zipped, zero)));
    HWY_UNROLL(4)
    for (int q = from; q < to; ++q) {
      const FixedVec taps = hn::BitCast(d, hn::Set(SumTag(), pairs[q]));
      first[q] = hold_in_order(multiply_add_pairs(l, taps, first[q]));
      second[q] = hold_in_order(multiply_add_pairs(u, taps, second[q]));
    }
  }

  HWY_INLINE FixedVec result(int q, int shift) const {
    return hn::ReorderDemote2To(FixedTag(), hn::ShiftRightSame(first[q], shift),
                                hn::ShiftRightSame(second[q], shift));
  }
};

template <bool kUpper>
HWY_INLINE FixedPairBlock<kUpper> sum_pairs_at(const FixedColumnPass& pass, int32_t start,
                                               int64_t x) {
  const int32_t* even = pass.column.even_pairs.data();
  const int32_t* odd = pass.column.odd_pairs.data();
  const int64_t count = static_cast<int64_t>(pass.column.even_pairs.size());
  FixedPairBlock<kUpper> block(start);
  const auto add = [&](int64_t p, const int32_t(&pairs)[4], int from, int to) HWY_ATTR {
    block.add_rows(pass.rows[2 * p] + x, pass.rows[2 * p + 1] + x, pairs, from, to);
  };
  add(0, {even[0], odd[0], 0, 0}, 0, 2);
  HWY_UNROLL(1)
  for (int64_t p = 1; p < count; ++p) add(p, {even[p], odd[p], even[p - 1], odd[p - 1]}, 0, 4);
  add(count, {0, 0, even[count - 1], odd[count - 1]}, 2, 4);
  return block;
}

/// kRowsTogether output rows by exact sums, a vector of bytes at a time.
struct PairedColumns {
  FixedColumnPass pass;
  PairRounding rounding = centred_rounding(pass.column.bits);

  HWY_INLINE void combine(int64_t x, int64_t place) const {
    const auto [start, shift] = rounding;
    FixedVec lower[kRowsTogether];
    const auto lower_block = sum_pairs_at<false>(pass, start, x);
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) lower[q] = lower_block.result(q, shift);
    const auto upper_block = sum_pairs_at<true>(pass, start, x);
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) {
      store_interleaved(lower[q], upper_block.result(q, shift),
                        pass.out + q * pass.out_stride + place);
    }
  }
};

/// A whole segment; the last vector is moved back to end with it. False where it is too short.
template <class Columns>
HWY_INLINE bool combine_vectors(const Columns& columns, const Segment& segment) {
  constexpr int64_t kStep = 2 * kFixedLanes;
  if (segment.count < kStep) return false;
  const int64_t shift = segment.place - segment.source;
  const int64_t end = segment.source + segment.count;
  int64_t x = segment.source;
  for (; x + kStep <= end; x += kStep) columns.combine(x, x + shift);
  if (x < end) columns.combine(end - kStep, end - kStep + shift);
  return true;
}

/// A whole segment by whichever sums the column asks for; short ones go sample by sample.
template <int kRows>
HWY_INLINE void combine_fixed(const FixedColumnPass& pass, const Segment& segment) {
  if (pass.column.in_pairs ? combine_vectors(PairedColumns{pass}, segment)
                           : combine_vectors(RoundedColumns<kRows>{pass}, segment)) {
    return;
  }
  for (int q = 0; q < kRows; ++q) {
    int16_t* out = pass.out + q * pass.out_stride + segment.place;
    for (int64_t i = 0; i < segment.count; ++i) {
      out[i] = fixed_column_sample(pass, q, segment.source + i);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
