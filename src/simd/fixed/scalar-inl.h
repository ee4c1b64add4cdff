// The u8 engine's passes for a target without vectors.
#if defined(SEPCONV_SIMD_FIXED_SCALAR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_FIXED_SCALAR_INL_H_
#undef SEPCONV_SIMD_FIXED_SCALAR_INL_H_
#else
#define SEPCONV_SIMD_FIXED_SCALAR_INL_H_
#endif

#include <hwy/highway.h>

#include "simd/fixed/sample.h"
#include "simd/row-inl.h"

#if HWY_TARGET == HWY_SCALAR  // the others have vectors
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// kRows rows of column sums of a whole segment.
template <int kRows>
void combine_fixed(const FixedColumnPass& pass, const Segment& segment) {
  for (int q = 0; q < kRows; ++q) {
    int16_t* out = pass.out + q * pass.out_stride + segment.place;
    for (int64_t i = 0; i < segment.count; ++i) {
      out[i] = fixed_column_sample(pass, q, segment.source + i);
    }
  }
}

/// One output row.
inline void write_fixed_row(const FixedWeights& weights, const RowPass<int16_t>& row,
                            int64_t samples, uint8_t* out) {
  const FixedRowPass pass{weights, row.source(0)};
  for (int64_t x = 0; x < samples; ++x) out[x] = fixed_row_sample(pass, x);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
