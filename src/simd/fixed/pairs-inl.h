// Sums of pairs of 16-bit products: the widest multiply-add that every instruction set has. Used
// here and by box/.
#if defined(SEPCONV_SIMD_FIXED_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_PAIRS_INL_H_
#undef SEPCONV_SIMD_FIXED_PAIRS_INL_H_
#else
#define SEPCONV_SIMD_FIXED_PAIRS_INL_H_
#endif

#include "simd/hold-inl.h"

#if HWY_TARGET != HWY_SCALAR  // one lane has no pairs
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using PairTag = hn::ScalableTag<int16_t>;
using PairSumTag = hn::RepartitionToWide<PairTag>;
using PairSums = hn::Vec<PairSumTag>;

/// sum + a[2i] * b[2i] + a[2i + 1] * b[2i + 1] in 32 bits.
HWY_INLINE PairSums multiply_add_pairs(hn::Vec<PairTag> a, hn::Vec<PairTag> b, PairSums sum) {
  const PairSumTag d32;
#if HWY_ARCH_X86_64 && HWY_TARGET != HWY_EMU128
  PairSums unused = hn::Zero(d32);
  return hn::ReorderWidenMulAccumulate(d32, a, b, sum, unused);
#else
  const PairSums a32 = hn::BitCast(d32, a), b32 = hn::BitCast(d32, b);
  const auto even = [](PairSums v) HWY_ATTR { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
  const PairSums odd = hn::Mul(hn::ShiftRight<16>(a32), hn::ShiftRight<16>(b32));
  return hn::Add(sum, hn::Add(odd, hn::Mul(even(a32), even(b32))));
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
