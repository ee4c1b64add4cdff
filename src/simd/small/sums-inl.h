// Small integer kernels: sums of 16 bits of four output rows, rows first, nothing but registers.
#if defined(SEPCONV_SIMD_SMALL_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SMALL_SUMS_INL_H_
#undef SEPCONV_SIMD_SMALL_SUMS_INL_H_
#else
#define SEPCONV_SIMD_SMALL_SUMS_INL_H_
#endif

#include "simd/hold-inl.h"
#include "simd/small/rows-inl.h"
#include "simd/strip.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using SmallTag = hn::ScalableTag<int16_t>;
using SmallVec = hn::Vec<SmallTag>;
inline constexpr int64_t kSmallLanes = hn::MaxLanes(SmallTag());

/// A factor in registers. Sums are modulo 2^16, so any order gives the same bits.
template <FactorForm kForm, int kTaps>
struct SmallTaps {
  SmallVec tap[kTaps];

  HWY_INLINE explicit SmallTaps(const SmallFactor& factor) {
    HWY_UNROLL(5)
    for (int i = 0; i < kTaps; ++i) {
#if HWY_TARGET == HWY_SCALAR
      tap[i] = hn::Set(SmallTag(), static_cast<int16_t>(factor.doubled[i]));
#else
      tap[i] =
          hn::BitCast(SmallTag(), hn::Set(hn::RepartitionToWide<SmallTag>(), factor.doubled[i]));
#endif
    }
  }

  /// x[i] is what lies under tap i.
  HWY_INLINE SmallVec sum(const SmallVec* x) const {
    if constexpr (kForm == FactorForm::any) {
      SmallVec sum = hn::Mul(x[0], tap[0]);
      HWY_UNROLL(4)
      for (int i = 1; i < kTaps; ++i) sum = hn::Add(sum, hn::Mul(x[i], tap[i]));
      return sum;
    }
    constexpr bool kIsOdd = kForm == FactorForm::unit_antisymmetric;
    SmallVec sum = pair<kIsOdd>(x[0], x[kTaps - 1]);
    if constexpr (kForm == FactorForm::symmetric) sum = hn::Mul(sum, tap[0]);
    HWY_UNROLL(2)
    for (int i = 1; i < kTaps / 2; ++i) {
      const SmallVec both = pair<kIsOdd>(x[i], x[kTaps - 1 - i]);
      sum = hn::Add(sum, hn::Mul(both, tap[kTaps - 1 - i]));
    }
    if constexpr (!kIsOdd) sum = hn::Add(sum, hn::Mul(x[kTaps / 2], tap[kTaps / 2]));
    return sum;
  }

 private:
  template <bool kIsOdd>
  static HWY_INLINE SmallVec pair(SmallVec first, SmallVec last) {
    return kIsOdd ? hn::Sub(last, first) : hn::Add(first, last);
  }
};

/// Calls use(std::integral_constant<FactorForm, form>()).
template <class Use>
HWY_INLINE void with_form(FactorForm form, const Use& use) {
  using enum FactorForm;
  switch (form) {
    case any:
      return use(std::integral_constant<FactorForm, any>());
    case symmetric:
      return use(std::integral_constant<FactorForm, symmetric>());
    case unit_symmetric:
      return use(std::integral_constant<FactorForm, unit_symmetric>());
    case unit_antisymmetric:
      return use(std::integral_constant<FactorForm, unit_antisymmetric>());
  }
}

/// From sums to outputs.
struct SmallFinisher {
  SmallVec bias, level, below_half, one;
  int shift;
  bool is_plain;

  HWY_INLINE explicit SmallFinisher(const SmallWeights& weights)
      : bias(hn::Set(SmallTag(), weights.bias)),
        level(hn::Set(SmallTag(), weights.level)),
        below_half(hn::Set(SmallTag(), static_cast<int16_t>((1 << weights.shift) / 2 - 1))),
        one(hn::Set(SmallTag(), 1)),
        shift(weights.shift),
        is_plain(hold(weights.shift == 0 && weights.bias == 0)) {}

  HWY_INLINE SmallVec finish(SmallVec sum) const {
    if (is_plain) return sum;
    SmallVec value = hn::Sub(sum, bias);
    if (shift > 0) {  // half a unit less a bit, and that bit where the unit is odd
      const SmallVec odd = hn::And(hn::ShiftRightSame(value, shift), one);
      value = hn::ShiftRightSame(hn::Add(value, hn::Add(below_half, odd)), shift);
    }
    return hn::SaturatedAdd(value, level);
  }
};

HWY_INLINE void store_small(SmallVec v, bool streams, int16_t* p) {
  streams ? hn::Stream(v, SmallTag(), p) : hn::StoreU(v, SmallTag(), p);
}
HWY_INLINE void store_small(SmallVec v, bool, uint8_t* p) {
  const hn::Rebind<uint8_t, SmallTag> d8;
  hn::StoreU(hn::DemoteTo(d8, v), d8, p);
}

/// A kernel in registers; rows[j] is the sample under tap 0 of output sample 0 in input row j of
/// the first output row.
template <int kHeight, int kWidth, FactorForm kColumnForm, FactorForm kRowForm>
struct SmallSums {
  int64_t channels;
  SmallTaps<kRowForm, kWidth> row;
  SmallTaps<kColumnForm, kHeight> column;
  SmallFinisher finisher;

  HWY_INLINE explicit SmallSums(const SmallWeights& weights)
      : channels(weights.channels), row(weights.row), column(weights.column), finisher(weights) {}

  HWY_INLINE SmallVec row_sum(const uint8_t* p) const {
    const hn::Rebind<uint8_t, SmallTag> d8;
    SmallVec x[kWidth];
    HWY_UNROLL(5)
    for (int i = 0; i < kWidth; ++i) {
      if (kRowForm == FactorForm::unit_antisymmetric && i == kWidth / 2) continue;  // times 0
      x[i] = hn::PromoteTo(SmallTag(), hn::LoadU(d8, p + i * channels));
    }
    return row.sum(x);
  }

  /// A vector of kRowsTogether output rows, from the last one up: those that the strip has no place
  /// for share that of its last one.
  template <class Out>
  HWY_INLINE void write(const uint8_t* const* rows, int64_t x, const GroupOut<Out>& out) const {
    SmallVec along[kHeight + kRowsTogether - 1];
    HWY_UNROLL(8)
    for (int j = 0; j < kHeight + kRowsTogether - 1; ++j) along[j] = row_sum(rows[j] + x);
    HWY_UNROLL(4)
    for (int q = kRowsTogether - 1; q >= 0; --q) {
      store_small(finisher.finish(column.sum(along + q)), out.streams, out.rows[q] + x);
    }
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
