// The time model: taps and samples, each by its rate.
#include "filter/choose/predict.h"

#include "simd/small/in_place.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// A tile and the kernel's spectrum together: a second cache of 1 MiB and what the third adds.
constexpr int64_t kCachedBytes = int64_t{4} << 20;

bool converts_samples(Arithmetic arithmetic, const SampleSpec& spec) {
  if (arithmetic == Arithmetic::fixed16 || arithmetic == Arithmetic::int16) return false;
  return spec.in != (arithmetic == Arithmetic::f32 ? SampleType::f32 : SampleType::f64);
}

// Sums of more bytes than that do not fit 16 bits.
constexpr int64_t kNarrowSamples = 256;

// The rates of one type of sums. Fixed point has one term, and no running sums.
struct SumRates {
  double column_tap, row_tap, sample;
  double direct_tap = 0, term = 0, window = 0, doubling = 0;
};

SumRates rates_of(const Rates& rates, Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::fixed16:
      return {rates.fixed16_column_tap, rates.fixed16_row_tap, rates.fixed16_sample};
    case Arithmetic::f32:
      return {rates.f32_column_tap, rates.f32_row_tap, rates.f32_sample,  rates.f32_direct_tap,
              rates.f32_term,       rates.f32_window,  rates.f32_doubling};
    case Arithmetic::int16:
      return {rates.int16_tap, rates.int16_tap, rates.int16_sample};
    case Arithmetic::int32:  // running_integer_time
    case Arithmetic::f64:
      break;
  }
  return {rates.f64_column_tap, rates.f64_row_tap, rates.f64_sample,  rates.f64_direct_tap,
          rates.f64_term,       rates.f64_window,  rates.f64_doubling};
}

// Nanoseconds of what vectors do for a sample.
double column_time(const SumRates& rates, const RunningSums& running, const FilterTerms& terms) {
  if (running.column) return rates.window;
  return rates.column_tap * static_cast<double>(terms.column_tap_count());
}

double row_time(const SumRates& rates, const RunningSums& running, const FilterTerms& terms) {
  if (running.row) {
    return rates.doubling * static_cast<double>(row_doublings(terms.kernel_width()));
  }
  if (terms.is_direct()) return rates.direct_tap * static_cast<double>(terms.row_tap_count());
  const double more_terms = static_cast<double>(terms.terms.size()) - 1;
  return rates.row_tap * static_cast<double>(terms.row_tap_count()) + rates.term * more_terms;
}

double running_integer_time(const Rates& rates, const FilterTerms& terms) {
  const bool is_narrow = terms.column_taps() * terms.kernel_width() <= kNarrowSamples;
  return rates.int32_window + (is_narrow ? rates.int32_narrow_row : rates.int32_row);
}

double conversion_time(const Rates& rates, const RunningSums& running, const FilterTerms& terms) {
  if (running.column) return rates.conversion_window;
  // Rows under a direct kernel are converted once.
  return rates.conversion_tap *
         (terms.is_direct() ? 1.0 : static_cast<double>(terms.column_tap_count()));
}

}  // namespace

double predicted_seconds(const Rates& rates, const FilterTerms& terms,
                         const ArithmeticChoice& choice, const SampleSpec& spec,
                         const ImageShape& out_shape) {
  const double vectors = simd::active_vector_bytes() / 32.0;
  const double samples =
      static_cast<double>(out_shape.width * out_shape.height) * out_shape.channels;
  if (choice.running.are_integers) {
    return samples * running_integer_time(rates, terms) / vectors * 1e-9;
  }
  SumRates sums = rates_of(rates, choice.arithmetic);
  const bool is_in_place =
      terms.is_direct() && choice.arithmetic == Arithmetic::f32 &&
      simd::reads_in_place(spec.in, spec.out, std::ssize(terms.terms), terms.kernel_width());
  if (is_in_place) sums.direct_tap = rates.f32_in_place_tap;
  double in_vectors =
      column_time(sums, choice.running, terms) + row_time(sums, choice.running, terms);
  double alone = sums.sample;
  if (converts_samples(choice.arithmetic, spec)) {
    in_vectors += conversion_time(rates, choice.running, terms);
    alone += rates.conversion_sample;
  }
  if (choice.is_rounded_apart) alone += rates.exact_sample;
  return samples * (in_vectors / vectors + alone) * 1e-9;
}

double predicted_seconds(const Rates& rates, const FourierWork& work) {
  const bool is_cached = work.bytes_together <= kCachedBytes;
  const double step = is_cached ? rates.fourier_step : rates.fourier_step_beyond;
  const double write = rates.fourier_write + (work.is_rounded_apart ? rates.exact_sample : 0);
  return 1e-9 * (work.steps * step + work.samples_read * rates.fourier_read +
                 work.samples_written * write);
}

}  // namespace sepconv
