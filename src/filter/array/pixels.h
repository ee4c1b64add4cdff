// The pixels of a row as an array's strides place them: to a packed row and back.
#pragma once

#include <cstdint>

#include "simd/strip.h"

namespace sepconv {

/// Distances in one array.
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

/// Spreads a packed row over the pixels from the one at row on.
template <class T>
void scatter_pixels(const T* packed, const PixelStrides& strides, int64_t pixels, T* row) {
  for (int64_t x = 0; x < pixels; ++x) {
    T* pixel = row + x * strides.pixel;
    for (int64_t c = 0; c < strides.channels; ++c) pixel[c * strides.channel] = *packed++;
  }
}

}  // namespace sepconv
