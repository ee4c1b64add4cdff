// What the vector code is told about an output row of a correlation: its taps in the order of their
// sums, and the samples under them. src/filter/correlation fills these in, taps.cc runs them.
#pragma once

#include <cstdint>

#include "sepconv/image.h"
#include "simd/strip.h"

namespace sepconv::simd {

/// What a tap is multiplied with: one sample, or the sum or difference of two.
enum class TapSums { single, sums, differences };

/// One output row; samples are values of T, kOverrun of them readable beyond the last one in use.
template <class T>
struct TapRow {
  TapSums kind = TapSums::single;
  const T* const* samples = nullptr;   // under each tap at output sample 0
  const T* const* partners = nullptr;  // the other ones of pairs; the first tap has none
  const T* taps = nullptr;
  int64_t count = 0;
  T start = 0;  // what is added to first; -0.0 leaves the first product as it is
};

/// Writes samples outputs of a row: start + taps[0] * samples[0][x] + ..., from left to right,
/// every product and sum rounded by itself; then the epilogue, whose before is not used. types any
/// out type; the same bits on every target
void correlate_row_f32(const TapRow<float>& row, const Epilogue<float>& epilogue, int64_t samples,
                       SampleType out_type, void* out) noexcept;
void correlate_row_f64(const TapRow<double>& row, const Epilogue<double>& epilogue, int64_t samples,
                       SampleType out_type, void* out) noexcept;

/// Writes count samples of type at from as values that sums are made of. In float, types that it
/// holds: not i32, not f64.
void convert_samples_f32(const void* from, SampleType type, int64_t count, float* to) noexcept;
void convert_samples_f64(const void* from, SampleType type, int64_t count, double* to) noexcept;

}  // namespace sepconv::simd
