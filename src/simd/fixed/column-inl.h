// The column pass of the u8 engine: 16-bit fixed-point sums of four output rows at a time.
#if defined(SEPCONV_SIMD_FIXED_COLUMN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#undef SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#else
#define SEPCONV_SIMD_FIXED_COLUMN_INL_H_
#endif

#include "simd/fixed/sample.h"
#include "simd/hold-inl.h"

#if HWY_TARGET != HWY_SCALAR  // which scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using FixedTag = hn::ScalableTag<int16_t>;
using FixedVec = hn::Vec<FixedTag>;
using ByteTag = hn::ScalableTag<uint8_t>;
inline constexpr int64_t kFixedLanes = hn::MaxLanes(FixedTag());

/// A 16-bit tap in every lane; a 32-bit broadcast from memory is one load, a 16-bit one is not.
HWY_INLINE FixedVec broadcast_tap(int16_t tap) {
  const FixedTag d16;
  const hn::RepartitionToWide<FixedTag> d32;
  return hn::BitCast(d16, hn::Set(d32, static_cast<int32_t>(uint32_t{uint16_t(tap)} * 0x10001u)));
}

/// Stores what InterleaveLower and InterleaveUpper split per 128-bit block, in image order.
HWY_INLINE void store_interleaved(FixedVec lower, FixedVec upper, int16_t* p) {
  const FixedTag d;
#if HWY_TARGET == HWY_AVX2
  hn::StoreU(hn::ConcatLowerLower(d, upper, lower), d, p);
  hn::StoreU(hn::ConcatUpperUpper(d, upper, lower), d, p + kFixedLanes);
#elif HWY_TARGET == HWY_AVX3
  const hn::ScalableTag<uint64_t> d64;
  HWY_ALIGN static constexpr uint64_t kBlocks[8] = {0, 1, 4, 5, 2, 3, 6, 7};
  const auto order = hn::SetTableIndices(d64, kBlocks);
  const auto first = hn::BitCast(d64, hn::ConcatLowerLower(d, upper, lower));
  const auto second = hn::BitCast(d64, hn::ConcatUpperUpper(d, upper, lower));
  hn::StoreU(hn::BitCast(d, hn::TableLookupLanes(first, order)), d, p);
  hn::StoreU(hn::BitCast(d, hn::TableLookupLanes(second, order)), d, p + kFixedLanes);
#else
  hn::StoreU(lower, d, p);
  hn::StoreU(upper, d, p + kFixedLanes);
#endif
}

/// Sums of kRows output rows, 2 vectors (one vector of bytes) each; taps move along the rows as in
/// ColumnBlock.
template <int kRows>
struct FixedColumnBlock {
  FixedVec lower[kRows], upper[kRows], tap[kRows];

  HWY_INLINE FixedColumnBlock() {
    HWY_UNROLL(4)
    for (int q = 0; q < kRows; ++q) lower[q] = upper[q] = tap[q] = hn::Zero(FixedTag());
  }

  HWY_INLINE void push_tap(FixedVec next) {
    HWY_UNROLL(4)
    for (int q = kRows - 1; q > 0; --q) tap[q] = tap[q - 1];
    tap[0] = next;
  }

  /// p - 128 as the high byte of 16 bits is (p - 128) * 256: one exchange of signs, one unpack.
  HWY_INLINE void add_row(const uint8_t* row, int first, int last) {
    const FixedTag d;
    const ByteTag d8;
    const auto centred = hn::Xor(hn::LoadU(d8, row), hn::Set(d8, 0x80));
    const auto zero = hn::Zero(d8);
    const FixedVec l = hold_in_order(hn::BitCast(d, hn::InterleaveLower(d8, zero, centred)));
    const FixedVec u = hold_in_order(hn::BitCast(d, hn::InterleaveUpper(d8, zero, centred)));
    HWY_UNROLL(4)
    for (int q = first; q < last; ++q) {
      lower[q] = hold_in_order(hn::Add(lower[q], hn::MulFixedPoint15(l, tap[q])));
      upper[q] = hold_in_order(hn::Add(upper[q], hn::MulFixedPoint15(u, tap[q])));
    }
  }
};

/// kRows output rows (tap_count >= kRows - 1) at one vector of bytes.
template <int kRows>
HWY_INLINE void combine_fixed_at(const FixedColumnPass& pass, int64_t x, int64_t place) {
  FixedColumnBlock<kRows> block;
  HWY_UNROLL(4)
  for (int j = 0; j < kRows - 1; ++j) {
    block.push_tap(broadcast_tap(pass.taps[j]));
    block.add_row(pass.rows[j] + x, 0, j + 1);
  }
  HWY_UNROLL(1)
  for (int64_t j = kRows - 1; j < pass.tap_count; ++j) {
    block.push_tap(broadcast_tap(pass.taps[j]));
    block.add_row(pass.rows[j] + x, 0, kRows);
  }
  HWY_UNROLL(4)
  for (int j = 1; j < kRows; ++j) {
    block.push_tap(hn::Zero(FixedTag()));
    block.add_row(pass.rows[pass.tap_count - 1 + j] + x, j, kRows);
  }
  HWY_UNROLL(4)
  for (int q = 0; q < kRows; ++q) {
    store_interleaved(block.lower[q], block.upper[q], pass.out + q * pass.out_stride + place);
  }
}

/// A whole segment; the last vector is moved back to end with it, short ones go sample by sample.
template <int kRows>
HWY_INLINE void combine_fixed(const FixedColumnPass& pass, const Segment& segment) {
  constexpr int64_t kStep = 2 * kFixedLanes;
  const int64_t shift = segment.place - segment.source;
  const int64_t end = segment.source + segment.count;
  int64_t x = segment.source;
  for (; x + kStep <= end; x += kStep) combine_fixed_at<kRows>(pass, x, x + shift);
  if (x == end) return;
  if (segment.count >= kStep) {
    combine_fixed_at<kRows>(pass, end - kStep, end - kStep + shift);
    return;
  }
  for (; x < end; ++x) {
    for (int q = 0; q < kRows; ++q) {
      pass.out[q * pass.out_stride + x + shift] = fixed_column_sample(pass, q, x);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
