// What the vector code is told about a piece of work: a strip of one image and the packed weights.
// Plain C++; src/filter fills these in, separable.cc and fixed.cc run them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sepconv/image.h"

namespace sepconv::simd {

/// Output rows that one column pass makes together: their shared input rows are loaded once.
inline constexpr int kRowsTogether = 4;

/// The shortest column window that is summed as such.
inline constexpr int64_t kMinColumnWindow = 2 * kRowsTogether;

/// Terms that a filter may have: outer products, or rows of a direct kernel.
inline constexpr int kMaxTerms = 4096;

/// Samples that a scratch row has beyond the last one in use, for vector loads that run over.
inline constexpr int64_t kOverrun = 96;

/// The sample that sums take as 0: u16 comes centred (load_as), and gets it back in the end.
constexpr double centre_of(SampleType type) { return type == SampleType::u16 ? 32768.0 : 0.0; }

/// count samples of an image row, from sample source on, and their place in a scratch row.
/// Places count from the first output sample of the strip, so those left of it are negative.
struct Segment {
  int64_t source = 0;
  int64_t place = 0;
  int64_t count = 0;
};

/// One sample beyond the image: scratch[place] = scratch[from], or the term's fill where from is
/// kFill.
struct EdgeCopy {
  int64_t place = 0;
  int64_t from = 0;
};
inline constexpr int64_t kFill = INT64_MAX;

/// A strip: out_rows x out_samples outputs, the input they need and the scratch to work in.
struct Strip {
  // rows[j] is sample 0 of the image row under tap 0 of output row j; out_rows + taps + 3 of them.
  const void* const* rows = nullptr;
  int64_t first_row = 0;  // rows[0] in the image, negative above it: blocks of windows go by it
  const Segment* segments = nullptr;  // the image columns to read, most of them in the first one
  int64_t segment_count = 0;
  const EdgeCopy* edges = nullptr;  // then the columns to make up
  int64_t edge_count = 0;
  void* out = nullptr;
  int64_t out_stride_bytes = 0;
  int64_t out_rows = 0;
  int64_t out_samples = 0;
  void* scratch = nullptr;     // scratch_rows() rows of scratch_stride values, aligned to 64 bytes
  int64_t scratch_stride = 0;  // a multiple of 64 bytes
  int64_t scratch_zero = 0;    // index of place 0 in a scratch row
  // Outputs are more than caches hold: float rows go past them, and input rows are called early.
  bool streams = false;
};

/// The taps of one row pass, regrouped so that one load serves many outputs.
/// A tap at sample offset o (= its index times channels) belongs to the class of its remainder by
/// class_step; in a class, offsets rise by class_step. The order of the sums follows from this
/// grouping alone, so it is the same for every vector length.
template <class T>
struct RowTaps {
  std::vector<T> taps;       // class after class; class i starts with tap i, at i * channels
  std::vector<T> in_order;   // as given, for short rows
  int64_t class_step = 8;    // samples between the taps of a class: 8, or 24 for 3 channels
  int64_t class_count = 0;   // classes that have taps
  int64_t long_classes = 0;  // the first ones, which have
  int64_t taps_in_long = 0;  //   this many taps; the others have one less
};

/// Groups taps for images of that many channels.
template <class T>
RowTaps<T> pack_row_taps(const std::vector<T>& taps, int channels);

/// One outer product: a column of taps, then a row of taps.
template <class T>
struct Term {
  std::vector<T> column;
  RowTaps<T> row;
  T fill = 0;  // the column pass's result where every sample is the border's constant
};

/// From a sum to an output sample: (sum + before) / divisor * scale + after, rounded and clamped.
template <class T>
struct Epilogue {
  T before = 0;
  T divisor = 1;
  T scale = 1;
  T after = 0;
  bool truncates = false;  // integers towards zero, not to nearest
};

/// Passes of a filter's one term that sum windows: all taps are equal, 1 in the column pass, gain
/// in the row pass. They take running sums, whose cost does not depend on the window.
template <class T>
struct Windows {
  int64_t column = 0;  // rows in a window, kMinColumnWindow or more; 0: ordinary taps
  int64_t row = 0;     // pixels in a window, 2 or more; 0: ordinary taps
  T gain = 1;
};

/// The taps of a kernel that runs as it is, row after row.
template <class T>
struct DirectTaps {
  std::vector<T> taps;
  int64_t height = 0;  // 0: a filter of terms
  int64_t width = 0;
};

/// The weights of a filter with sums of type T (float or double). A direct filter has one term, its
/// column the single tap 1: the column pass then gives the image's rows as they are.
template <class T>
struct Weights {
  std::vector<Term<T>> terms;
  DirectTaps<T> direct;
  Windows<T> windows;
  Epilogue<T> epilogue;
  int channels = 1;
  int64_t anchor_samples = 0;  // horizontal anchor times channels
  SampleType in_type = SampleType::f32;
  SampleType out_type = SampleType::f32;
};

/// Taps of a row by rounded products: as many as registers hold, with the sums of two vectors.
inline constexpr int kMaxRoundedRowTaps = 9;

/// A factor of the u8 engine: taps as fractions of 2^bits that are not negative and sum to exactly
/// 2^bits: nothing overflows (docs/numerics.md). Columns in pairs: kRowsTogether - 1 taps or more.
struct FixedFactor {
  std::vector<int16_t> taps;
  int bits = 15;                 // 15, or 16 in pairs where every tap is below a half
  bool in_pairs = false;         // exact 32-bit sums of pairs of taps, or rounded 16-bit products
  std::vector<int32_t> doubled;  // each tap in both halves: broadcast by one load
  std::vector<int32_t> even_pairs;  // taps (2p, 2p + 1), low half first; zero beyond the ends
  std::vector<int32_t> odd_pairs;   // taps (2p - 1, 2p)
};

/// A factor from its taps, pairs packed.
FixedFactor pack_fixed_factor(std::vector<int16_t> taps, int bits, bool in_pairs);

/// The weights of the u8 engine; between the passes a sample is (level - 128) * 256.
struct FixedWeights {
  FixedFactor column, row;
  int channels = 1;
  int64_t anchor_samples = 0;  // horizontal anchor times channels
  int16_t fill = 0;            // the column pass's result for the border's constant
};

/// Sums of bytes to levels: sum / divisor to the nearest level, ties to even. Right to the bit for
/// sums of 0 to the largest_sum that it was made for.
struct LevelQuotient {
  int32_t divisor = 1;
  bool is_plain = false;  // no sum is a tie, and all are small enough for the reciprocal alone
  float reciprocal = 1;   // 1 / divisor as a float,
  float rest = 0;         // and what it lacks of that
  // In 16 bits: (sum + divisor / 2) * multiplier >> (16 + shift) rounds halves up.
  bool is_narrow = false;
  uint16_t multiplier = 0;
  int shift = 0;
};

/// largest_sum / divisor is at most 255, and largest_sum at most kLargestBoxSum.
LevelQuotient pack_level_quotient(int64_t divisor, int64_t largest_sum);

/// Largest sum in the window of a box in integers: floats hold it, and divide it right to the bit.
inline constexpr int64_t kLargestBoxSum = 8'000'000;

/// The weights of a mean of bytes over a window: sums of integers that add the new sample and
/// subtract the old one, which are exact in any order.
struct BoxWeights {
  int64_t column = 1;  // rows in a window
  int64_t row = 1;     // pixels in a window
  LevelQuotient quotient;
  int channels = 1;
  int64_t anchor_samples = 0;  // horizontal anchor times channels
  int32_t fill = 0;            // the sum of a column of the border's constant

