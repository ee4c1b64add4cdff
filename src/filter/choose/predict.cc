// The time model: multiply-adds over their rate, plus what each sample costs whatever the kernel.
#include "filter/choose/predict.h"

#include "simd/target.h"

namespace sepconv {
namespace {

// Multiply-adds a second of the passes, for 32-byte vectors, and what a sample costs beside them.
// Fitted to bench/strip_bench.cc on Zen 3 with AVX2, 2026-11-24 (least of a noisy machine's times).
struct Rates {
  double column = 0;
  double row = 0;
  double sample_ns = 0;
};
constexpr Rates kFixed16{57e9, 55e9, 0.08};
constexpr Rates kFloat{47e9, 40e9, 0.20};
constexpr Rates kDouble{23e9, 20e9, 0.42};

// Samples that are not of the sums' type are converted for every group of output rows anew: per
// column tap, and once on the way out.
constexpr double kConversionTapNs = 0.012;
constexpr double kConversionSampleNs = 0.15;

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

bool converts_samples(Arithmetic arithmetic, const SampleSpec& spec) {
  if (arithmetic == Arithmetic::fixed16) return false;
  return spec.in != (arithmetic == Arithmetic::f32 ? SampleType::f32 : SampleType::f64);
}

}  // namespace

double predicted_seconds(const FilterTerms& terms, const ArithmeticChoice& choice,
                         const SampleSpec& spec, const ImageShape& out_shape) {
  const Rates& rates = rates_of(choice.arithmetic);
  const double vectors = simd::active_vector_bytes() / 32.0;
  const double samples =
      static_cast<double>(out_shape.width * out_shape.height) * out_shape.channels;
  double tap_ns =
      1e9 * (terms.column_tap_count() / rates.column + terms.row_tap_count() / rates.row);
  double sample_ns = rates.sample_ns;
  if (converts_samples(choice.arithmetic, spec)) {
    tap_ns += kConversionTapNs * terms.column_tap_count();
    sample_ns += kConversionSampleNs;
  }
  if (choice.is_rounded_apart) sample_ns += kExactSampleNs;
  return samples * (tap_ns / vectors + sample_ns) * 1e-9;
}

}  // namespace sepconv
