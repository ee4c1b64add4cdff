// What the vector code is told about output rows of a correlation: the taps in the order of their
// sums, and the samples under them. src/filter/correlation fills these in, taps.cc runs them.
#pragma once

#include <cstdint>

#include "sepconv/image.h"
#include "simd/strip.h"

namespace sepconv::simd {

/// What a tap is multiplied with and added to: a sample, the sum of two or their difference, of the
/// first row; a sample, of the second row; a sample that both rows use, each with a tap of its own.
enum class TapUse { sample, sum, difference, second_row, both_rows };

/// Taps in use in the same way, one after the other.
struct TapRun {
  TapUse use = TapUse::sample;
  int64_t count = 0;

  friend bool operator==(const TapRun&, const TapRun&) = default;
};

/// One output row, or two that share samples. Samples are values of T, kOverrun of them readable
/// beyond the last one in use. An output is start + tap * sample + tap * sample + ..., from left to
/// right, every product and every sum rounded by itself.
template <class T>
struct TapRows {
  int rows = 1;  // two only without sums and differences
  const TapRun* runs = nullptr;
  int64_t run_count = 0;
  const T* taps = nullptr;             // one a sample; two of both_rows, the first row's first
  const T* const* samples = nullptr;   // at output sample 0
  const T* const* partners = nullptr;  // the second ones of sums and differences
  T start = 0;                         // -0.0 leaves the first product as it is
};

/// Where outputs go.
struct TapOutput {
  SampleType type = SampleType::f32;
  int64_t samples = 0;  // of each row
  void* rows[2] = {};
};

/// Writes output rows: sums and then the epilogue, whose before is not used.
/// types      any out type; the same bits on every target
void correlate_rows_f32(const TapRows<float>& rows, const Epilogue<float>& epilogue,
                        const TapOutput& out) noexcept;
void correlate_rows_f64(const TapRows<double>& rows, const Epilogue<double>& epilogue,
                        const TapOutput& out) noexcept;

/// Writes count samples of type at from as values that sums are made of. In float, types that it
/// holds: not i32, not f64.
void convert_samples_f32(const void* from, SampleType type, int64_t count, float* to) noexcept;
void convert_samples_f64(const void* from, SampleType type, int64_t count, double* to) noexcept;

}  // namespace sepconv::simd
