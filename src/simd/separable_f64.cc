// The double engine for every target; src/filter/run.cc calls it once a strip.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/separable_f64.cc"
#include <hwy/foreach_target.h>

#include "simd/missing/strip-inl.h"
#include "simd/separable-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {
void convolve_strip_double(const Strip& strip, const Weights<double>& weights) {
  convolve_strip(strip, weights);
}
void combine_rows_double(const Strip& strip, const Weights<double>& weights) {
  combine_rows_of_strip(strip, weights);
}
void convolve_missing_double(const MissingStrip& strip, const MissingWeights<double>& weights) {
  convolve_missing(strip, weights);
}
}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_strip_double);
HWY_EXPORT(combine_rows_double);
HWY_EXPORT(convolve_missing_double);
void convolve_strip_f64(const Strip& strip, const Weights<double>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_strip_double)(strip, weights);
}
void combine_rows_f64(const Strip& strip, const Weights<double>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(combine_rows_double)(strip, weights);
}
void convolve_missing_f64(const MissingStrip& strip,
                          const MissingWeights<double>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_missing_double)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