  /// Column sums and their differences fit 16 bits.
  bool has_narrow_columns() const { return column * 255 < 1 << 15; }
};

/// How a factor of SmallWeights adds up: pairs of equal or opposite taps share a multiplication,
/// and an outermost tap of 1 has none.
enum class FactorForm { any, symmetric, unit_symmetric, unit_antisymmetric };

/// Taps of a factor that runs in registers.
inline constexpr int kMaxSmallTaps = 5;
constexpr bool is_small_factor(size_t taps) { return taps == 3 || taps == kMaxSmallTaps; }

struct SmallFactor {
  FactorForm form = FactorForm::any;
  int tap_count = 3;
  std::array<int32_t, kMaxSmallTaps> doubled{};  // each tap in both halves: broadcast by one load
};

/// The weights of a small integer kernel on u8, one outer product: exact sums of 16 bits. Sums wrap
/// around on their way; what is left of them without the bias does not.
struct SmallWeights {
  SmallFactor column, row;
  int16_t bias = 0;   // an even multiple of the divisor, modulo 2^16
  int16_t level = 0;  // what the bias is in outputs
  int shift = 0;      // outputs are sums / 2^shift, ties to even
  int channels = 1;
  int64_t anchor_samples = 0;            // horizontal anchor times channels
  uint8_t fill = 0;                      // the border's constant
  SampleType out_type = SampleType::u8;  // or i16
};

/// The weights of whole taps with a divisor of 2^shift: column, row, bias, level and shift. None
/// where sums of bytes do not fit 16 bits, or is_small_factor() is not true of both.
std::optional<SmallWeights> pack_small_weights(const std::vector<double>& column,
                                               const std::vector<double>& row, int shift);

/// Scratch rows that a strip of these weights needs: those in use all the time, then the sums of a
/// column window, then the row that row windows grow in.
template <class T>
int64_t scratch_rows(const Weights<T>& weights);

/// Those of them that hold sums of rows for column windows: each is read and written once in
/// kRowsTogether output rows.
template <class T>
int64_t window_rows(const Weights<T>& weights);

/// Filters one strip: columns first, straight from the image rows, then rows.
/// types      any in and out type of Weights; sums in T
void convolve_strip_f32(const Strip& strip, const Weights<float>& weights) noexcept;
void convolve_strip_f64(const Strip& strip, const Weights<double>& weights) noexcept;

/// The column pass alone, of the first term: kRowsTogether rows of sums in the strip's scratch.
/// What a slab of planes is made with; the strip's outputs and edges are not used.
void combine_rows_f32(const Strip& strip, const Weights<float>& weights) noexcept;
void combine_rows_f64(const Strip& strip, const Weights<double>& weights) noexcept;

/// convolve_strip for u8 in and out with 16-bit fixed-point products: the same bits on every
/// target.
void convolve_strip_u8(const Strip& strip, const FixedWeights& weights) noexcept;

/// The same with the running sums of a box: exact, rounded once, ties to even. Uses kRowsTogether
/// scratch rows and kBoxPartialRows, of 16 bits where has_narrow_columns(), of 32 bits otherwise.
void convolve_strip_box(const Strip& strip, const BoxWeights& weights) noexcept;
inline constexpr int64_t kBoxPartialRows = 2;

/// The same with sums of 16 bits, rows first, all in registers: rows are read in place, and copied
/// to kSmallRows scratch rows of bytes at their ends only. Exact, rounded once, ties to even.
void convolve_strip_small(const Strip& strip, const SmallWeights& weights) noexcept;
inline constexpr int64_t kSmallRows = 2 * kRowsTogether;
static_assert(kSmallRows >= kMaxSmallTaps - 1 + kRowsTogether);

}  // namespace sepconv::simd
