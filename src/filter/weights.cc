// Packing: doubles to the engine's taps, with the value of the border's constant after the columns.
#include "filter/weights.h"

#include "simd/fixed/sample.h"

namespace sepconv {
namespace {

template <class T>
std::vector<T> stored_as(const std::vector<double>& taps) {
  return {taps.begin(), taps.end()};
}

template <class T>
simd::DirectTaps<T> pack_direct(const FilterTerms& terms) {
  simd::DirectTaps<T> direct{{}, static_cast<int64_t>(terms.terms.size()), terms.kernel_width()};
  for (const FilterTerm& row : terms.terms) {
    direct.taps.insert(direct.taps.end(), row.row.begin(), row.row.end());
  }
  return direct;
}

template <class T>
simd::Weights<T> pack_sums(const FilterTerms& terms, const SampleSpec& spec,
                           const ArithmeticChoice& choice, const Placement& placement) {
  simd::Weights<T> weights;
  const Finish& finish = choice.finish;
  weights.epilogue = {static_cast<T>(finish.before), static_cast<T>(finish.divisor),
                      static_cast<T>(finish.scale), static_cast<T>(finish.after)};
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.in_type = spec.in;
  weights.out_type = spec.out;
  const double centre = spec.in == SampleType::u16 ? 32768 : 0;
  if (terms.is_direct()) {
    weights.direct = pack_direct<T>(terms);
    weights.terms.push_back({{1}, {}, static_cast<T>(placement.border_value - centre)});
    return weights;
  }
  if (choice.running.column) weights.windows.column = terms.column_taps();
  if (choice.running.row) weights.windows.row = terms.kernel_width();
  for (const FilterTerm& given : terms.terms) {
    const RunningTerm term = running_term(given, choice.running);
    weights.windows.gain = static_cast<T>(term.gain);
    const double fill = sum_of(term.column) * (placement.border_value - centre);
    weights.terms.push_back({stored_as<T>(term.column),
                             simd::pack_row_taps(stored_as<T>(term.row), placement.channels),
                             static_cast<T>(fill)});
  }
  return weights;
}

// What the column pass gives where every sample is the border's constant: the same rounding.
int16_t fixed_fill(const simd::FixedFactor& column, double border_value) {
  const uint8_t level = static_cast<uint8_t>(border_value);
  const std::vector<const uint8_t*> rows(column.taps.size(), &level);
  return simd::fixed_column_sample({rows.data(), column, nullptr, 0}, 0, 0);
}

simd::FixedFactor pack_factor(const std::vector<double>& taps, const FixedFormat& format) {
  return simd::pack_fixed_factor(quantise_taps(taps, format.bits), format.bits, format.in_pairs);
}

simd::FixedWeights pack_fixed(const FilterTerms& terms, const Placement& placement) {
  const FilterTerm& term = terms.terms[0];
  simd::FixedWeights weights;
  weights.column = pack_factor(term.column, fixed_column_format(term.column));
  weights.row = pack_factor(term.row, fixed_row_format(term.row));
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.fill = fixed_fill(weights.column, placement.border_value);
  return weights;
}

simd::BoxWeights pack_box(const FilterTerms& terms, const Placement& placement) {
  simd::BoxWeights weights;
  weights.column = terms.column_taps();
  weights.row = terms.kernel_width();
  weights.quotient =
      simd::pack_level_quotient(mean_of(terms).divisor, weights.column * weights.row * 255);
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.fill = static_cast<int32_t>(static_cast<double>(weights.column) * placement.border_value);
  return weights;
}

simd::SmallWeights pack_small(const FilterTerms& terms, const SampleSpec& spec,
                              const Placement& placement) {
  simd::SmallWeights weights = *small_weights(terms);
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.fill = static_cast<uint8_t>(placement.border_value);
  weights.out_type = spec.out;
  return weights;
}

// The engines, by their weights.
using simd::BoxWeights;
using simd::FixedWeights;
using simd::SmallWeights;
using simd::Weights;

int64_t rows_of(const FixedWeights&) { return simd::kRowsTogether; }
int64_t rows_of(const SmallWeights&) { return simd::kSmallRows; }
int64_t rows_of(const BoxWeights&) { return simd::kRowsTogether + simd::kBoxPartialRows; }
template <class T>
int64_t rows_of(const Weights<T>& weights) {
  return simd::scratch_rows(weights);
}

int64_t window_rows_of(const FixedWeights&) { return 0; }
int64_t window_rows_of(const SmallWeights&) { return 0; }
int64_t window_rows_of(const BoxWeights&) { return simd::kBoxPartialRows; }
template <class T>
int64_t window_rows_of(const Weights<T>& weights) {
  return simd::window_rows(weights);
}

bool sums_windows(const FixedWeights&) { return false; }
bool sums_windows(const SmallWeights&) { return false; }
bool sums_windows(const BoxWeights&) { return true; }
template <class T>
bool sums_windows(const Weights<T>& weights) {
  return weights.windows.column > 0 || weights.windows.row > 0;
}

int64_t value_bytes(const FixedWeights&) { return 2; }
int64_t value_bytes(const SmallWeights&) { return 1; }
int64_t value_bytes(const BoxWeights& weights) { return weights.has_narrow_columns() ? 2 : 4; }
template <class T>
int64_t value_bytes(const Weights<T>&) {
  return sizeof(T);
}

void convolve(const simd::Strip& strip, const FixedWeights& weights) {
  simd::convolve_strip_u8(strip, weights);
}
void convolve(const simd::Strip& strip, const SmallWeights& weights) {
  simd::convolve_strip_small(strip, weights);
}
void convolve(const simd::Strip& strip, const BoxWeights& weights) {
  simd::convolve_strip_box(strip, weights);
}
void convolve(const simd::Strip& strip, const Weights<float>& weights) {
  simd::convolve_strip_f32(strip, weights);
}
void convolve(const simd::Strip& strip, const Weights<double>& weights) {
  simd::convolve_strip_f64(strip, weights);
}

}  // namespace

PackedWeights pack_weights(const FilterTerms& terms, const SampleSpec& spec,
                           const ArithmeticChoice& choice, const Placement& placement) {
  switch (choice.arithmetic) {
    case Arithmetic::fixed16:
      return pack_fixed(terms, placement);
    case Arithmetic::int16:
      return pack_small(terms, spec, placement);
    case Arithmetic::int32:
      return pack_box(terms, placement);
    case Arithmetic::f32:
      return pack_sums<float>(terms, spec, choice, placement);
    case Arithmetic::f64:
      break;
  }
  return pack_sums<double>(terms, spec, choice, placement);
}

int64_t scratch_rows(const PackedWeights& weights) {
  return std::visit([](const auto& w) { return rows_of(w); }, weights);
}

int64_t window_rows(const PackedWeights& weights) {
  return std::visit([](const auto& w) { return window_rows_of(w); }, weights);
}

bool has_windows(const PackedWeights& weights) {
  return std::visit([](const auto& w) { return sums_windows(w); }, weights);
}

int64_t scratch_value_bytes(const PackedWeights& weights) {
  return std::visit([](const auto& w) { return value_bytes(w); }, weights);
}

void combine_rows(const simd::Strip& strip, const PackedWeights& weights) {
  if (const auto* f = std::get_if<simd::Weights<float>>(&weights)) {
    simd::combine_rows_f32(strip, *f);
  } else {
    simd::combine_rows_f64(strip, std::get<simd::Weights<double>>(weights));
  }
}

void convolve_strip(const simd::Strip& strip, const PackedWeights& weights) {
  std::visit([&](const auto& w) { convolve(strip, w); }, weights);
}

}  // namespace sepconv
