// The layouts that the kernels of layers want, and the way there and back. A blocked row is
// [block][pixel][lane]: channels b * block to (b + 1) * block - 1 of a pixel are neighbours.
#pragma once

#include <cstdint>
#include <vector>

namespace sepconv::simd {

/// Channels that a block may have on the active target: the lanes of a vector of floats, widest
/// first. A plan picks one for all that it packs and runs.
std::vector<int> layer_blocks();

/// layer_blocks().front().
int layer_block();

/// Values one a channel (a bias, slopes) to [block][lane], zeros beyond the last channel.
void pack_channels(const float* values, int64_t channels, int block, float* to);

/// taps[channel][tap] to [block][tap][lane], zeros beyond the last channel.
void pack_depthwise_taps(const float* taps, int64_t channels, int64_t count, int block, float* to);

/// weights[output channel][input channel] to the panels of ProductWeights, zeros beyond the last
/// output channel: depth * round_up(channels, block) floats.
void pack_product(const float* weights, int64_t channels, int64_t depth, int block, float* to);

/// Pixels of a row in channels-last or planar layout; one of the strides is usually 1.
struct PixelRow {
  float* data = nullptr;
  int64_t pixel_stride = 0;
  int64_t channel_stride = 0;
};

/// The same pixels in blocks.
struct BlockedRow {
  float* data = nullptr;  // aligned to a block
  int64_t pixel_stride = 0;
  int64_t block_stride = 0;
  int block = 0;
};

/// Copies pixels into blocks; lanes beyond the last channel become zero. With multiplier m, channel
/// c of the row becomes channels c * m to c * m + m - 1.
struct RowCopy {
  PixelRow row;
  BlockedRow blocked;
  int64_t pixels = 0;
  int64_t channels = 0;  // of the pixel row
  int64_t multiplier = 1;
};
void copy_to_blocks(const RowCopy& copy) noexcept;

/// The reverse, without a multiplier.
void copy_from_blocks(const RowCopy& copy) noexcept;

}  // namespace sepconv::simd
