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
simd::Weights<T> pack_sums(const FilterTerms& terms, const SampleSpec& spec,
                           const ArithmeticChoice& choice, const Placement& placement) {
  simd::Weights<T> weights;
  const Finish& finish = choice.finish;
  weights.epilogue = {static_cast<T>(finish.before), static_cast<T>(finish.divisor),
                      static_cast<T>(finish.scale), static_cast<T>(finish.after)};
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.is_direct = terms.is_direct();
  weights.in_type = spec.in;
  weights.out_type = spec.out;
  const double centre = spec.in == SampleType::u16 ? 32768 : 0;
  for (const FilterTerm& term : terms.terms) {
    const std::vector<double> column = terms.is_direct() ? std::vector{1.0} : term.column;
    const double fill = sum_of(column) * (placement.border_value - centre);
    weights.terms.push_back({stored_as<T>(column),
                             simd::pack_row_taps(stored_as<T>(term.row), placement.channels),
                             static_cast<T>(fill)});
  }
  return weights;
}

// What the column pass gives where every sample is the border's constant: the same rounding.
int16_t fixed_fill(const std::vector<int16_t>& column, double border_value) {
  int32_t sum = 0;
  const int32_t centred = (static_cast<int32_t>(border_value) - 128) * 256;
  for (const int16_t tap : column) sum += simd::multiply_fraction(centred, tap);
  return static_cast<int16_t>(sum);
}

simd::FixedWeights pack_fixed(const FilterTerms& terms, const Placement& placement) {
  const FilterTerm& term = terms.terms[0];
  const FixedRowFormat format = fixed_row_format(term.row);
  simd::FixedWeights weights;
  weights.column = quantise_taps(term.column, 15);
  weights.row = quantise_taps(term.row, format.bits);
  weights.row_bits = format.bits;
  weights.row_in_pairs = format.in_pairs;
  weights.channels = placement.channels;
  weights.anchor_samples = placement.anchor_x * placement.channels;
  weights.fill = fixed_fill(weights.column, placement.border_value);
  simd::pack_row_pairs(&weights);
  return weights;
}

}  // namespace

PackedWeights pack_weights(const FilterTerms& terms, const SampleSpec& spec,
                           const ArithmeticChoice& choice, const Placement& placement) {
  switch (choice.arithmetic) {
    case Arithmetic::fixed16:
      return pack_fixed(terms, placement);
    case Arithmetic::f32:
      return pack_sums<float>(terms, spec, choice, placement);
    case Arithmetic::f64:
      break;
  }
  return pack_sums<double>(terms, spec, choice, placement);
}

int64_t scratch_rows(const PackedWeights& weights) {
  if (const auto* f = std::get_if<simd::Weights<float>>(&weights)) return simd::scratch_rows(*f);
  if (const auto* d = std::get_if<simd::Weights<double>>(&weights)) return simd::scratch_rows(*d);
  return simd::kRowsTogether;
}

int64_t scratch_value_bytes(const PackedWeights& weights) {
  if (std::holds_alternative<simd::Weights<float>>(weights)) return 4;
  return std::holds_alternative<simd::Weights<double>>(weights) ? 8 : 2;
}

void combine_rows(const simd::Strip& strip, const PackedWeights& weights) {
  if (const auto* f = std::get_if<simd::Weights<float>>(&weights)) {
    simd::combine_rows_f32(strip, *f);
  } else {
    simd::combine_rows_f64(strip, std::get<simd::Weights<double>>(weights));
  }
}

void convolve_strip(const simd::Strip& strip, const PackedWeights& weights) {
  if (const auto* f = std::get_if<simd::Weights<float>>(&weights)) {
    simd::convolve_strip_f32(strip, *f);
  } else if (const auto* d = std::get_if<simd::Weights<double>>(&weights)) {
    simd::convolve_strip_f64(strip, *d);
  } else {
    simd::convolve_strip_u8(strip, std::get<simd::FixedWeights>(weights));
  }
}

}  // namespace sepconv
