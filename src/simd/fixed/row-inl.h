// The row pass of the u8 engine: rounded 16-bit products, or exact 32-bit sums of pairs of taps.
#if defined(SEPCONV_SIMD_FIXED_ROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_ROW_INL_H_
#undef SEPCONV_SIMD_FIXED_ROW_INL_H_
#else
#define SEPCONV_SIMD_FIXED_ROW_INL_H_
#endif

#include <cstring>

#include "simd/fixed/column-inl.h"

#if HWY_TARGET != HWY_SCALAR  // which scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of 16-bit outputs in a block of a row.
inline constexpr int kFixedRowVectors = 4;

/// Levels minus 128, clamped to int8, to bytes.
HWY_INLINE void store_levels(FixedVec levels, uint8_t* p) {
  const hn::Rebind<int8_t, FixedTag> d8s;
  const hn::Rebind<uint8_t, FixedTag> d8u;
  const auto bytes = hn::BitCast(d8u, hn::DemoteTo(d8s, levels));
  hn::StoreU(hn::Xor(bytes, hn::Set(d8u, 0x80)), d8u, p);
}

/// kVectors vectors of outputs by rounded 16-bit products; any number of channels.
template <int kVectors>
struct RoundedProducts {
  static HWY_INLINE void convolve(const FixedRowPass& pass, int64_t x, uint8_t* out) {
    const FixedTag d;
    const FixedFactor& row = pass.weights.row;
    const int64_t channels = pass.weights.channels;
    const int64_t count = static_cast<int64_t>(row.taps.size());
    FixedVec sum[kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) sum[i] = hn::Zero(d);
    const int16_t* t = pass.source + x;
    HWY_UNROLL(1)
    for (int64_t j = 0; j < count; ++j, t += channels) {
      const FixedVec tap = broadcast_tap(row.taps[j]);
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        const FixedVec v = hn::LoadU(d, t + i * kFixedLanes);
        sum[i] = hold_in_order(hn::Add(sum[i], hn::MulFixedPoint15(v, tap)));
      }
    }
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      const FixedVec rounded = hn::SaturatedAdd(sum[i], hn::Set(d, 128));
      store_levels(hn::ShiftRight<8>(rounded), out + x + i * kFixedLanes);
    }
  }
};

/// kVectors vectors of outputs, one channel. The even outputs take taps (2p, 2p + 1) and the odd
/// ones (2p - 1, 2p) from the same vector at x + 2p: one load for two multiply-adds.
template <int kVectors>
struct PairsOneChannel {
  static HWY_INLINE void convolve(const FixedRowPass& pass, int64_t x, uint8_t* out) {
    const FixedTag d;
    const SumTag d32;
    const FixedFactor& row = pass.weights.row;
    const int shift = row.bits + 8;
    const int64_t pairs = static_cast<int64_t>(row.even_pairs.size());
    SumVec even[kVectors], odd[kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) even[i] = odd[i] = hn::Set(d32, 1 << (shift - 1));
    const int16_t* t = pass.source + x;
    HWY_UNROLL(1)
    for (int64_t p = 0; p < pairs; ++p, t += 2) {
      const FixedVec even_taps = hn::BitCast(d, hn::Set(d32, row.even_pairs[p]));
      const FixedVec odd_taps = hn::BitCast(d, hn::Set(d32, row.odd_pairs[p]));
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        const FixedVec v = hold(hn::LoadU(d, t + i * kFixedLanes));
        even[i] = hold_in_order(multiply_add_pairs(v, even_taps, even[i]));
        odd[i] = hold_in_order(multiply_add_pairs(v, odd_taps, odd[i]));
      }
    }
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      const auto low = hn::BitCast(d, hn::ShiftRightSame(even[i], shift));
      const auto high = hn::BitCast(d, hn::ShiftLeft<16>(hn::ShiftRightSame(odd[i], shift)));
      store_levels(hn::OddEven(high, low), out + x + i * kFixedLanes);
    }
  }
};

/// kVectors vectors of outputs, interleaved channels: two taps' samples are zipped into pairs.
template <int kVectors>
struct PairsOfChannels {
  static HWY_INLINE void convolve(const FixedRowPass& pass, int64_t x, uint8_t* out) {
    const FixedTag d;
    const SumTag d32;
    const FixedFactor& row = pass.weights.row;
    const int64_t channels = pass.weights.channels;
    const int shift = row.bits + 8;
    const int64_t pairs = static_cast<int64_t>(row.even_pairs.size());
    SumVec lower[kVectors], upper[kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) lower[i] = upper[i] = hn::Set(d32, 1 << (shift - 1));
    const int16_t* t = pass.source + x;
    HWY_UNROLL(1)
    for (int64_t p = 0; p < pairs; ++p, t += 2 * channels) {
      const FixedVec taps = hn::BitCast(d, hn::Set(d32, row.even_pairs[p]));
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        const FixedVec a = hold(hn::LoadU(d, t + i * kFixedLanes));
        const FixedVec b = hold(hn::LoadU(d, t + channels + i * kFixedLanes));
        lower[i] = hold_in_order(multiply_add_pairs(hn::InterleaveLower(d, a, b), taps, lower[i]));
        upper[i] = hold_in_order(multiply_add_pairs(hn::InterleaveUpper(d, a, b), taps, upper[i]));
      }
    }
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) {
      const auto levels = hn::ReorderDemote2To(d, hn::ShiftRightSame(lower[i], shift),
                                               hn::ShiftRightSame(upper[i], shift));
      store_levels(levels, out + x + i * kFixedLanes);
    }
  }
};

/// A whole output row; the last block is moved back to end with the row, short rows go by single
/// vectors and a small buffer.
template <template <int> class Block>
HWY_INLINE void convolve_fixed_row(const FixedRowPass& pass, int64_t samples, uint8_t* out) {
  constexpr int64_t kBlock = kFixedRowVectors * kFixedLanes;
  int64_t x = 0;
  for (; x + kBlock <= samples; x += kBlock) {
    Block<kFixedRowVectors>::convolve(pass, x, out);
  }
  if (x == samples) return;
  if (samples >= kBlock) {
    Block<kFixedRowVectors>::convolve(pass, samples - kBlock, out);
    return;
  }
  for (; x + kFixedLanes <= samples; x += kFixedLanes) Block<1>::convolve(pass, x, out);
  if (x < samples) {
    uint8_t last[kFixedLanes];
    Block<1>::convolve(pass, x, last - x);
    std::memcpy(out + x, last, samples - x);
  }
}

/// One output row by the pass that its weights ask for.
HWY_INLINE void write_fixed_row(const FixedRowPass& pass, int64_t samples, uint8_t* out) {
  if (!pass.weights.row.in_pairs) {
    convolve_fixed_row<RoundedProducts>(pass, samples, out);
  } else if (pass.weights.channels == 1) {
    convolve_fixed_row<PairsOneChannel>(pass, samples, out);
  } else {
    convolve_fixed_row<PairsOfChannels>(pass, samples, out);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
