// The float engine for every target; src/filter/run.cc calls it once a strip.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/separable_f32.cc"
#include <hwy/foreach_target.h>

#include "simd/missing/strip-inl.h"
#include "simd/separable-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {
void convolve_strip_float(const Strip& strip, const Weights<float>& weights) {
  convolve_strip(strip, weights);
}
void combine_rows_float(const Strip& strip, const Weights<float>& weights) {
  combine_rows_of_strip(strip, weights);
}
void convolve_missing_float(const MissingStrip& strip, const MissingWeights<float>& weights) {
  convolve_missing(strip, weights);
}
}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_strip_float);
HWY_EXPORT(combine_rows_float);
HWY_EXPORT(convolve_missing_float);
void convolve_strip_f32(const Strip& strip, const Weights<float>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_strip_float)(strip, weights);
}
void combine_rows_f32(const Strip& strip, const Weights<float>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(combine_rows_float)(strip, weights);
}
void convolve_missing_f32(const MissingStrip& strip,
                          const MissingWeights<float>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_missing_float)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
