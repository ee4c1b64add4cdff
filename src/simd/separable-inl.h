// The strip loops of the float and double engine: which pass, over which rows, in which order.
#if defined(SEPCONV_SIMD_SEPARABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SEPARABLE_INL_H_
#undef SEPCONV_SIMD_SEPARABLE_INL_H_
#else
#define SEPCONV_SIMD_SEPARABLE_INL_H_
#endif

#include <algorithm>

#include "simd/column-inl.h"
#include "simd/row-inl.h"
#include "simd/row_short-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// A strip and its weights, with scratch rows by number.
template <class T>
struct StripWork {
  const Strip& strip;
  const Weights<T>& weights;

  /// Place 0 of a scratch row.
  T* scratch_row(int64_t row) const {
    return static_cast<T*>(strip.scratch) + row * strip.scratch_stride + strip.scratch_zero;
  }
  void fill_edges(T* row, T fill) const {
    for (int64_t i = 0; i < strip.edge_count; ++i) {
      const EdgeCopy& edge = strip.edges[i];
      row[edge.place] = edge.from == kFill ? fill : row[edge.from];
    }
  }
};

/// The column pass of one term from input row y on, into kRows scratch rows from scratch_row on.
template <int kRows, class In, bool kRoundOnce, class T>
void combine_columns(const StripWork<T>& work, const Term<T>& term, int64_t y,
                     int64_t scratch_row) {
  const auto* rows = reinterpret_cast<const In* const*>(work.strip.rows) + y;
  const ColumnPass<In, T> pass{rows, term.column.data(), static_cast<int64_t>(term.column.size()),
                               work.scratch_row(scratch_row), work.strip.scratch_stride};
  for (int64_t i = 0; i < work.strip.segment_count; ++i) {
    combine_rows<kRows, kRoundOnce>(pass, work.strip.segments[i]);
  }
  for (int q = 0; q < kRows; ++q) work.fill_edges(work.scratch_row(scratch_row + q), term.fill);
}

/// kRowsTogether output rows of one term; short columns go row by row.
template <class In, bool kRoundOnce, class T>
void combine_term(const StripWork<T>& work, const Term<T>& term, int64_t y, int64_t scratch_row) {
  if (static_cast<int64_t>(term.column.size()) >= kRowsTogether - 1) {
    combine_columns<kRowsTogether, In, kRoundOnce>(work, term, y, scratch_row);
    return;
  }
  for (int q = 0; q < kRowsTogether; ++q) {
    combine_columns<1, In, kRoundOnce>(work, term, y + q, scratch_row + q);
  }
}

/// One output row from its sources: a short row, or blocks of a longer one.
template <class Out, bool kRoundOnce, class T>
void write_row(const StripWork<T>& work, const T* const* sources, int64_t y) {
  const Weights<T>& weights = work.weights;
  const RowPass<T> pass{&weights, sources};
  const int64_t samples = work.strip.out_samples;
  Out* out =
      reinterpret_cast<Out*>(static_cast<char*>(work.strip.out) + y * work.strip.out_stride_bytes);
  const hn::ScalableTag<T> d;
  const RowTaps<T>& row = weights.terms[0].row;
  if (weights.terms.size() == 1 && weights.channels == 1) {
    switch (row.in_order.size()) {
      case 3:
        return convolve_short_row<3, kRoundOnce>(d, pass, samples, out);
      case 5:
        return convolve_short_row<5, kRoundOnce>(d, pass, samples, out);
      case 7:
        return convolve_short_row<7, kRoundOnce>(d, pass, samples, out);
      case 9:
        return convolve_short_row<9, kRoundOnce>(d, pass, samples, out);
      default:
        break;
    }
  }
  if (row.class_step == 8) return convolve_row<8, kRoundOnce>(pass, samples, out);
  return convolve_row<24, kRoundOnce>(pass, samples, out);
}

/// The two passes as functions, chosen once a strip from the sample types. f64 and i32 in or out
/// always have double sums.
template <class T>
struct Passes {
  void (*combine_term)(const StripWork<T>&, const Term<T>&, int64_t y, int64_t scratch_row);
  void (*write_row)(const StripWork<T>&, const T* const* sources, int64_t y);
};

