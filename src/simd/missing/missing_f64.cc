// The double engine of data with gaps for every target; src/filter/array/missing.cc calls it.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/missing/missing_f64.cc"
#include <hwy/foreach_target.h>

#include "simd/missing/strip-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {
void convolve_missing_double(const MissingStrip& strip, const MissingWeights<double>& weights) {
  convolve_missing(strip, weights);
}
void combine_missing_double(const MissingStrip& strip, const MissingWeights<double>& weights) {
  combine_missing(strip, weights);
}
}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_missing_double);
HWY_EXPORT(combine_missing_double);
void convolve_missing_f64(const MissingStrip& strip,
                          const MissingWeights<double>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_missing_double)(strip, weights);
}
void combine_missing_f64(const MissingStrip& strip,
                         const MissingWeights<double>& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(combine_missing_double)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
