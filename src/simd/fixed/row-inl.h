// The row pass of the u8 engine: rounded 16-bit products, or exact 32-bit sums of pairs of taps.
#if defined(SEPCONV_SIMD_FIXED_ROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_ROW_INL_H_
#undef SEPCONV_SIMD_FIXED_ROW_INL_H_
#else
#define SEPCONV_SIMD_FIXED_ROW_INL_H_
#endif

#include <cstring>

#include "simd/fixed/column-inl.h"
#include "simd/row-inl.h"

#if HWY_TARGET != HWY_SCALAR  // which scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of 16-bit outputs in a block of a row; two of them are a vector of bytes.
inline constexpr int kFixedRowVectors = 4;

/// A row, or what is aligned of it, past the caches.
struct StreamedRowPass : FixedRowPass {
  static constexpr bool kStreams = true;
  const RowPass<int16_t>& row;
};

/// Stores the high bytes of two vectors in order.
template <bool kStreams>
HWY_INLINE void store_high_bytes(FixedVec first, FixedVec second, uint8_t* p) {
  const ByteTag d8;
  const auto bytes = hn::ConcatOdd(d8, hn::BitCast(d8, second), hn::BitCast(d8, first));
  kStreams ? hn::Stream(bytes, d8, p) : hn::StoreU(bytes, d8, p);
}

/// The vector that begins kPairs pairs of samples after the first one of here.
template <int kPairs>
HWY_INLINE FixedVec pairs_further(FixedVec here, FixedVec right) {
#if HWY_TARGET == HWY_AVX3
  if constexpr (kPairs == 0) return here;
  return FixedVec{_mm512_alignr_epi32(right.raw, here.raw, kPairs)};  // not in Highway 1.0
#else
  return (void)right, here;  // not used
#endif
}

/// Outputs by rounded 16-bit products, kTaps of them, of kChannels channels (0: any number).
/// AVX-512 shuffles every other tap's samples, for its unaligned loads all cross cache lines.
template <int kTaps, int kChannels>
struct RoundedProducts {
  static constexpr bool kShuffles = HWY_TARGET == HWY_AVX3 && kChannels > 0;
  FixedVec tap[kTaps];

  HWY_INLINE explicit RoundedProducts(const FixedWeights& weights) {
    HWY_UNROLL(16)
    for (int j = 0; j < kTaps; ++j) tap[j] = hold(broadcast_tap(weights.row.doubled[j]));
  }

  /// Adds tap kTap, then the further ones; t is the sample under the first tap, which sees `first`.
  template <int kTap, int kVectors>
  HWY_INLINE void add_taps(const int16_t* t, int64_t channels, const FixedVec* first,
                           FixedVec* sum) const {
    if constexpr (kTap < kTaps) {
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        FixedVec v;
        if constexpr (kShuffles && kTap % 2 == 0) {
          v = pairs_further<kTap / 2 * kChannels>(first[i], first[i + 1]);
        } else {
          v = hn::LoadU(FixedTag(), t + kTap * channels + i * kFixedLanes);
        }
        sum[i] = hold_in_order(hn::Add(sum[i], hn::MulFixedPoint15(v, tap[kTap])));
      }
      add_taps<kTap + 1, kVectors>(t, channels, first, sum);
    }
  }

  /// kVectors vectors of outputs. Sums begin with half a level and with the 128 levels that the
  /// samples lack, so that their high byte is the output.
  template <int kVectors, class Pass>
  HWY_INLINE void convolve(const Pass& pass, int64_t x, uint8_t* out) const {
    const FixedTag d;
    const int16_t* t = pass.source + x;
    FixedVec sum[kVectors], first[kVectors + 1];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) sum[i] = hn::Set(d, static_cast<int16_t>(0x8080));
    HWY_UNROLL(8)
    for (int i = 0; kShuffles && i <= kVectors; ++i) {
      first[i] = hold(hn::LoadU(d, t + i * kFixedLanes));
    }
    add_taps<0, kVectors>(t, kChannels > 0 ? kChannels : pass.weights.channels, first, sum);
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; i += 2) {
      store_high_bytes<Pass::kStreams>(sum[i], sum[i + 1], out + x + i * kFixedLanes);
    }
  }
};

