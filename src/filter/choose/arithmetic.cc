// The choice of arithmetic; docs/numerics.md derives every limit used here.
#include "filter/choose/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "filter/choose/error_bound.h"

namespace sepconv {
namespace {

// Integers up to here are exact in float and double. A quotient rounds right below half of it.
constexpr double kExactFloat = 0x1p24;
constexpr double kExactDouble = 0x1p53;

// Longest factors in fixed point: the sums of the passes stay below 2^15 levels and 2^31.
constexpr int64_t kMaxFixedTaps = 255;

// Rounded products up to here and up to simd::kMaxRoundedRowTaps, exact pairs above. Rounding
// errors grow with the number of products. Rows: pairs are nearly as fast from about 11 taps on.
// Columns: pairs are slower, but rounded products add up where rows are constant, which no later
// pass averages; up to 31 taps results were seen within 0.516 of exact, with 63 beyond 0.52.
constexpr int64_t kMaxRoundedColumnTaps = 31;

// A tap is one over a whole number if it is so to the accuracy of a float.
constexpr double kTapTolerance = 0x1p-22;

bool is_power_of_two(double value) {
  int exponent = 0;
  return std::frexp(value, &exponent) == 0.5;
}

bool is_whole(double value) { return value == std::floor(value); }

bool has_negative(const std::vector<double>& taps) {
  return std::any_of(taps.begin(), taps.end(), [](double tap) { return tap < 0; });
}

Finish plain_finish(const FilterTerms& terms, const SampleSpec& spec) {
  Finish finish{0, 1, spec.scale / terms.divisor, spec.offset};
  if (spec.in == SampleType::u16) finish.after += 32768 * terms.tap_sum() * finish.scale;
  return finish;
}

// The finish whose only rounding is the last one: whole offsets join the sum before the division,
// and dividing by a power of two is a multiplication that loses nothing.
Finish exact_finish(const FilterTerms& terms, const SampleSpec& spec) {
  Finish finish{spec.offset * terms.divisor, terms.divisor, 1, 0};
  if (spec.in == SampleType::u16) finish.before += 32768 * terms.tap_sum();
  if (is_power_of_two(terms.divisor)) {
    finish.divisor = 1;
    finish.scale = 1 / terms.divisor;
  }
  return finish;
}

bool could_be_exact(const FilterTerms& terms, const SampleSpec& spec) {
  return terms.is_integer && is_integer_type(spec.in) && spec.scale == 1 && is_whole(spec.offset);
}

double largest_sum(const FilterTerms& terms, const SampleSpec& spec, const Finish& finish) {
  return terms.gain() * largest_seen(spec) + std::abs(finish.before);
}

FixedFormat fixed_format(const std::vector<double>& taps, int64_t max_rounded) {
  if (static_cast<int64_t>(taps.size()) <= max_rounded) return {15, false};
  const double largest = *std::max_element(taps.begin(), taps.end()) / sum_of(taps);
  return {largest < 0.499 ? 16 : 15, true};
}

bool fits_fixed16(const FilterTerms& terms, const SampleSpec& spec) {
  if (spec.in != SampleType::u8 || spec.out != SampleType::u8 || spec.exact) return false;
  if (spec.scale != 1 || spec.offset != 0) return false;
  if (terms.method != Method::separable || terms.is_integer) return false;
  const FilterTerm& term = terms.terms[0];
  if (std::max(terms.column_taps(), terms.kernel_width()) > kMaxFixedTaps) return false;
  if (has_negative(term.column) || has_negative(term.row)) return false;
  if (std::abs(sum_of(term.column) * sum_of(term.row) - 1) > 1e-6) return false;
  return !quantise_taps(term.column, fixed_column_format(term.column).bits).empty() &&
         !quantise_taps(term.row, fixed_row_format(term.row).bits).empty();
}

// A small integer kernel on bytes.
bool fits_int16(const FilterTerms& terms, const SampleSpec& spec) {
  const bool has_types =
      spec.in == SampleType::u8 && (spec.out == SampleType::u8 || spec.out == SampleType::i16);
  return has_types && spec.offset == 0 && small_weights(terms).has_value();
}

// A mean of bytes, whose sums of 32 bits are divided right to the bit.
bool fits_int32(const FilterTerms& terms, const SampleSpec& spec) {
  if (spec.in != SampleType::u8 || spec.out != SampleType::u8) return false;
  if (spec.scale != 1 || spec.offset != 0) return false;
  return mean_of(terms).divisor > 0 &&
         terms.column_taps() * terms.kernel_width() * 255 <= simd::kLargestBoxSum;
}

void take_int32(ArithmeticChoice* choice) {
  choice->arithmetic = Arithmetic::int32;
  choice->running = {true, true, true};
}

}  // namespace

const char* name(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::fixed16:
    case Arithmetic::int16:
      return "int16";
    case Arithmetic::int32:
      return "int32";
    case Arithmetic::f32:
      return "f32";
    case Arithmetic::f64:
      return "f64";
  }
  return "?";
}

bool needs_double(SampleType type) { return type == SampleType::f64 || type == SampleType::i32; }

bool is_integer_type(SampleType type) { return type != SampleType::f32 && type != SampleType::f64; }

