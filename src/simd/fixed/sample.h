// The u8 engine one sample at a time: the definition of its bits. The vector code of fixed_*-inl.h
// gives the same; it comes here for what is narrower than a vector and where there are none.
#pragma once

#include <algorithm>
#include <cstdint>

#include "simd/strip.h"

namespace sepconv::simd {

/// The arguments of a column pass that do not change along a row: output row q takes rows[q + j]
/// and goes to out + q * out_stride.
struct FixedColumnPass {
  const uint8_t* const* rows;
  const FixedFactor& column;
  int16_t* out;
  int64_t out_stride;

  int64_t tap_count() const { return static_cast<int64_t>(column.taps.size()); }
};

/// How sums of pairs of products become 16 bits: (start + sum) >> shift, clamped.
struct PairRounding {
  int32_t start;
  int shift;
};

/// To (level - 128) * 256: half a unit, and the middle of the levels taken away.
inline PairRounding centred_rounding(int bits) {
  return {(1 << (bits - 9)) - (128 << bits), bits - 8};
}

/// What a row pass needs; source is the sample under tap 0 of output sample 0.
struct FixedRowPass {
  static constexpr bool kStreams = false;
  const FixedWeights& weights;
  const int16_t* source;
};

/// A product of fractions of 2^15, rounded to nearest, halves up.
inline int32_t multiply_fraction(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

/// One column sum: (level - 128) * 256.
inline int16_t fixed_column_sample(const FixedColumnPass& pass, int64_t q, int64_t x) {
  const FixedFactor& column = pass.column;
  const int shift = column.in_pairs ? column.bits - 8 : 0;
  int32_t sum = column.in_pairs ? (1 << (shift - 1)) : 0;
  for (int64_t j = 0; j < pass.tap_count(); ++j) {
    const int32_t level = pass.rows[q + j][x] - 128;
    sum +=
        column.in_pairs ? level * column.taps[j] : multiply_fraction(level * 256, column.taps[j]);
  }
  return static_cast<int16_t>(sum >> shift);
}

/// One output level.
inline uint8_t fixed_row_sample(const FixedRowPass& pass, int64_t x) {
  const FixedFactor& row = pass.weights.row;
  const int shift = row.in_pairs ? row.bits + 8 : 8;
  int64_t sum = int64_t{1} << (shift - 1);
  for (int64_t i = 0; i < static_cast<int64_t>(row.taps.size()); ++i) {
    const int32_t t = pass.source[x + i * pass.weights.channels];
    sum += row.in_pairs ? t * row.taps[i] : multiply_fraction(t, row.taps[i]);
  }
  return static_cast<uint8_t>(std::clamp<int64_t>((sum >> shift) + 128, 0, 255));
}

}  // namespace sepconv::simd
