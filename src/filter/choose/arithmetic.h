// Which numbers a filter computes with, and the proven worst case of what that costs in accuracy.
#pragma once

#include "filter/choose/running_sums.h"
#include "filter/choose/terms.h"
#include "simd/strip.h"

namespace sepconv {

/// fixed16: u8 by 16-bit fixed-point products (simd::FixedWeights); int16: small integer kernels on
/// u8 (simd::SmallWeights); int32: means of u8 by integer sums (simd::BoxWeights); f32, f64: float,
/// double sums.
enum class Arithmetic { fixed16, int16, int32, f32, f64 };

const char* name(Arithmetic arithmetic);

/// The parts of a request that decide the arithmetic.
struct SampleSpec {
  SampleType in = SampleType::u8;
  SampleType out = SampleType::u8;
  double scale = 1;
  double offset = 0;
  bool exact = false;
  double largest_float = 1;  // max|in| that bounds are stated for, where the input is float
};

bool is_integer_type(SampleType type);

/// True of types whose samples a float does not hold: their sums are double.
bool needs_double(SampleType type);

/// The largest |sample| of the input, and as the engine sees it (u16 comes centred).
double largest_input(const SampleSpec& spec);
double largest_seen(const SampleSpec& spec);

/// What turns sums into outputs, in double: (sum + before) / divisor * scale + after.
struct Finish {
  double before = 0;
  double divisor = 1;
  double scale = 1;
  double after = 0;
};

/// A way to compute terms, fully decided.
struct ArithmeticChoice {
  Arithmetic arithmetic = Arithmetic::f32;
  Finish finish;
  RunningSums running;            // passes that sum windows, with no tap to multiply
  bool sums_are_exact = false;    // every sum is an integer that the type holds
  bool is_rounded_apart = false;  // exact=true by double sums and exact resolution of near-ties
  double error_bound = 0;         // as FilterPlan::error_bound
  double doubt = 0;               // rounded apart: how far sums may be from the exact value
};

/// The cheapest arithmetic that gives these terms the promised accuracy.
ArithmeticChoice choose_arithmetic(const FilterTerms& terms, const SampleSpec& spec);

/// Terms whose taps are all 1 / divisor, a whole number: the mean of a window, or less than it.
struct Mean {
  int64_t divisor = 0;   // 0: they are no such thing
  double tap_error = 0;  // |tap - 1 / divisor|, 0 where that is exact
};
Mean mean_of(const FilterTerms& terms);

/// The taps of a small integer kernel whose sums of bytes fit 16 bits.
std::optional<simd::SmallWeights> small_weights(const FilterTerms& terms);

/// Taps as fractions of 2^bits that sum to exactly 2^bits; symmetric where the taps are. Empty
/// where one does not fit 16 bits or is negative.
std::vector<int16_t> quantise_taps(const std::vector<double>& taps, int bits);

/// Bits of the taps of a factor in fixed16, and whether pairs of its products are summed exactly.
struct FixedFormat {
  int bits = 15;
  bool in_pairs = false;
};
FixedFormat fixed_column_format(const std::vector<double>& column);
FixedFormat fixed_row_format(const std::vector<double>& row);

}  // namespace sepconv
