// One channel after another: multipliers are rare, and small.
#include "layer/backward/channels.h"

#include "base/aligned.h"

namespace sepconv {
namespace {

// Pixel 0 of a channel.
float* channel_of(const simd::BlockedRow& row, int64_t c) {
  return row.data + c / row.block * row.block_stride + c % row.block;
}

}  // namespace

void repeat_channels(const RepeatedRow& row) {
  const simd::BlockedRow& to = row.copies;
  const int64_t channels = row.channels * row.multiplier;
  for (int64_t c = 0; c < round_up(channels, to.block); ++c) {
    const float* from = c < channels ? channel_of(row.single, c / row.multiplier) : nullptr;
    float* copy = channel_of(to, c);
    for (int64_t x = 0; x < row.pixels; ++x) {
      copy[x * to.pixel_stride] = from == nullptr ? 0.0f : from[x * row.single.pixel_stride];
    }
  }
}

void fold_channels(const RepeatedRow& row) {
  const simd::BlockedRow& to = row.single;
  for (int64_t c = 0; c < round_up(row.channels, to.block); ++c) {
    float* sum = channel_of(to, c);
    for (int64_t x = 0; x < row.pixels; ++x) sum[x * to.pixel_stride] = 0.0f;
    if (c >= row.channels) continue;
    for (int64_t m = 0; m < row.multiplier; ++m) {
      const float* copy = channel_of(row.copies, c * row.multiplier + m);
      for (int64_t x = 0; x < row.pixels; ++x) {
        sum[x * to.pixel_stride] += copy[x * row.copies.pixel_stride];
      }
    }
  }
}

}  // namespace sepconv
