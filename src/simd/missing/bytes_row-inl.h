// The row pass of masked bytes: both sums of a block of outputs in registers, and their quotient.
#if defined(SEPCONV_SIMD_MISSING_BYTES_ROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_BYTES_ROW_INL_H_
#undef SEPCONV_SIMD_MISSING_BYTES_ROW_INL_H_
#else
#define SEPCONV_SIMD_MISSING_BYTES_ROW_INL_H_
#endif

#include "simd/fixed/row-inl.h"
#include "simd/missing/bytes_sample.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Outputs [first, last) of a group of rows.
struct OutputRun {
  int64_t first = INT64_MAX;
  int64_t last = 0;

  bool is_empty() const { return first >= last; }
  void add(int64_t from, int64_t to) {
    first = std::min(first, from);
    last = std::max(last, to);
  }
};

/// One output row of masked bytes.
struct MissingBytesRow {
  const MissingBytes& bytes;
  const int16_t* values;  // column sums under tap 0 of output 0
  const int16_t* weights;
  uint8_t fill;
  uint8_t* low;        // set to 1 at outputs that need floats,
  OutputRun* low_run;  // all of them here
};

/// Values / weights as a level, in the low half of a lane. Every step is rounded by itself, or
/// loses nothing, so it has one answer on every target.
template <class D>
HWY_INLINE hn::Vec<hn::Rebind<int32_t, D>> level_of(D d, hn::Vec<hn::Rebind<int32_t, D>> values,
                                                    hn::Vec<hn::Rebind<int32_t, D>> weights) {
  const hn::Rebind<int32_t, D> d32;
  const auto mean = hn::Div(hn::ConvertTo(d, values), hn::ConvertTo(d, weights));
  const auto to_levels = hn::Set(d, static_cast<float>(1 << (kShareBits - kLevelBits)));
  return hn::BitCast(d32, hn::MulAdd(mean, to_levels, hn::Set(d, 0x1.8p23f)));
}

#if HWY_TARGET != HWY_SCALAR
/// PairsOneChannel with kPairs pairs of taps: AVX-512 shuffles part of the samples, for its
/// unaligned loads all cross cache lines.
template <int kPairs>
struct ShortPairs {
  static constexpr bool kShuffles = HWY_TARGET == HWY_AVX3;

  template <int kVectors>
  static HWY_INLINE void add(const FixedRowPass& pass, int64_t x, SumVec* even, SumVec* odd) {
    const int16_t* t = pass.source + x;
    FixedVec first[kVectors + 1];
    HWY_UNROLL(8)
    for (int i = 0; kShuffles && i <= kVectors; ++i) {
      first[i] = hold(hn::LoadU(FixedTag(), t + i * kFixedLanes));
    }
    add_pairs<0, kVectors>(pass.weights.row, t, first, even, odd);
  }

  static HWY_INLINE FixedVec join(SumVec even, SumVec odd) {
    return PairsOneChannel::join(even, odd);
  }

 private:
  /// Pair kPair, then the further ones.
  template <int kPair, int kVectors>
  static HWY_INLINE void add_pairs(const FixedFactor& row, const int16_t* t, const FixedVec* first,
                                   SumVec* even, SumVec* odd) {
    if constexpr (kPair < kPairs) {
      const FixedTag d;
      const FixedVec even_taps = hn::BitCast(d, hn::Set(SumTag(), row.even_pairs[kPair]));
      const FixedVec odd_taps = hn::BitCast(d, hn::Set(SumTag(), row.odd_pairs[kPair]));
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        FixedVec v;
        if constexpr (kShuffles && kPair % 2 == 0) {
          v = hold(pairs_further<kPair>(first[i], first[i + 1]));
        } else {
          v = hold(hn::LoadU(d, t + 2 * kPair + i * kFixedLanes));
        }
        even[i] = hold_in_order(multiply_add_pairs(v, even_taps, even[i]));
        odd[i] = hold_in_order(multiply_add_pairs(v, odd_taps, odd[i]));
      }
      add_pairs<kPair + 1, kVectors>(row, t, first, even, odd);
    }
  }
};

/// The products of fixed-point rows (convolve_fixed_row), twice.
template <class Pairs>
struct MissingPairs {
  const MissingBytesRow& row;

