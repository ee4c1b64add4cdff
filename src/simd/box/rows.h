// What the row pass of an integer box is given, and the definition of its bits.
#pragma once

#include <cstdint>

#include "simd/strip.h"

namespace sepconv::simd {

/// kRowsTogether rows of column sums. A pixel of zeros lies before the first window.
template <class T>
struct BoxRows {
  const BoxWeights& weights;
  const T* source;  // under the first tap of output 0
  int64_t stride;
  int64_t samples;
  uint8_t* out[kRowsTogether];

  const T* entering() const { return source + (weights.row - 1) * weights.channels; }
  const T* leaving() const { return source - weights.channels; }
};

/// sum / divisor to the nearest whole number, ties to even.
inline uint8_t box_level(int64_t sum, int64_t divisor) {
  const int64_t rounded_up = (2 * sum + divisor) / (2 * divisor);
  const bool is_tie = (2 * sum + divisor) % (2 * divisor) == 0;
  return static_cast<uint8_t>(rounded_up - (is_tie ? rounded_up % 2 : 0));
}

}  // namespace sepconv::simd
