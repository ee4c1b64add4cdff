// Rows of blocks whose channels are repeated for a depthwise stage with a multiplier, and gradients
// in the copies added up again.
#pragma once

#include <cstdint>

#include "simd/layer/pack.h"

namespace sepconv {

/// A row whose channels have multiplier copies each.
struct RepeatedRow {
  int64_t pixels = 0;
  int64_t channels = 0;
  int64_t multiplier = 1;
  simd::BlockedRow single;
  simd::BlockedRow copies;  // copy m of channel c is channel c * multiplier + m
};

/// copies from single; zeros beyond the last channel.
void repeat_channels(const RepeatedRow& row);

/// single from the sums of copies, in their order; zeros beyond the last channel.
void fold_channels(const RepeatedRow& row);

}  // namespace sepconv