double largest_input(const SampleSpec& spec) {
  if (!is_integer_type(spec.in)) return spec.largest_float;
  return visit_type(spec.in, [&]<class T>(std::type_identity<T>) {
    return std::max(std::abs(static_cast<double>(std::numeric_limits<T>::lowest())),
                    static_cast<double>(std::numeric_limits<T>::max()));
  });
}

double largest_seen(const SampleSpec& spec) {
  return spec.in == SampleType::u16 ? 32768 : largest_input(spec);
}

FixedFormat fixed_column_format(const std::vector<double>& column) {
  return fixed_format(column, kMaxRoundedColumnTaps);
}

FixedFormat fixed_row_format(const std::vector<double>& row) {
  return fixed_format(row, simd::kMaxRoundedRowTaps);
}

Mean mean_of(const FilterTerms& terms) {
  if (terms.is_direct() || terms.terms.size() != 1) return {};
  const FilterTerm& term = terms.terms[0];
  if (!are_equal(term.column) || !are_equal(term.row)) return {};
  const double product = term.column[0] * term.row[0], tap = product / terms.divisor;
  const double samples = static_cast<double>(terms.column_taps() * terms.kernel_width());
  const double divisor = std::round(1 / tap);
  // A smaller divisor would give levels beyond 255.
  const bool fits = divisor >= samples && divisor <= simd::kLargestBoxSum;
  if (!fits || std::abs(divisor * tap - 1) > kTapTolerance) return {};
  const bool is_exact = terms.is_integer && divisor * product == terms.divisor;
  const double tap_error = std::abs(tap - 1 / divisor) + 0x1p-51 * tap;
  return {static_cast<int64_t>(divisor), is_exact ? 0 : tap_error};
}

std::optional<simd::SmallWeights> small_weights(const FilterTerms& terms) {
  if (terms.method != Method::separable || !terms.is_integer || !is_power_of_two(terms.divisor)) {
    return {};
  }
  const FilterTerm& term = terms.terms[0];
  return simd::pack_small_weights(term.column, term.row, std::ilogb(terms.divisor));
}

std::vector<int16_t> quantise_taps(const std::vector<double>& taps, int bits) {
  const int64_t count = static_cast<int64_t>(taps.size());
  const double one = std::ldexp(1.0, bits), sum = sum_of(taps);
  std::vector<int64_t> whole(count);
  const auto round_tap = [&](int64_t i, double error) {
    const double exact = taps[i] / sum * one + error;
    whole[i] = static_cast<int64_t>(std::floor(exact + 0.5));
    return exact - whole[i];
  };
  // From both ends inwards, each tap takes over the error of the one outside it: sums of
  // neighbouring taps stay right to half a unit, so flat parts of an image do too.
  double error_first = 0, error_last = 0;
  int64_t left = int64_t{1} << bits;
  for (int64_t i = 0; i < (count - 1) / 2; ++i) {
    error_first = round_tap(i, error_first);
    error_last = round_tap(count - 1 - i, error_last);
    left -= whole[i] + whole[count - 1 - i];
  }
  if (count % 2 == 0) {
    round_tap(count / 2 - 1, error_first);
    left -= whole[count / 2 - 1];
  }
  whole[count / 2] = left;
  if (std::any_of(whole.begin(), whole.end(), [](int64_t w) { return w < 0 || w > 32767; })) {
    return {};
  }
  return {whole.begin(), whole.end()};
}

ArithmeticChoice choose_arithmetic(const FilterTerms& terms, const SampleSpec& spec) {
  ArithmeticChoice choice;
  choice.running = running_sums(terms);
  const bool has_double = needs_double(spec.in) || needs_double(spec.out);
  if (could_be_exact(terms, spec)) {
    choice.finish = exact_finish(terms, spec);
    const double largest = largest_sum(terms, spec, choice.finish);
    const double margin = choice.finish.divisor == 1 ? 1.0 : 2.0;
    choice.sums_are_exact = largest * margin < kExactDouble;
    const bool in_float = largest * margin < kExactFloat && !has_double;
    choice.arithmetic = in_float ? Arithmetic::f32 : Arithmetic::f64;
    if (fits_int32(terms, spec) && mean_of(terms).tap_error == 0) {
      take_int32(&choice);
    } else if (fits_int16(terms, spec)) {
      choice.arithmetic = Arithmetic::int16;
      choice.running = {};
    }
  }
  if (!choice.sums_are_exact) {
    choice.finish = plain_finish(terms, spec);
    choice.is_rounded_apart = spec.exact && is_integer_type(spec.out);
    choice.arithmetic = has_double || choice.is_rounded_apart ? Arithmetic::f64 : Arithmetic::f32;
    if (!spec.exact && fits_int32(terms, spec)) {
      take_int32(&choice);
    } else if (!choice.running.are_all() && fits_fixed16(terms, spec)) {
      choice.arithmetic = Arithmetic::fixed16;
      choice.running = {};
    }
  }
  choice.doubt = sum_error_bound(terms, spec, choice);
  choice.error_bound = error_bound(terms, spec, choice);
  return choice;
}

}  // namespace sepconv
