// Gathering and scattering, a loop a sample type.
#include "filter/strides/pixels.h"

#include <algorithm>

namespace sepconv {

PixelStrides pixel_strides(const ConstImageRef& image) {
  return {image.pixel_stride, image.channel_stride, image.shape.channels};
}

void gather_row(SampleType type, const void* row, const PixelStrides& strides,
                const std::vector<simd::Segment>& reads, void* packed) {
  visit_type(type, [&]<class T>(std::type_identity<T>) {
    const T* const from = static_cast<const T*>(row);
    for (const simd::Segment& read : reads) {
      T* const to = static_cast<T*>(packed) + read.place;
      if (strides.are_packed((read.source + read.count) / strides.channels)) {
        std::copy_n(from + read.source, read.count, to);
      } else {
        gather_pixels(from, strides, read, to);
      }
    }
  });
}

void scatter_row(SampleType type, const void* packed, const PixelStrides& strides, int64_t pixels,
                 void* row) {
  visit_type(type, [&]<class T>(std::type_identity<T>) {
    const T* from = static_cast<const T*>(packed);
    for (int64_t x = 0; x < pixels; ++x) {
      T* const pixel = static_cast<T*>(row) + x * strides.pixel;
      for (int64_t c = 0; c < strides.channels; ++c) pixel[c * strides.channel] = *from++;
    }
  });
}

}  // namespace sepconv