/// What exact sums begin with: half a level and the 128 levels that the samples lack.
inline int32_t start_of_sums(int bits) {
  return static_cast<int32_t>((uint32_t{1} << (bits + 7)) + (uint32_t{128} << (bits + 8)));
}

/// Outputs by exact sums of pairs, one channel. The even outputs take taps (2p, 2p + 1) and the odd
/// ones (2p - 1, 2p) from the same vector at x + 2p: one load for two multiply-adds.
struct PairsOneChannel {
  template <int kVectors>
  static HWY_INLINE void add(const FixedRowPass& pass, int64_t x, SumVec* even, SumVec* odd) {
    const FixedTag d;
    const SumTag d32;
    const FixedFactor& row = pass.weights.row;
    const int64_t pairs = static_cast<int64_t>(row.even_pairs.size());
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
  }

  /// The low halves of both, in image order.
  static HWY_INLINE FixedVec join(SumVec even, SumVec odd) {
    const FixedTag d;
    return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<16>(odd)), hn::BitCast(d, even));
  }

  template <int kVectors, class Pass>
  HWY_INLINE void convolve(const Pass& pass, int64_t x, uint8_t* out) const {
    const FixedTag d;
    const int bits = pass.weights.row.bits;
    const int to_top = 16 - bits;  // of a sum, where its highest byte is the level
    SumVec even[kVectors], odd[kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) even[i] = odd[i] = hn::Set(SumTag(), start_of_sums(bits));
    add<kVectors>(pass, x, even, odd);
    const auto levels = [&](int i) HWY_ATTR {  // in the high bytes
      const auto low = hn::ShiftRight<16>(hn::ShiftLeftSame(even[i], to_top));
      return hn::OddEven(hn::BitCast(d, hn::ShiftLeftSame(odd[i], to_top)), hn::BitCast(d, low));
    };
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; i += 2) {
      store_high_bytes<Pass::kStreams>(levels(i), levels(i + 1), out + x + i * kFixedLanes);
    }
  }
};

/// Outputs by exact sums of pairs, interleaved channels: two taps' samples are zipped into pairs.
struct PairsOfChannels {
  template <int kVectors>
  static HWY_INLINE void add(const FixedRowPass& pass, int64_t x, SumVec* lower, SumVec* upper) {
    const FixedTag d;
    const FixedFactor& row = pass.weights.row;
    const int64_t channels = pass.weights.channels;
    const int64_t pairs = static_cast<int64_t>(row.even_pairs.size());
    const int16_t* t = pass.source + x;
    HWY_UNROLL(1)
    for (int64_t p = 0; p < pairs; ++p, t += 2 * channels) {
      const FixedVec taps = hn::BitCast(d, hn::Set(SumTag(), row.even_pairs[p]));
      HWY_UNROLL(8)
      for (int i = 0; i < kVectors; ++i) {
        const FixedVec a = hold(hn::LoadU(d, t + i * kFixedLanes));
        const FixedVec b = hold(hn::LoadU(d, t + channels + i * kFixedLanes));
        lower[i] = hold_in_order(multiply_add_pairs(hn::InterleaveLower(d, a, b), taps, lower[i]));
        upper[i] = hold_in_order(multiply_add_pairs(hn::InterleaveUpper(d, a, b), taps, upper[i]));
      }
    }
  }

  /// The low halves of both, in image order.
  static HWY_INLINE FixedVec join(SumVec lower, SumVec upper) {
    const auto low = [](SumVec v) HWY_ATTR { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
    return hn::ReorderDemote2To(FixedTag(), low(lower), low(upper));
  }

  template <int kVectors, class Pass>
  HWY_INLINE void convolve(const Pass& pass, int64_t x, uint8_t* out) const {
    const FixedTag d;
    const int bits = pass.weights.row.bits;
    SumVec lower[kVectors], upper[kVectors];
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; ++i) lower[i] = upper[i] = hn::Set(SumTag(), 1 << (bits + 7));
    add<kVectors>(pass, x, lower, upper);
    const auto levels = [&](int i) HWY_ATTR {  // in the high bytes
      const auto centred = hn::ReorderDemote2To(d, hn::ShiftRightSame(lower[i], bits),
                                                hn::ShiftRightSame(upper[i], bits));
      return hn::Xor(centred, hn::Set(d, static_cast<int16_t>(0x8000)));
    };
    HWY_UNROLL(8)
    for (int i = 0; i < kVectors; i += 2) {
      store_high_bytes<Pass::kStreams>(levels(i), levels(i + 1), out + x + i * kFixedLanes);
    }
  }
};

