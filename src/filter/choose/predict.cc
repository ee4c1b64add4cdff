// The time model: taps and samples, each by its rate.
#include "filter/choose/predict.h"

#include "filter/profile/profile.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// A tile and the kernel's spectrum together: a second cache of 1 MiB and what the third adds.
constexpr int64_t kCachedBytes = int64_t{4} << 20;

bool converts_samples(Arithmetic arithmetic, const SampleSpec& spec) {
  if (arithmetic == Arithmetic::fixed16) return false;
  return spec.in != (arithmetic == Arithmetic::f32 ? SampleType::f32 : SampleType::f64);
}

// Nanoseconds of the taps that a sample meets, and of the sample itself.
struct SampleTime {
  double taps = 0;
  double sample = 0;
};

// Taps that cost as much as a column window does, and a doubling of row windows; and conversions of
// a column window, whose rows are read at both of its ends. Measured where the rates were.
constexpr double kColumnWindowTaps = 8;
constexpr double kDoublingTaps = 3;
constexpr double kWindowConversions = 2.5;

SampleTime pass_time(const Rates& rates, const ArithmeticChoice& choice, const FilterTerms& terms) {
  const RunningSums& running = choice.running;
  const double down =
      running.column ? kColumnWindowTaps : static_cast<double>(terms.column_tap_count());
  const double along =
      running.row ? kDoublingTaps * static_cast<double>(row_doublings(terms.kernel_width()))
                  : static_cast<double>(terms.row_tap_count());
  switch (choice.arithmetic) {
    case Arithmetic::fixed16:
      return {down * rates.fixed16_column_tap + along * rates.fixed16_row_tap,
              rates.fixed16_sample};
    case Arithmetic::f32:
      return {down * rates.f32_column_tap + along * rates.f32_row_tap, rates.f32_sample};
    case Arithmetic::f64:
      break;
  }
  return {down * rates.f64_column_tap + along * rates.f64_row_tap, rates.f64_sample};
}

}  // namespace

double predicted_seconds(const FilterTerms& terms, const ArithmeticChoice& choice,
                         const SampleSpec& spec, const ImageShape& out_shape) {
  return predicted_seconds(machine_profile().rates, terms, choice, spec, out_shape);
}

double predicted_seconds(const Rates& rates, const FilterTerms& terms,
                         const ArithmeticChoice& choice, const SampleSpec& spec,
                         const ImageShape& out_shape) {
  const double vectors = simd::active_vector_bytes() / 32.0;
  const double samples =
      static_cast<double>(out_shape.width * out_shape.height) * out_shape.channels;
  SampleTime time = pass_time(rates, choice, terms);
  if (converts_samples(choice.arithmetic, spec)) {
    time.taps += rates.conversion_tap * (choice.running.column
                                             ? kWindowConversions
                                             : static_cast<double>(terms.column_tap_count()));
    time.sample += rates.conversion_sample;
  }
  if (choice.is_rounded_apart) time.sample += rates.exact_sample;
  return samples * (time.taps / vectors + time.sample) * 1e-9;
}

double predicted_seconds(const FourierWork& work) {
  const Rates& rates = machine_profile().rates;
  const bool is_cached = work.bytes_together <= kCachedBytes;
  const double step = is_cached ? rates.fourier_step : rates.fourier_step_beyond;
  const double write = rates.fourier_write + (work.is_rounded_apart ? rates.exact_sample : 0);
  return 1e-9 * (work.steps * step + work.samples_read * rates.fourier_read +
                 work.samples_written * write);
}

}  // namespace sepconv
