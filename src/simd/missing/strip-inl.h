// The strip loop of data with gaps: columns of values and weights together, then their rows, then
// the division; every loop is a function chosen once a strip from the sample types.
#if defined(SEPCONV_SIMD_MISSING_STRIP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_STRIP_INL_H_
#undef SEPCONV_SIMD_MISSING_STRIP_INL_H_
#else
#define SEPCONV_SIMD_MISSING_STRIP_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "simd/missing/column-inl.h"
#include "simd/separable-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// The values and the weights of a strip as two ordinary ones over the same scratch.
template <class T>
struct MissingWork {
  const MissingStrip& strip;
  const MissingWeights<T>& weights;

  StripWork<T> values() const { return {strip.strip, weights.values}; }
  const Term<T>& value_term() const { return weights.values.terms[0]; }
  const Term<T>& weight_term() const { return weights.weights.terms[0]; }
};

/// kRows output rows from input row y on: values from scratch row first on, and their weights.
template <int kRows, bool kRoundOnce, class Loader, class In, class T>
void combine_missing_rows(const MissingWork<T>& work, int64_t y, int64_t first) {
  const Strip& strip = work.strip.strip;
  const std::vector<T>& taps = work.value_term().column;
  const auto* marks = reinterpret_cast<const uint8_t* const*>(work.strip.marks);
  const MissingColumns<In, T> pass{reinterpret_cast<const In* const*>(strip.rows) + y,
                                   marks == nullptr ? nullptr : marks + y,
                                   taps.data(),
                                   static_cast<int64_t>(taps.size()),
                                   work.values().scratch_row(first),
                                   strip.scratch_stride};
  for (int64_t i = 0; i < strip.segment_count; ++i) {
    combine_missing_segment<kRows, kRoundOnce, Loader>(pass, strip.segments[i]);
  }
  for (int q = 0; q < kRows; ++q) {
    work.values().fill_edges(work.values().scratch_row(first + q), work.value_term().fill);
    work.values().fill_edges(work.values().scratch_row(first + q + kRowsTogether),
                             work.weight_term().fill);
  }
}

/// kRowsTogether output rows from samples; short columns go row by row.
template <bool kRoundOnce, class Loader, class In, class T>
void combine_samples(const MissingWork<T>& work, int64_t y) {
  if (static_cast<int64_t>(work.value_term().column.size()) >= kRowsTogether - 1) {
    return combine_missing_rows<kRowsTogether, kRoundOnce, Loader, In>(work, y, 0);
  }
  for (int q = 0; q < kRowsTogether; ++q) {
    combine_missing_rows<1, kRoundOnce, Loader, In>(work, y + q, q);
  }
}

/// The same from sums: rows of values and rows of weights are two ordinary column passes.
template <bool kRoundOnce, class T>
void combine_sums(const MissingWork<T>& work, int64_t y) {
  combine_term<T, kRoundOnce>(work.values(), work.value_term(), y, 0);
  Strip of_weights = work.strip.strip;
  of_weights.rows = work.strip.marks;
  combine_term<T, kRoundOnce>(StripWork<T>{of_weights, work.weights.weights}, work.weight_term(), y,
                              kRowsTogether);
}

/// One output row from a row of values and a row of weights, both with room for whole vectors.
template <class Out, bool kRoundOnce, class T>
void divide_row(const MissingFinish<T>& finish, const T* values, const T* weights, int64_t samples,
                void* out_row) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  Out* out = static_cast<Out*>(out_row);
  const auto scale = hn::Set(d, finish.scale);
  const auto after = hn::Set(d, finish.after);
  const auto least = hn::Set(d, finish.least);
  const auto fill = hn::Set(d, finish.fill);
  const bool truncates = finish.truncates;
  const auto next_vector = [&](int64_t x, Out* to) HWY_ATTR {
    const auto weight = hn::LoadU(d, weights + x);
    const auto mean = hn::Div(hn::LoadU(d, values + x), weight);
    const auto scaled = multiply_add<kRoundOnce>(d, mean, scale, after);
    store_from(d, hn::IfThenElse(hn::Lt(weight, least), fill, scaled), truncates, to);
  };
  int64_t x = 0;
  for (; x + kLanes <= samples; x += kLanes) next_vector(x, out + x);
  if (x < samples) {
    Out last[kLanes];
    next_vector(x, last);
    std::memcpy(out + x, last, (samples - x) * sizeof(Out));
  }
}

