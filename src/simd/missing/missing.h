// What the vector code is told about filtering data with gaps: a strip, which of its samples are
// valid, and how two sums become one output. Plain C++; src/filter/array fills these in.
#pragma once

#include "simd/strip.h"

namespace sepconv::simd {

/// How a strip says which samples are valid.
enum class Validity {
  marks,    // a byte a sample, not zero where it is valid
  not_nan,  // samples that are a number
  weights,  // rows of values and of weights, as combine_missing leaves them
};

/// From a sum of values and a sum of weights to an output sample:
/// values / weights * scale + after, rounded and clamped; fill where weights < least.
template <class T>
struct MissingFinish {
  T scale = 1;
  T after = 0;
  T least = 0;  // above 0
  T fill = 0;
  bool truncates = false;  // integers towards zero, not to nearest
  SampleType out_type = SampleType::f32;
};

/// The same taps twice: what they make of values, and of weights (1 where a sample is valid, 0
/// where it is missing). One term each, no epilogue, out_type that of T; only the fills differ.
template <class T>
struct MissingWeights {
  Weights<T> values;
  Weights<T> weights;
  Validity validity = Validity::marks;
  MissingFinish<T> finish;
};

/// Scratch rows of a strip: column sums of values, then of weights, then a row of each to divide.
inline constexpr int64_t kMissingScratchRows = 2 * kRowsTogether + 2;

/// A strip whose scratch has kMissingScratchRows rows.
struct MissingStrip {
  Strip strip;
  const void* const* marks = nullptr;  // as strip.rows: bytes, or weights; not used for not_nan
};

/// Filters one strip: both column sums from one reading of the samples, both row sums, one
/// division. types      in: any that Weights takes for marks, floats for not_nan, T for weights;
/// out: any
void convolve_missing_f32(const MissingStrip& strip, const MissingWeights<float>& weights) noexcept;
void convolve_missing_f64(const MissingStrip& strip,
                          const MissingWeights<double>& weights) noexcept;

/// The column pass alone: kRowsTogether scratch rows of values, then as many of weights.
void combine_missing_f32(const MissingStrip& strip, const MissingWeights<float>& weights) noexcept;
void combine_missing_f64(const MissingStrip& strip, const MissingWeights<double>& weights) noexcept;

}  // namespace sepconv::simd