  template <int kVectors>
  HWY_INLINE void convolve(const FixedRowPass& pass, int64_t x, uint8_t* out) const {
    const SumTag d32;
    const hn::RebindToFloat<SumTag> d;
    const Gaps gaps = gaps_at<kVectors>(x);
    if (gaps == Gaps::all && row.bytes.zero_is_empty) return fill<kVectors>(out + x);
    SumVec value[2][kVectors], weight[2][kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      value[0][i] = value[1][i] = hn::Zero(d32);
      weight[0][i] = weight[1][i] = gaps == Gaps::none ? hn::Set(d32, whole()) : hn::Zero(d32);
    }
    if (gaps != Gaps::none) {
      Pairs::template add<kVectors>({pass.weights, row.weights}, x, weight[0], weight[1]);
    }
    Pairs::template add<kVectors>(pass, x, value[0], value[1]);
    SumVec smallest = weight[0][0];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      smallest = hn::Min(smallest, hn::Min(weight[0][i], weight[1][i]));
      const auto levels = Pairs::join(level_of(d, value[0][i], weight[0][i]),
                                      level_of(d, value[1][i], weight[1][i]));
      store_bytes(levels, out + x + i * kFixedLanes);
    }
    const auto is_low = hn::Lt(smallest, hn::Set(d32, row.bytes.least));
    if (hn::AllFalse(d32, is_low)) return;
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      mark(weight[0][i], weight[1][i], row.low + x + i * kFixedLanes, out + x + i * kFixedLanes);
    }
    row.low_run->add(x, x + kVectors * kFixedLanes);
  }

 private:
  /// The sum of whole weights.
  int32_t whole() const { return INT16_MAX << row.bytes.taps.row.bits; }

  /// What all weights under the taps of a block are: the sums of whole and empty ones are known.
  template <int kVectors>
  HWY_INLINE Gaps gaps_at(int64_t x) const {
    const int16_t first = row.weights[x];
    if (first != 0 && first != INT16_MAX) return Gaps::some;
    const FixedTag d;
    const FixedWeights& taps = row.bytes.taps;
    const auto reach = static_cast<int64_t>(taps.row.taps.size() - 1) * taps.channels;
    for (int64_t i = 0; i < kVectors * kFixedLanes + reach; i += kFixedLanes) {
      const auto weights = hn::LoadU(d, row.weights + x + i);
      if (!hn::AllTrue(d, hn::Eq(weights, hn::Set(d, first)))) return Gaps::some;
    }
    return first == 0 ? Gaps::all : Gaps::none;
  }

  template <int kVectors>
  HWY_INLINE void fill(uint8_t* out) const {
    const hn::Rebind<uint8_t, FixedTag> d8;
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      hn::StoreU(hn::Set(d8, row.fill), d8, out + i * kFixedLanes);
    }
  }

  static HWY_INLINE void store_bytes(FixedVec v, uint8_t* p) {
    const hn::Rebind<uint8_t, FixedTag> d8;
    hn::StoreU(hn::DemoteTo(d8, v), d8, p);
  }

  /// Marks outputs that see too little; fills those that see nothing.
  HWY_INLINE void mark(SumVec first, SumVec second, uint8_t* low, uint8_t* out) const {
    const SumTag d32;
    const hn::Rebind<uint8_t, FixedTag> d8;
    const auto ones_below = [&](SumVec weight, int32_t limit) HWY_ATTR {
      return hn::IfThenElseZero(hn::Lt(weight, hn::Set(d32, limit)), hn::Set(d32, 1));
    };
    const auto below = [&](int32_t limit) HWY_ATTR {
      return hn::DemoteTo(d8, Pairs::join(ones_below(first, limit), ones_below(second, limit)));
    };
    const auto is_low = below(row.bytes.least);
    const auto is_empty = row.bytes.zero_is_empty ? below(1) : hn::Zero(d8);
    hn::StoreU(hn::AndNot(is_empty, is_low), d8, low);
    const auto level = hn::LoadU(d8, out);
    hn::StoreU(hn::IfThenElse(hn::Ne(is_empty, hn::Zero(d8)), hn::Set(d8, row.fill), level), d8,
               out);
  }
};

template <class Pairs>
HWY_NOINLINE void convolve_missing_row(const MissingBytesRow& row, int64_t samples, uint8_t* out) {
  convolve_fixed_row(MissingPairs<Pairs>{row}, {row.bytes.taps, row.values}, samples, out);
}

inline void write_missing_row(const MissingBytesRow& row, int64_t samples, uint8_t* out) {
  if (row.bytes.taps.channels > 1) return convolve_missing_row<PairsOfChannels>(row, samples, out);
  switch (row.bytes.taps.row.even_pairs.size()) {
    case 4:
      return convolve_missing_row<ShortPairs<4>>(row, samples, out);
    case 5:
      return convolve_missing_row<ShortPairs<5>>(row, samples, out);
    case 6:
      return convolve_missing_row<ShortPairs<6>>(row, samples, out);
    default:
      return convolve_missing_row<PairsOneChannel>(row, samples, out);
  }
}
#else
inline void write_missing_row(const MissingBytesRow& row, int64_t samples, uint8_t* out) {
  const hn::ScalableTag<float> d;
  const hn::ScalableTag<int32_t> d32;
  for (int64_t x = 0; x < samples; ++x) {
    const int32_t value = paired_row_sample({row.bytes.taps, row.values}, x);
    const int32_t weight = paired_row_sample({row.bytes.taps, row.weights}, x);
    const bool is_empty = row.bytes.zero_is_empty && weight == 0;
    const auto level = level_of(d, hn::Set(d32, value), hn::Set(d32, weight));
    const int16_t low_half = static_cast<int16_t>(hn::GetLane(level));
    out[x] = is_empty ? row.fill : static_cast<uint8_t>(std::clamp<int16_t>(low_half, 0, 255));
    row.low[x] = weight < row.bytes.least && !is_empty ? 1 : 0;
    if (row.low[x] != 0) row.low_run->add(x, x + 1);
  }
}
#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
