// Which filters of float sums read the image's rows in place: asked by the vector code and by the
// cutting of strips.
#pragma once

#include "simd/strip.h"

namespace sepconv::simd {

/// True of dense kernels of 3x3 or 5x5 taps from f32 to f32, whose taps and sums stay in registers
/// (small/dense-inl.h): a strip has copies of its ends in scratch, and may be as wide as the image.
inline bool reads_in_place(SampleType in, SampleType out, int64_t height, int64_t width) {
  return in == SampleType::f32 && out == SampleType::f32 && height == width &&
         (height == 3 || height == 5);
}

template <class T>
bool reads_in_place(const Weights<T>& weights) {
  const DirectTaps<T>& direct = weights.direct;
  return sizeof(T) == 4 &&
         reads_in_place(weights.in_type, weights.out_type, direct.height, direct.width);
}

}  // namespace sepconv::simd
