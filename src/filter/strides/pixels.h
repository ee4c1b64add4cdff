// The pixels of a row as strides place them: to a packed row and back. Runs of images, arrays and
// correlations use it.
#pragma once

#include <cstdint>
#include <vector>

#include "sepconv/image.h"
#include "simd/strip.h"

namespace sepconv {

/// Distances in the rows of one image or array.
/// units      samples
struct PixelStrides {
  int64_t pixel = 0;     // of neighbours along a row
  int64_t channel = 1;   // of the samples of a pixel
  int64_t channels = 1;  // samples of a pixel

  /// True where the samples of a row of so many pixels are neighbours.
  bool are_packed(int64_t pixels) const {
    return (channel == 1 || channels == 1) && (pixel == channels || pixels == 1);
  }
};

PixelStrides pixel_strides(const ConstImageRef& image);

/// The samples that read names, from the row's first sample on, one after the other.
template <class From, class To>
void gather_pixels(const From* row, const PixelStrides& strides, const simd::Segment& read,
                   To* packed) {
  const int64_t first = read.source / strides.channels;
  const int64_t last = first + read.count / strides.channels;
  for (int64_t x = first; x < last; ++x) {
    const From* pixel = row + x * strides.pixel;
    for (int64_t c = 0; c < strides.channels; ++c) {
      *packed++ = static_cast<To>(pixel[c * strides.channel]);
    }
  }
}

/// Copies the samples that reads name from a row to their places in a packed one.
void gather_row(SampleType type, const void* row, const PixelStrides& strides,
                const std::vector<simd::Segment>& reads, void* packed);

/// Spreads a packed row over the pixels from the one at row on.
void scatter_row(SampleType type, const void* packed, const PixelStrides& strides, int64_t pixels,
                 void* row);

}  // namespace sepconv
