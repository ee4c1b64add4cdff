// Rows of correlations for every target; src/filter/correlation/run.cc calls them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/taps/taps.cc"
#include <hwy/foreach_target.h>

#include "simd/taps/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// False of i32 and f64 in float: the plan has double sums for those.
template <class T, class Sample>
constexpr bool kHasSums = sizeof(T) == 8 ||
                          !(std::is_same_v<Sample, int32_t> || std::is_same_v<Sample, double>);

template <class T>
void correlate_row_of(const TapRow<T>& row, const Epilogue<T>& epilogue, int64_t samples,
                      SampleType out_type, void* out) {
  visit_type(out_type, [&]<class Out>(std::type_identity<Out>) {
    if constexpr (kHasSums<T, Out>) correlate_row(row, epilogue, samples, static_cast<Out*>(out));
  });
}

template <class T>
void convert_samples_of(const void* from, SampleType type, int64_t count, T* to) {
  visit_type(type, [&]<class In>(std::type_identity<In>) {
    if constexpr (kHasSums<T, In>) convert_samples(static_cast<const In*>(from), count, to);
  });
}

void correlate_row_float(const TapRow<float>& row, const Epilogue<float>& epilogue, int64_t samples,
                         SampleType out_type, void* out) {
  correlate_row_of(row, epilogue, samples, out_type, out);
}
void correlate_row_double(const TapRow<double>& row, const Epilogue<double>& epilogue,
                          int64_t samples, SampleType out_type, void* out) {
  correlate_row_of(row, epilogue, samples, out_type, out);
}
void convert_samples_float(const void* from, SampleType type, int64_t count, float* to) {
  convert_samples_of(from, type, count, to);
}
void convert_samples_double(const void* from, SampleType type, int64_t count, double* to) {
  convert_samples_of(from, type, count, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(correlate_row_float);
HWY_EXPORT(correlate_row_double);
HWY_EXPORT(convert_samples_float);
HWY_EXPORT(convert_samples_double);
void correlate_row_f32(const TapRow<float>& row, const Epilogue<float>& epilogue, int64_t samples,
                       SampleType out_type, void* out) noexcept {
  HWY_DYNAMIC_DISPATCH(correlate_row_float)(row, epilogue, samples, out_type, out);
}
void correlate_row_f64(const TapRow<double>& row, const Epilogue<double>& epilogue, int64_t samples,
                       SampleType out_type, void* out) noexcept {
  HWY_DYNAMIC_DISPATCH(correlate_row_double)(row, epilogue, samples, out_type, out);
}
void convert_samples_f32(const void* from, SampleType type, int64_t count, float* to) noexcept {
  HWY_DYNAMIC_DISPATCH(convert_samples_float)(from, type, count, to);
}
void convert_samples_f64(const void* from, SampleType type, int64_t count, double* to) noexcept {
  HWY_DYNAMIC_DISPATCH(convert_samples_double)(from, type, count, to);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