/// Part of an output row; the last block is moved back to end with it, short parts go by single
/// vectors of bytes and a small buffer.
template <class Products, class Pass = FixedRowPass>
HWY_INLINE void convolve_fixed_row(const Products& products, const Pass& pass, int64_t samples,
                                   uint8_t* out) {
  constexpr int64_t kBytes = 2 * kFixedLanes;
  constexpr int64_t kBlock = kFixedRowVectors * kFixedLanes;
  int64_t x = 0;
  for (; x + kBlock <= samples; x += kBlock) {
    if constexpr (Pass::kStreams) {
      HWY_UNROLL(4)
      for (int64_t i = 0; i < kBlock; i += kAlignment) pass.row.call_below(x + i);
    }
    products.template convolve<kFixedRowVectors>(pass, x, out);
  }
  if (x == samples) return;
  if (samples >= kBlock) {
    products.template convolve<kFixedRowVectors>(pass, samples - kBlock, out);
    return;
  }
  for (; x + kBytes <= samples; x += kBytes) products.template convolve<2>(pass, x, out);
  if (x < samples) {
    uint8_t last[kBytes];
    products.template convolve<2>(pass, x, last - x);
    std::memcpy(out + x, last, samples - x);
  }
}

/// Part of an output row by kTaps rounded products. Not inlined, so that registers go to its loop
/// alone.
template <int kTaps, int kChannels, class Pass>
HWY_NOINLINE void convolve_rounded_row(const Pass& pass, int64_t samples, uint8_t* out) {
  const RoundedProducts<kTaps, kChannels> products(pass.weights);
  convolve_fixed_row(products, pass, samples, out);
}

/// Part of an output row by rounded products, kTaps or fewer.
template <int kTaps, int kChannels, class Pass>
HWY_INLINE void write_rounded_row(const Pass& pass, int64_t samples, uint8_t* out) {
  if constexpr (kTaps > 0) {
    if (static_cast<int64_t>(pass.weights.row.taps.size()) < kTaps) {
      return write_rounded_row<kTaps - 1, kChannels>(pass, samples, out);
    }
    convolve_rounded_row<kTaps, kChannels>(pass, samples, out);
  }
}

/// Part of an output row by the pass that its weights ask for.
template <class Pass>
HWY_NOINLINE void write_fixed_part(const Pass& pass, int64_t samples, uint8_t* out) {
  const int channels = pass.weights.channels;
  if (pass.weights.row.in_pairs) {
    if (channels == 1) return convolve_fixed_row(PairsOneChannel(), pass, samples, out);
    return convolve_fixed_row(PairsOfChannels(), pass, samples, out);
  }
  if (channels == 1) return write_rounded_row<kMaxRoundedRowTaps, 1>(pass, samples, out);
  if (channels == 3) return write_rounded_row<kMaxRoundedRowTaps, 3>(pass, samples, out);
  write_rounded_row<kMaxRoundedRowTaps, 0>(pass, samples, out);
}

/// One output row. Others than streams are not taken apart: copying a pass just set costs 30
/// cycles.
HWY_INLINE void write_fixed_row(const FixedWeights& weights, const RowPass<int16_t>& row,
                                int64_t samples, uint8_t* out) {
  if (!row.streams) return write_fixed_part(FixedRowPass{weights, row.source(0)}, samples, out);
  write_parts(row, samples, out, [&](const RowPass<int16_t>& part, int64_t count, uint8_t* to) {
    const FixedRowPass pass{weights, part.source(0)};
    part.streams ? write_fixed_part(StreamedRowPass{pass, part}, count, to)
                 : write_fixed_part(pass, count, to);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
