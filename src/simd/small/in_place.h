// Which filters of float sums read the image's rows in place: asked by the vector code and by the
// cutting of strips.
#pragma once

#include "simd/strip.h"

namespace sepconv::simd {

/// True of dense kernels of 3x3 or 5x5 taps from f32 to f32, whose taps and sums stay in registers
/// (small/dense-inl.h): a strip has copies of its ends in scratch, and may be as wide as the image.
template <class T>
bool reads_in_place(const Weights<T>& weights) {
  const DirectTaps<T>& direct = weights.direct;
  return sizeof(T) == 4 && weights.in_type == SampleType::f32 &&
         weights.out_type == SampleType::f32 && direct.height == direct.width &&
         (direct.height == 3 || direct.height == 5);
}

}  // namespace sepconv::simd
