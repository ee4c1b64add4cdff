// The time model: multiply-adds over their rate, plus what each sample costs whatever the kernel.
#include "filter/choose/predict.h"

#include "simd/target.h"

namespace sepconv {
namespace {

// Multiply-adds a second of the passes and nanoseconds a sample beside them, for 32-byte vectors.
// Measured on Zen 3 (AVX2, about 3.4 GHz), bench/micro.cc, 2026-11-24.
struct Rates {
  double column = 0;
  double row = 0;
  double sample_ns = 0;
};
constexpr Rates kFixed16{60e9, 55e9, 0.03};
constexpr Rates kFloat{45e9, 38e9, 0.12};
constexpr Rates kDouble{22e9, 18e9, 0.25};

const Rates& rates_of(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::fixed16:
      return kFixed16;
    case Arithmetic::f32:
      return kFloat;
    case Arithmetic::f64:
      break;
  }
  return kDouble;
}

// Correct rounding looks at every sample again, without vectors.
constexpr double kExactSampleNs = 1.5;

}  // namespace

double predicted_seconds(const FilterTerms& terms, const ArithmeticChoice& choice,
                         const SampleSpec& spec, const ImageShape& out_shape) {
  (void)spec;
  const Rates& rates = rates_of(choice.arithmetic);
  const double vectors = simd::active_vector_bytes() / 32.0;
  const double samples =
      static_cast<double>(out_shape.width * out_shape.height) * out_shape.channels;
  const double taps_seconds =
      terms.column_tap_count() / rates.column + terms.row_tap_count() / rates.row;
  double sample_ns = rates.sample_ns;
  if (choice.is_rounded_apart) sample_ns += kExactSampleNs;
  return samples * (taps_seconds / vectors + sample_ns * 1e-9);
}

}  // namespace sepconv
