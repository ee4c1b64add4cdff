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
void correlate_rows_of(const TapRows<T>& rows, const Epilogue<T>& epilogue, const TapOutput& out) {
  visit_type(out.type, [&]<class Out>(std::type_identity<Out>) {
    if constexpr (kHasSums<T, Out>) {
      if (rows.rows == 1) return correlate_rows<1, T, Out>(rows, epilogue, out);
      return correlate_rows<2, T, Out>(rows, epilogue, out);
    }
  });
}

template <class T>
void convert_samples_of(const void* from, SampleType type, int64_t count, T* to) {
  visit_type(type, [&]<class In>(std::type_identity<In>) {
    if constexpr (kHasSums<T, In>) convert_samples(static_cast<const In*>(from), count, to);
  });
}

void correlate_rows_float(const TapRows<float>& rows, const Epilogue<float>& epilogue,
                          const TapOutput& out) {
  correlate_rows_of(rows, epilogue, out);
}
void correlate_rows_double(const TapRows<double>& rows, const Epilogue<double>& epilogue,
                           const TapOutput& out) {
  correlate_rows_of(rows, epilogue, out);
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
HWY_EXPORT(correlate_rows_float);
HWY_EXPORT(correlate_rows_double);
HWY_EXPORT(convert_samples_float);
HWY_EXPORT(convert_samples_double);
void correlate_rows_f32(const TapRows<float>& rows, const Epilogue<float>& epilogue,
                        const TapOutput& out) noexcept {
  HWY_DYNAMIC_DISPATCH(correlate_rows_float)(rows, epilogue, out);
}
void correlate_rows_f64(const TapRows<double>& rows, const Epilogue<double>& epilogue,
                        const TapOutput& out) noexcept {
  HWY_DYNAMIC_DISPATCH(correlate_rows_double)(rows, epilogue, out);
}
void convert_samples_f32(const void* from, SampleType type, int64_t count, float* to) noexcept {
  HWY_DYNAMIC_DISPATCH(convert_samples_float)(from, type, count, to);
}
void convert_samples_f64(const void* from, SampleType type, int64_t count, double* to) noexcept {
  HWY_DYNAMIC_DISPATCH(convert_samples_double)(from, type, count, to);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