template <class T>
struct MissingPasses {
  void (*combine)(const MissingWork<T>&, int64_t y);
  void (*write_row)(const StripWork<T>&, const T* const* sources, int64_t y);
  void (*divide)(const MissingFinish<T>&, const T* values, const T* weights, int64_t samples,
                 void* out);
};

/// True where the engine for sums of type T takes samples of type S.
template <class T, class S>
inline constexpr bool is_summed_in = sizeof(T) == 8 || (sizeof(S) < 8 && !std::is_same_v<S, int>);

template <bool kRoundOnce, class T>
MissingPasses<T> choose_missing_passes(const MissingWeights<T>& weights) {
  MissingPasses<T> passes{};
  passes.write_row = write_row<T, kRoundOnce, T>;
  if (weights.validity == Validity::weights) passes.combine = combine_sums<kRoundOnce, T>;
  visit_type(weights.values.in_type, [&]<class In>(std::type_identity<In>) {
    if constexpr (is_summed_in<T, In>) {
      if (weights.validity == Validity::marks) {
        passes.combine = combine_samples<kRoundOnce, ByMarks, In, T>;
      }
      if constexpr (std::is_floating_point_v<In>) {
        if (weights.validity == Validity::not_nan) {
          passes.combine = combine_samples<kRoundOnce, ByNumbers, In, T>;
        }
      }
    }
  });
  visit_type(weights.finish.out_type, [&]<class Out>(std::type_identity<Out>) {
    if constexpr (is_summed_in<T, Out>) passes.divide = divide_row<Out, kRoundOnce, T>;
  });
  return passes;
}

/// The passes of the weights' types, rounding once a multiply-add where outputs are integers.
template <class T>
MissingPasses<T> missing_passes(const MissingWeights<T>& weights) {
#if !HWY_NATIVE_FMA
  const SampleType out = weights.finish.out_type;
  if (out != SampleType::f32 && out != SampleType::f64) return choose_missing_passes<true>(weights);
#endif
  return choose_missing_passes<false>(weights);
}

template <class T>
void convolve_missing(const MissingStrip& strip, const MissingWeights<T>& weights) {
  const MissingWork<T> work{strip, weights};
  const MissingPasses<T> passes = missing_passes(weights);
  const int64_t anchor = weights.values.anchor_samples;
  T* sums[] = {work.values().scratch_row(2 * kRowsTogether),
               work.values().scratch_row(2 * kRowsTogether + 1)};
  Strip rows = strip.strip;
  rows.out = sums[0];
  rows.out_stride_bytes = (sums[1] - sums[0]) * sizeof(T);
  for (int64_t y = 0; y < strip.strip.out_rows; y += kRowsTogether) {
    passes.combine(work, y);
    const int64_t rows_left = std::min<int64_t>(kRowsTogether, strip.strip.out_rows - y);
    for (int64_t q = 0; q < rows_left; ++q) {
      const T* value = work.values().scratch_row(q) - anchor;
      const T* weight = work.values().scratch_row(q + kRowsTogether) - anchor;
      passes.write_row({rows, weights.values}, &value, 0);
      passes.write_row({rows, weights.weights}, &weight, 1);
      passes.divide(weights.finish, sums[0], sums[1], strip.strip.out_samples,
                    static_cast<char*>(strip.strip.out) + (y + q) * strip.strip.out_stride_bytes);
    }
  }
}

template <class T>
void combine_missing(const MissingStrip& strip, const MissingWeights<T>& weights) {
  missing_passes(weights).combine({strip, weights}, 0);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