template <bool kRoundOnce, class T>
Passes<T> choose_passes(SampleType in, SampleType out) {
  Passes<T> passes{};
  switch (in) {
    case SampleType::u8:
      passes.combine_term = combine_term<uint8_t, kRoundOnce, T>;
      break;
    case SampleType::u16:
      passes.combine_term = combine_term<uint16_t, kRoundOnce, T>;
      break;
    case SampleType::i16:
      passes.combine_term = combine_term<int16_t, kRoundOnce, T>;
      break;
    case SampleType::i32:
      if constexpr (sizeof(T) == 8) passes.combine_term = combine_term<int32_t, kRoundOnce, T>;
      break;
    case SampleType::f32:
      passes.combine_term = combine_term<float, kRoundOnce, T>;
      break;
    case SampleType::f64:
      if constexpr (sizeof(T) == 8) passes.combine_term = combine_term<double, kRoundOnce, T>;
      break;
  }
  switch (out) {
    case SampleType::u8:
      passes.write_row = write_row<uint8_t, kRoundOnce, T>;
      break;
    case SampleType::u16:
      passes.write_row = write_row<uint16_t, kRoundOnce, T>;
      break;
    case SampleType::i16:
      passes.write_row = write_row<int16_t, kRoundOnce, T>;
      break;
    case SampleType::i32:
      if constexpr (sizeof(T) == 8) passes.write_row = write_row<int32_t, kRoundOnce, T>;
      break;
    case SampleType::f32:
      passes.write_row = write_row<float, kRoundOnce, T>;
      break;
    case SampleType::f64:
      if constexpr (sizeof(T) == 8) passes.write_row = write_row<double, kRoundOnce, T>;
      break;
  }
  return passes;
}

/// Columns of every term for kRowsTogether rows, then their rows: nothing leaves the first cache.
template <class T>
void run_separable(const StripWork<T>& work, const Passes<T>& passes) {
  const auto& terms = work.weights.terms;
  const T* sources[kMaxTerms];
  for (int64_t y = 0; y < work.strip.out_rows; y += kRowsTogether) {
    for (size_t s = 0; s < terms.size(); ++s) {
      passes.combine_term(work, terms[s], y, s * kRowsTogether);
    }
    const int64_t rows_left = std::min<int64_t>(kRowsTogether, work.strip.out_rows - y);
    for (int64_t q = 0; q < rows_left; ++q) {
      for (size_t s = 0; s < terms.size(); ++s) {
        sources[s] = work.scratch_row(s * kRowsTogether + q) - work.weights.anchor_samples;
      }
      passes.write_row(work, sources, y + q);
    }
  }
}

/// Image rows as sums in a ring, kRowsTogether new ones at a time; each output row adds the row
/// passes of all kernel rows. The ring holds a multiple of kRowsTogether rows, so that a group of
/// new rows never wraps.
template <class T>
void run_direct(const StripWork<T>& work, const Passes<T>& passes) {
  const auto& terms = work.weights.terms;
  const int64_t height = terms.size();
  const int64_t ring = scratch_rows(work.weights);
  const T* sources[kMaxTerms];
  int64_t converted = 0;
  for (int64_t y = 0; y < work.strip.out_rows; ++y) {
    for (; converted < y + height; converted += kRowsTogether) {
      passes.combine_term(work, terms[0], converted, converted % ring);
    }
    for (int64_t j = 0; j < height; ++j) {
      sources[j] = work.scratch_row((y + j) % ring) - work.weights.anchor_samples;
    }
    passes.write_row(work, sources, y);
  }
}

/// The passes of the weights' types, rounding once a multiply-add where outputs are integers.
template <class T>
Passes<T> passes_of(const Weights<T>& weights) {
  const bool round_once =
      weights.out_type != SampleType::f32 && weights.out_type != SampleType::f64;
  Passes<T> passes = choose_passes<false, T>(weights.in_type, weights.out_type);
#if !HWY_NATIVE_FMA
  if (round_once) passes = choose_passes<true, T>(weights.in_type, weights.out_type);
#else
  (void)round_once;
#endif
  return passes;
}

template <class T>
void convolve_strip(const Strip& strip, const Weights<T>& weights) {
  const StripWork<T> work{strip, weights};
  const Passes<T> passes = passes_of(weights);
  if (weights.is_direct) {
    run_direct(work, passes);
  } else {
    run_separable(work, passes);
  }
}

template <class T>
void combine_rows_of_strip(const Strip& strip, const Weights<T>& weights) {
  const StripWork<T> work{strip, weights};
  passes_of(weights).combine_term(work, weights.terms[0], 0, 0);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
