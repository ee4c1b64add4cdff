// The row pass of an integer box for a target without vectors.
#if defined(SEPCONV_SIMD_BOX_INTEGER_SCALAR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_INTEGER_SCALAR_INL_H_
#undef SEPCONV_SIMD_BOX_INTEGER_SCALAR_INL_H_
#else
#define SEPCONV_SIMD_BOX_INTEGER_SCALAR_INL_H_
#endif

#include <hwy/highway.h>

#include "simd/box/rows.h"

#if HWY_TARGET == HWY_SCALAR  // the others have vectors
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// The windows of one channel of a row.
template <class T>
void slide_along_channel(const BoxRows<T>& rows, int row, int channel) {
  const int64_t channels = rows.weights.channels;
  const T* entering = rows.entering() + row * rows.stride;
  const T* first = rows.source + row * rows.stride;
  int64_t sum = 0;
  for (int64_t i = 0; i < rows.weights.row - 1; ++i) sum += first[channel + i * channels];
  for (int64_t x = channel; x < rows.samples; x += channels) {
    sum += entering[x];
    rows.out[row][x] = box_level(sum, rows.weights.quotient.divisor);
    sum -= first[x];
  }
}

template <bool kIsPlain, class T>
void write_box_rows(const BoxRows<T>& rows) {
  for (int row = 0; row < kRowsTogether; ++row) {
    for (int c = 0; c < rows.weights.channels; ++c) slide_along_channel(rows, row, c);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
