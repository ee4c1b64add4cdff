// What the vector code is told about a band of a depthwise layer: rows of channel blocks, and the
// packed taps. Plain C++; src/layer fills these in, depthwise.cc runs them.
#pragma once

#include <cstdint>

#include "simd/layer/activation.h"

namespace sepconv::simd {

/// The taps of a depthwise layer, all of its channels.
struct DepthwiseWeights {
  int block = 0;  // channels of a block: one of layer_blocks()
  int64_t height = 3, width = 3;
  int64_t stride_y = 1, stride_x = 1;
  int64_t dilation_y = 1, dilation_x = 1;
  const float* taps = nullptr;  // [block][row][column][lane], from pack_depthwise_taps
  const float* bias = nullptr;  // [block][lane], from pack_channels
  Activation activation;
};

/// Output rows, and the input rows under them. Block b of a pixel lies b block strides from its
/// block 0. Strides are in floats. Channels-last rows can be read in place, where channels is a
/// multiple of the block.
struct DepthwiseBand {
  // rows[j] is the first pixel of the input row under tap row 0 of output row 0, plus j; null
  // beyond the map. (out_rows - 1) * stride_y + (height - 1) * dilation_y + 1 of them.
  const float* const* rows = nullptr;
  const float* zeros = nullptr;  // in_width pixels of zeros, as far apart as those of rows
  int64_t in_width = 0;          // pixels; those left and right of them count as zeros
  int64_t in_pixel_stride = 0;
  int64_t in_block_stride = 0;
  int64_t left = 0;  // zeros left of the row that output pixel 0 begins with
  float* out = nullptr;
  int64_t out_rows = 0;
  int64_t out_width = 0;
  int64_t out_row_stride = 0;
  int64_t out_pixel_stride = 0;
  int64_t out_block_stride = 0;
  int64_t channels = 0;  // that are written; a multiple of the block where all lanes have a place
  bool streams = false;  // as of ProductRun
};

/// out = activation(bias + sum over rows, then columns, of tap * input). In a 3x3 kernel without
/// strides, or with strides of (2, 1) or 2 and without dilation, over columns, then rows.
/// aliasing   out overlaps no input
/// threads    any number of calls at the same time, on different outputs
void run_depthwise(const DepthwiseBand& band, const DepthwiseWeights& weights) noexcept;

}  // namespace sepconv::simd
