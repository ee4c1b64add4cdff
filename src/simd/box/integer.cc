// Boxes of bytes in integers for every target: the strip loop over sliding columns and rows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/box/integer.cc"
#include <hwy/foreach_target.h>

#include "simd/box/integer_columns-inl.h"
#include "simd/box/integer_rows-inl.h"
#include "simd/box/integer_scalar-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

template <class T>
void slide_over_strip(const Strip& strip, const BoxWeights& weights) {
  const BoxWork<T> work{strip, weights};
  SlidingColumns<T> columns(work);
  for (int64_t y = 0; y < strip.out_rows; y += kRowsTogether) {
    columns.advance(y);
    if (weights.quotient.is_plain) {
      write_box_rows<true>(box_rows(work, y));
    } else {
      write_box_rows<false>(box_rows(work, y));
    }
  }
}

void convolve_box_strip(const Strip& strip, const BoxWeights& weights) {
  if (weights.has_narrow_columns()) {
    slide_over_strip<uint16_t>(strip, weights);
  } else {
    slide_over_strip<int32_t>(strip, weights);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_box_strip);
void convolve_strip_box(const Strip& strip, const BoxWeights& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_box_strip)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
