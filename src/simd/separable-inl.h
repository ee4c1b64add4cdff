// The strip loops of the float and double engine: which pass, over which rows, in which order.
#if defined(SEPCONV_SIMD_SEPARABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SEPARABLE_INL_H_
#undef SEPCONV_SIMD_SEPARABLE_INL_H_
#else
#define SEPCONV_SIMD_SEPARABLE_INL_H_
#endif

#include <hwy/cache_control.h>

#include <algorithm>

#include "simd/box/box_columns-inl.h"
#include "simd/box/box_rows-inl.h"
#include "simd/column-inl.h"
#include "simd/direct-inl.h"
#include "simd/row-inl.h"
#include "simd/row_short-inl.h"
#include "simd/small/dense-inl.h"
#include "simd/small/fused-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

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

/// Part of an output row: short rows, or blocks of longer ones.
template <bool kRoundOnce, class T, class Out>
void write_part(const RowPass<T>& pass, int64_t samples, Out* out) {
  const Weights<T>& weights = *pass.weights;
  const bool is_one_term = weights.terms.size() == 1;
  if (is_one_term && weights.channels == 1 && convolve_if_short<1, kRoundOnce>(pass, samples, out))
    return;
  if (is_one_term && weights.channels == 3 && convolve_if_short<3, kRoundOnce>(pass, samples, out))
    return;
  const RowTaps<T>& row = weights.terms[0].row;
  if (row.class_step == 8) return convolve_row<8, kRoundOnce>(pass, samples, out);
  return convolve_row<24, kRoundOnce>(pass, samples, out);
}

/// One output row from its sources.
template <class Out, bool kRoundOnce, class T>
void write_row(const StripWork<T>& work, const T* const* sources, int64_t y) {
  write_parts(row_pass(work, sources, y), work.strip.out_samples, work.template out_row<Out>(y),
              write_part<kRoundOnce, T, Out>);
}

/// Calls use(std::type_identity<In>()) for the sample type, where sums of T can be of it.
template <class T, class Use>
void with_sample_type(SampleType type, const Use& use) {
  visit_type(type, [&]<class Sample>(std::type_identity<Sample> identity) {
    if constexpr (sizeof(T) == 8 || sizeof(Sample) < 4 || std::is_same_v<Sample, T>) use(identity);
  });
}

template <bool kRoundOnce, class T>
Passes<T> choose_passes(const Weights<T>& weights) {
  Passes<T> passes{};
  with_sample_type<T>(weights.in_type, [&]<class In>(std::type_identity<In>) {
    passes.combine_term = combine_term<In, kRoundOnce, T>;
    passes.begin_windows = begin_windows<In, T>;
    passes.advance_windows = advance_windows<In, T>;
  });
  with_sample_type<T>(weights.out_type, [&]<class Out>(std::type_identity<Out>) {
    passes.write_row = weights.windows.row > 0 ? write_window_row<Out, kRoundOnce, T>
                                               : write_row<Out, kRoundOnce, T>;
    passes.write_direct_rows = write_direct_rows<Out, kRoundOnce, T>;
  });
  return passes;
}

/// Columns of every term for kRowsTogether rows, then their rows: nothing leaves the first cache.
template <class T>
void run_separable(const StripWork<T>& work, const Passes<T>& passes) {
  if constexpr (std::is_same_v<T, float>) {
    if (run_if_fused(work, passes)) return;
  }
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

/// Column windows kRowsTogether at a time, then their rows.
template <class T>
void run_column_windows(const StripWork<T>& work, const Passes<T>& passes) {
  ColumnWindows<T> windows(work);
  passes.begin_windows(windows);
  for (int64_t y = windows.first_row(); y < work.strip.out_rows; y += kRowsTogether) {
    passes.advance_windows(windows);
    const int64_t end = std::min<int64_t>(kRowsTogether, work.strip.out_rows - y);
    for (int64_t q = std::max<int64_t>(0, -y); q < end; ++q) {
      work.fill_edges(work.scratch_row(q), work.weights.terms[0].fill);
      const T* source = work.scratch_row(q) - work.weights.anchor_samples;
      passes.write_row(work, &source, y + q);
    }
  }
}

/// Image rows as sums in a ring, kRowsTogether new ones at a time, then as many output rows. The
/// ring holds a multiple of kRowsTogether rows, so that a group of new rows never wraps.
template <class T>
void run_direct(const StripWork<T>& work, const Passes<T>& passes) {
  if constexpr (std::is_same_v<T, float>) {
    if (reads_in_place(work.weights)) return run_dense(work, passes);
  }
  const int64_t rows = work.weights.direct.height + kRowsTogether - 1;
  const int64_t ring = scratch_rows(work.weights);
  const T* sources[kMaxTerms + kRowsTogether - 1];
  int64_t converted = 0;
  for (int64_t y = 0; y < work.strip.out_rows; y += kRowsTogether) {
    for (; converted < y + rows; converted += kRowsTogether) {
      passes.combine_term(work, work.weights.terms[0], converted, converted % ring);
    }
    for (int64_t j = 0; j < rows; ++j) {
      sources[j] = work.scratch_row((y + j) % ring) - work.weights.anchor_samples;
    }
    passes.write_direct_rows(work, sources, y);
  }
}

/// The passes of the weights' types, rounding once a multiply-add where outputs are integers in the
/// end.
template <class T>
Passes<T> passes_of(const Weights<T>& weights, SampleType in_the_end) {
  const bool round_once = in_the_end != SampleType::f32 && in_the_end != SampleType::f64;
  Passes<T> passes = choose_passes<false>(weights);
#if !HWY_NATIVE_FMA
  if (round_once) passes = choose_passes<true>(weights);
#else
  (void)round_once;
#endif
  return passes;
}

template <class T>
void convolve_strip(const Strip& strip, const Weights<T>& weights) {
  const StripWork<T> work{strip, weights};
  const Passes<T> passes = passes_of(weights, weights.out_type);
  if (weights.direct.height > 0) {
    run_direct(work, passes);
  } else if (weights.windows.column > 0) {
    run_column_windows(work, passes);
  } else {
    run_separable(work, passes);
  }
  if (strip.streams) hwy::FlushStream();  // whoever waits for this strip sees it
}

template <class T>
void combine_rows_of_strip(const Strip& strip, const Weights<T>& weights) {
  const StripWork<T> work{strip, weights};
  passes_of(weights, weights.out_type).combine_term(work, weights.terms[0], 0, 0);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
