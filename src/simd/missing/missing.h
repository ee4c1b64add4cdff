// What the vector code is told about filtering data with gaps: rows whose missing samples are to be
// replaced, then a strip of such rows beside rows of weights, and how two sums become one output.
// Plain C++; src/filter/array fills these in.
#pragma once

#include "simd/strip.h"

namespace sepconv::simd {

/// Which samples of a row are missing.
enum class Gaps { none, some, all };

/// count neighbouring samples, and a byte each that is 0 where it is missing; without marks those
/// that are NaN are.
struct MarkedRow {
  SampleType type = SampleType::f32;
  const void* samples = nullptr;
  const uint8_t* marks = nullptr;
  int64_t count = 0;
  // From this row to the one that will be asked for next, if the distance is known: rows may be
  // short and far apart, and caches do not foresee that.
  int64_t samples_ahead_bytes = 0;
  int64_t marks_ahead_bytes = 0;
};

/// Where some samples are missing, and only there, writes the row to filled with centre_of its type
/// in their place, which sums take as 0, so that whatever they hold, NaN and infinities too, never
/// counts; and to weights a byte each, 1, or 0 where it is missing.
/// aliasing   filled may be the samples, weights the marks
Gaps fill_gaps(const MarkedRow& row, void* filled, uint8_t* weights) noexcept;

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
/// where it is missing; or sums of such). One term each, no epilogue, out_type that of T.
template <class T>
struct MissingWeights {
  Weights<T> values;
  Weights<T> weights;
  MissingFinish<T> finish;
};

/// Finished rows of a strip: of values, of weights, and of weights where all samples are valid.
inline constexpr int64_t kFinishedRows = 3;

/// Scratch rows of a strip: those of both sums, then the finished ones.
template <class T>
int64_t scratch_rows(const MissingWeights<T>& weights) {
  return scratch_rows(weights.values) + scratch_rows(weights.weights) + kFinishedRows;
}

/// A strip whose samples are in rows without gaps, and their weights in rows beside them.
struct MissingStrip {
  Strip strip;
  const void* const* weight_rows = nullptr;  // as strip.rows
  // Rows of weights that are all 1, and all 0 (beside samples of centre_of): where only one of
  // them is under the taps, sums are taken from where they were met before. Either may be null.
  const void* whole = nullptr;
  const void* empty = nullptr;
  int64_t first_place = 0;  // of the first output
};

/// What all rows of weights under the taps of output rows [y, y + count) of a strip have.
Gaps gaps_under(const MissingStrip& missing, int64_t taps, int64_t y, int64_t count);

/// Both sums in integers, u8 to u8, one term: column sums of values in units of 1/128 level, of
/// weights in units of 2^-15; then exact sums of pairs along the rows, and one division. Outputs
/// that see least or more of the weights are close (docs/numerics.md); the others are those of the
/// sums in floats.
struct MissingBytes {
  FixedWeights taps;       // in pairs
  int16_t value_fill = 0;  // column sums of the border's constant
  int16_t weight_fill = 0;
  int32_t least = 0;
  bool zero_is_empty = false;  // no tap is so small that its weights could vanish
};
inline constexpr int kShareBits = 15;
inline constexpr int kLevelBits = 7;

/// Scratch rows of a strip (of float values): those of the sums in floats, those in integers, marks
/// of outputs that need floats, and those outputs.
int64_t scratch_rows(const MissingBytes& bytes, const MissingWeights<float>& floats);

/// Both sums of a box of bytes in integers: exact, rounded once, ties to even.
struct MissingBox {
  BoxWeights values;  // the box where nothing is missing
  BoxWeights counts;  // of samples that are valid
  int32_t least = 1;  // valid samples that an output needs
  uint8_t fill = 0;
};

/// Scratch rows of a strip, of 32 bits a value.
int64_t scratch_rows(const MissingBox& box);

/// Filters one strip: both column sums, both row sums, one division.
/// types      in: any that Weights takes; out: any
void convolve_missing_f32(const MissingStrip& strip, const MissingWeights<float>& weights) noexcept;
void convolve_missing_f64(const MissingStrip& strip,
                          const MissingWeights<double>& weights) noexcept;

/// The same of bytes to bytes, by integers where they do.
void convolve_missing_u8(const MissingStrip& strip, const MissingBytes& bytes,
                         const MissingWeights<float>& floats) noexcept;
void convolve_missing_box(const MissingStrip& strip, const MissingBox& box) noexcept;

}  // namespace sepconv::simd
