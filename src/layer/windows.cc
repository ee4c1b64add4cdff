// One value of all windows after another.
#include "layer/windows.h"

#include <algorithm>

namespace sepconv {
namespace {

// The first of pixels whose input column, growing by stride from column on, is not below bound.
int64_t first_from(int64_t column, int64_t stride, int64_t bound, int64_t pixels) {
  const int64_t missing = std::max<int64_t>(bound - column, 0);
  return std::min((missing + stride - 1) / stride, pixels);
}

}  // namespace

void gather_windows(const Windows& windows, int64_t x, int64_t pixels) {
  const PackedStage& stage = windows.stage;
  const int64_t block = windows.block, stride = stage.strides.width;
  int64_t value = 0;
  for (int64_t v = 0; v < stage.kernel.height; ++v) {
    const float* row = windows.rows[v * stage.dilation.height];
    for (int64_t u = 0; u < stage.kernel.width; ++u) {
      const int64_t column = x * stride + u * stage.dilation.width - windows.columns.left;
      const int64_t first = row == nullptr ? pixels : first_from(column, stride, 0, pixels);
      const int64_t last =
          std::max(first, first_from(column, stride, windows.columns.in_width, pixels));
      for (int64_t i = 0; i < windows.channels; ++i, ++value) {
        const int64_t c = windows.first_channel + i;
        const int64_t channel = c / block * windows.in_block_stride + c % block;
        float* to = windows.to + value / block * windows.block_stride + value % block;
        for (int64_t j = 0; j < first; ++j) to[j * block] = 0.0f;
        for (int64_t j = first; j < last; ++j) {
          to[j * block] = row[(column + j * stride) * windows.in_pixel_stride + channel];
        }
        for (int64_t j = last; j < pixels; ++j) to[j * block] = 0.0f;
      }
    }
  }
}

}  // namespace sepconv
