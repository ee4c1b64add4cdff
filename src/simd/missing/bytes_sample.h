// Both integer sums of masked bytes one sample at a time: the definition of their bits, used where
// columns are narrower than a vector and where there are none.
#pragma once

#include <algorithm>
#include <cstdint>

#include "simd/fixed/sample.h"
#include "simd/missing/missing.h"

namespace sepconv::simd {

/// The rounding of column sums of bytes to units of 2^-fraction.
inline PairRounding rounding_to(int fraction, int bits) {
  const int shift = bits - fraction;
  return {shift > 0 ? 1 << (shift - 1) : 0, shift};
}

/// One column sum.
inline int16_t paired_column_sample(const FixedColumnPass& pass, const PairRounding& rounding,
                                    int64_t q, int64_t x) {
  int32_t sum = rounding.start;
  for (int64_t j = 0; j < pass.tap_count(); ++j) sum += pass.rows[q + j][x] * pass.column.taps[j];
  return static_cast<int16_t>(std::min(sum >> rounding.shift, 32767));
}

/// The sum along a row of column sums.
inline int32_t paired_row_sample(const FixedRowPass& pass, int64_t x) {
  const std::vector<int16_t>& taps = pass.weights.row.taps;
  int32_t sum = 0;
  for (int64_t i = 0; i < static_cast<int64_t>(taps.size()); ++i) {
    sum += pass.source[x + i * pass.weights.channels] * taps[i];
  }
  return sum;
}

}  // namespace sepconv::simd
