// The values under windows, side by side, for gradients of convolutions that are products.
#pragma once

#include "layer/cut.h"

namespace sepconv {

/// Where the windows of an output row are read and written.
struct Windows {
  const PackedStage& stage;
  const StageColumns& columns;
  const float* const* rows = nullptr;  // under tap row 0, and further; null beyond the map
  int64_t in_pixel_stride = 0;
  int64_t in_block_stride = 0;
  int64_t first_channel = 0;  // of a group
  int64_t channels = 0;       // in it
  int block = 1;
  float* to = nullptr;  // [block of values][pixel][lane]
  int64_t block_stride = 0;
};

/// Output columns [x, x + pixels) of the strip: value (tap row, tap column, channel) of each.
void gather_windows(const Windows& windows, int64_t x, int64_t pixels);

}  // namespace sepconv
