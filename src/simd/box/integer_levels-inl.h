// From sums of windows to levels, and blocks of 16 bytes of several rows in one vector: what the
// row passes of integer boxes are made of.
#if defined(SEPCONV_SIMD_BOX_INTEGER_LEVELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_INTEGER_LEVELS_INL_H_
#undef SEPCONV_SIMD_BOX_INTEGER_LEVELS_INL_H_
#else
#define SEPCONV_SIMD_BOX_INTEGER_LEVELS_INL_H_
#endif

#include "simd/hold-inl.h"
#include "simd/strip.h"

#if HWY_TARGET != HWY_SCALAR  // which integer_scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using NarrowTag = hn::ScalableTag<uint16_t>;
using NarrowVec = hn::Vec<NarrowTag>;
using WideTag = hn::ScalableTag<int32_t>;
using WideVec = hn::Vec<WideTag>;
using BytesTag = hn::ScalableTag<uint8_t>;

/// A vector holds a block of 16 bytes of each of some rows: no sum along a row crosses blocks.
inline constexpr int kRowsInVector = static_cast<int>(hn::MaxLanes(BytesTag()) / 16);
static_assert(kRowsInVector == 1 || kRowsInVector == 2 || kRowsInVector == 4);

/// From vectors of neighbouring blocks, one a row, to vectors of one block of each row.
template <class D>
HWY_INLINE void transpose_blocks(D d, hn::Vec<D>* v) {
  if constexpr (kRowsInVector == 2) {
    const auto first = v[0];
    v[0] = hn::ConcatLowerLower(d, v[1], first);
    v[1] = hn::ConcatUpperUpper(d, v[1], first);
  } else if constexpr (kRowsInVector == 4) {
    const auto even_lower = hn::ConcatLowerLower(d, v[2], v[0]);
    const auto even_upper = hn::ConcatUpperUpper(d, v[2], v[0]);
    const auto odd_lower = hn::ConcatLowerLower(d, v[3], v[1]);
    const auto odd_upper = hn::ConcatUpperUpper(d, v[3], v[1]);
    v[0] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd_lower), even_lower);
    v[1] = hn::OddEvenBlocks(odd_lower, hn::SwapAdjacentBlocks(even_lower));
    v[2] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd_upper), even_upper);
    v[3] = hn::OddEvenBlocks(odd_upper, hn::SwapAdjacentBlocks(even_upper));
  }
}

/// Each block to its row.
template <class D>
HWY_INLINE void store_blocks(D d, hn::Vec<D> bytes, uint8_t* const* rows, int64_t x) {
  constexpr int kRows = static_cast<int>(hn::MaxLanes(D()) / 16);
  if constexpr (kRows == 1) {
    hn::StoreU(bytes, d, rows[0] + x);
  } else {
    const hn::Half<D> half;
    store_blocks(half, hn::LowerHalf(half, bytes), rows, x);
    store_blocks(half, hn::UpperHalf(half, bytes), rows + kRows / 2, x);
  }
}

/// Levels of 16 bits to bytes, block by block: lower first.
HWY_INLINE hn::Vec<BytesTag> pack_blocks(NarrowVec lower, NarrowVec upper) {
#if HWY_ARCH_X86_64 && HWY_TARGET == HWY_AVX2
  return {_mm256_packus_epi16(lower.raw, upper.raw)};
#elif HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3
  return {_mm512_packus_epi16(lower.raw, upper.raw)};
#else
  static_assert(kRowsInVector == 1);
  const hn::Half<BytesTag> half;
  const hn::RepartitionToWide<BytesTag> d16;
  const hn::RebindToSigned<decltype(d16)> d16s;
  return hn::Combine(BytesTag(), hn::DemoteTo(half, hn::BitCast(d16s, upper)),
                     hn::DemoteTo(half, hn::BitCast(d16s, lower)));
#endif
}

/// Levels of 16 bits to bytes.
HWY_INLINE hn::Vec<BytesTag> pack_in_order(NarrowVec lower, NarrowVec upper) {
  const auto blocks = pack_blocks(lower, upper);
  if constexpr (kRowsInVector == 1) return blocks;
  const hn::ScalableTag<uint64_t> d64;
  HWY_ALIGN static constexpr uint64_t kOrder[8] = {0, 2, 4, 6, 1, 3, 5, 7};
  HWY_ALIGN static constexpr uint64_t kOrderOfTwo[4] = {0, 2, 1, 3};
  const auto order = hn::SetTableIndices(d64, kRowsInVector == 2 ? kOrderOfTwo : kOrder);
  return hn::BitCast(BytesTag(), hn::TableLookupLanes(hn::BitCast(d64, blocks), order));
}

/// Levels of sums that divisor / 2 has been added to.
template <bool kIsPlain>
struct NarrowLevels {
  explicit NarrowLevels(const LevelQuotient& quotient)
      : multiplier(hn::Set(NarrowTag(), quotient.multiplier)),
        divisor(hn::Set(NarrowTag(), static_cast<uint16_t>(quotient.divisor))),
        shift(quotient.shift) {}

  HWY_INLINE NarrowVec of(NarrowVec sums) const {
    const NarrowVec levels = hn::ShiftRightSame(hn::MulHigh(sums, multiplier), shift);
    if constexpr (kIsPlain) return levels;
    // Ties have been rounded up: down again to the even level.
    const auto are_ties = hn::Eq(hn::Mul(levels, divisor), sums);
    const NarrowVec odd = hn::And(levels, hn::Set(NarrowTag(), 1));
    return hn::Sub(levels, hn::IfThenElseZero(are_ties, odd));
  }

  NarrowVec multiplier, divisor;
  int shift;
};

/// Levels of sums of up to kLargestBoxSum, which floats hold. Adding 2^23 rounds a quotient to a
/// whole number, which then is in the low bits.
template <bool kIsPlain>
struct WideLevels {
  using D = hn::RebindToFloat<WideTag>;
  using V = hn::Vec<D>;

  explicit WideLevels(const LevelQuotient& quotient)
      : reciprocal(hn::Set(D(), quotient.reciprocal)),
        rest(hn::Set(D(), quotient.rest)),
        divisor(hn::Set(D(), static_cast<float>(quotient.divisor))),
        to_whole(hn::Set(D(), 0x1p23f)) {}

  /// In the low 16 bits of each lane; the high ones are anything.
  HWY_INLINE WideVec in_low_halves(WideVec sums) const {
    const V value = hn::ConvertTo(D(), sums);
    if constexpr (kIsPlain) {
      return hn::BitCast(WideTag(), hn::MulAdd(value, reciprocal, to_whole));
    }
#if HWY_NATIVE_FMA
    const V quotient = hn::MulAdd(value, reciprocal, hn::Mul(value, rest));
#else
    const V quotient = hn::Div(value, divisor);
#endif
    return hn::BitCast(WideTag(), hn::Add(quotient, to_whole));
  }

  V reciprocal, rest, divisor, to_whole;
};

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
