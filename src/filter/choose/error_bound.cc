// Error bounds of the float, double and fixed-point engines.
#include "filter/choose/error_bound.h"

#include <cmath>

namespace sepconv {
namespace {

constexpr double kFloatUnit = unit_of(false);
constexpr double kDoubleUnit = unit_of(true);

// Rounding of sums in one type: u is its unit.
struct Rounding {
  double u = kFloatUnit;

  double gamma(int64_t operations) const { return operations * u / (1 - operations * u); }

  // What storing a value in the type changes.
  double stored(double value) const {
    if (u == kDoubleUnit) return 0;
    return std::abs(static_cast<double>(static_cast<float>(value)) - value);
  }
  double stored(const std::vector<double>& taps) const {
    double change = 0;
    for (const double tap : taps) change += stored(tap);
    return change;
  }
};

// A 1-D factor as the engine has it.
struct FactorBound {
  double magnitude = 0;  // sum of |tap|, stored
  double change = 0;     // sum of |stored - exact|
};

FactorBound factor_bound(const std::vector<double>& taps, const Rounding& rounding) {
  const double change = rounding.stored(taps);
  return {sum_of_magnitudes(taps) + change, change};
}

// The error of the one term of running sums, before the finish: windows have exact taps and add up
// in few steps. The gain is a rounded product, stored, that multiplies once; ordinary row taps take
// the column's constant in, rounded.
double running_bound(const FilterTerms& terms, const RunningSums& running, const Rounding& rounding,
                     double largest) {
  const RunningTerm term = running_term(terms.terms[0], running);
  const int64_t column_taps = terms.column_taps(), row_taps = terms.kernel_width();
  const FactorBound column = factor_bound(term.column, rounding);
  const FactorBound row = factor_bound(term.row, rounding);
  const double column_gamma =
      rounding.gamma(running.column ? column_window_depth(column_taps) : column_taps);
  const double row_gamma = rounding.gamma(running.row ? row_window_depth(row_taps) : row_taps + 1);
  const double column_error = largest * (column.change + column_gamma * column.magnitude);
  const double column_largest = largest * column.magnitude * (1 + column_gamma);
  const double sums =
      column_error * row.magnitude + column_largest * (row.change + row_gamma * row.magnitude);
  const double result = column_largest * row.magnitude * (1 + row_gamma);
  return sums * std::abs(term.gain) + result * rounding.stored(term.gain) +
         (running.row ? rounding.gamma(2) * result * std::abs(term.gain) : 0);
}

// The error of all sums, before the finish. A column error reaches the output times the row's
// magnitude; the row pass adds its own, over the taps of all terms since they share one sum.
double sums_bound(const FilterTerms& terms, const Rounding& rounding, double largest) {
  const double row_gamma = rounding.gamma(terms.row_tap_count());
  double bound = 0;
  for (const FilterTerm& term : terms.terms) {
    double column_error = 0;
    double column_largest = largest;
    if (!terms.is_direct()) {
      const FactorBound column = factor_bound(term.column, rounding);
      const double column_gamma = rounding.gamma(term.column.size());
      column_error = largest * (column.change + column_gamma * column.magnitude);
      column_largest = largest * column.magnitude * (1 + column_gamma);
    }
    const FactorBound row = factor_bound(term.row, rounding);
    bound +=
        column_error * row.magnitude + column_largest * (row.change + row_gamma * row.magnitude);
  }
  return bound;
}

double float_bound(const FilterTerms& terms, const SampleSpec& spec,
                   const ArithmeticChoice& choice) {
  const Rounding rounding{choice.arithmetic == Arithmetic::f32 ? kFloatUnit : kDoubleUnit};
  const Finish& finish = choice.finish;
  const double largest = largest_seen(spec);
  const double scale = std::abs(finish.scale / finish.divisor);
  const double result = terms.gain() * largest * scale + std::abs(finish.after);
  const double sums = choice.running.are_any()
                          ? running_bound(terms, choice.running, rounding, largest)
                          : sums_bound(terms, rounding, largest);
  return sums * scale + terms.gain() * largest * rounding.stored(finish.scale) +
         rounding.stored(finish.after) + 2 * rounding.u * result;
}

// A fixed-point factor: 16-bit products are rounded to half of 1/256 level each, pairs once; taps
// are off by what quantise_taps left, and act on centred levels, at most 128 (1.01: second order).
double fixed_factor_bound(const std::vector<double>& taps, const FixedFormat& format,
                          double pair_rounding) {
  const std::vector<int16_t> quantised = quantise_taps(taps, format.bits);
  const double one = std::ldexp(1.0, format.bits), sum = sum_of(taps);
  double tap_error = 0;
  for (size_t i = 0; i < taps.size(); ++i) {
    tap_error += std::abs(quantised[i] / one - taps[i] / sum);
  }
  const double rounding = format.in_pairs ? pair_rounding : taps.size() / 512.0;
  return rounding + 128 * 1.01 * tap_error;
}

double fixed_bound(const FilterTerms& terms) {
  const FilterTerm& term = terms.terms[0];
  const double normalisation = std::abs(sum_of(term.column) * sum_of(term.row) - 1);
  // Pairs of the row pass are rounded with the output, those of the column pass to 1/256 level.
  return fixed_factor_bound(term.column, fixed_column_format(term.column), 1.0 / 512) +
         fixed_factor_bound(term.row, fixed_row_format(term.row), 0.0) + 255 * normalisation;
}

// A mean's sums are exact, and divided by the whole number next to what its taps say.
double mean_bound(const FilterTerms& terms) {
  const double samples = static_cast<double>(terms.column_taps() * terms.kernel_width());
  return 255 * samples * mean_of(terms).tap_error;
}

// How far sums may be from the exact value of the kernel's own taps, raw samples counted.
double residual_bound(const FilterTerms& terms, const SampleSpec& spec) {
  return terms.residual_l1 * largest_input(spec) * std::abs(spec.scale);
}

}  // namespace

double sum_error_bound(const FilterTerms& terms, const SampleSpec& spec,
                       const ArithmeticChoice& choice) {
  if (choice.sums_are_exact) return residual_bound(terms, spec);
  if (choice.arithmetic == Arithmetic::fixed16) {
    return fixed_bound(terms) + residual_bound(terms, spec);
  }
  if (choice.arithmetic == Arithmetic::int32) {
    return mean_bound(terms) + residual_bound(terms, spec);
  }
  return float_bound(terms, spec, choice) + residual_bound(terms, spec);
}

double output_error_bound(double sums, const FilterTerms& terms, const SampleSpec& spec,
                          const ArithmeticChoice& choice) {
  if (choice.is_rounded_apart) return 0.5;
  if (is_integer_type(spec.out)) return sums + 0.5;
  const double largest = spec.in == SampleType::u16 ? 65535 : largest_seen(spec);
  const double result =
      terms.gain() / terms.divisor * largest * std::abs(spec.scale) + std::abs(spec.offset);
  // The division of exact sums, and the conversion of double sums to float.
  return sums + (spec.out == SampleType::f32 ? kFloatUnit : kDoubleUnit) * result;
}

double error_bound(const FilterTerms& terms, const SampleSpec& spec,
                   const ArithmeticChoice& choice) {
  return output_error_bound(sum_error_bound(terms, spec, choice), terms, spec, choice);
}

}  // namespace sepconv
