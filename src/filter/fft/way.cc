// Fourier tiles: sums of integers are exact where their error is proven to be below a half; others
// are bounded (docs/decisions/011-fourier-tiles.md).
#include "filter/fft/way.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filter/choose/error_bound.h"
#include "filter/fft/passes.h"

namespace sepconv {
namespace {

constexpr double kUnit = 0x1p-53;

// Unsigned samples are read around the middle of their range: half the error.
double centre_of(SampleType type) {
  if (type == SampleType::u8) return 128;
  return type == SampleType::u16 ? 32768 : 0;
}

double largest_centred(const SampleSpec& spec) {
  const double centre = centre_of(spec.in);
  return centre > 0 ? centre : largest_input(spec);
}

// The root of the sum of the squares of all taps, divisor not applied.
double norm_of(const FilterTerms& kernel) {
  double squares = 0;
  for (const FilterTerm& term : kernel.terms) {
    for (const double tap : term.row) squares += tap * tap;
  }
  return std::sqrt(squares);
}

// How far a sum of products may be off: with x the two planes of a tile and h the kernel,
//   || spectrum of x: error ||_2 <= e || spectrum of x ||_2, and so for h,
//   |error of a sum| <= (2 e + g + 4 u) || h ||_2 || x ||_2,
// the inverse transform adding g times the sum of |product of spectra|, which the inequality of
// Cauchy and Schwarz bounds; expm1 covers products of the errors.
double sum_error(const FourierTiling& tiling, double kernel_norm, double largest) {
  const LineErrors across = line_errors(tiling.width), down = line_errors(tiling.height);
  const double units = 2 * (across.in_norm + down.in_norm) + across.in_value + down.in_value + 4;
  const double tile_norm = std::sqrt(2.0 * static_cast<double>(tiling.samples())) * largest;
  return std::expm1(units * kUnit) * kernel_norm * tile_norm;
}

// The choice that direct sums would get, computed in double, with samples centred as we do.
ArithmeticChoice double_choice(const FilterTerms& kernel, const SampleSpec& spec) {
  ArithmeticChoice choice = choose_arithmetic(kernel, spec);
  choice.arithmetic = Arithmetic::f64;
  if (spec.in == SampleType::u8) {  // u16 is centred already
    const double centred = 128 * kernel.tap_sum();
    if (choice.sums_are_exact) {
      choice.finish.before += centred;
    } else {
      choice.finish.after += centred * choice.finish.scale;
    }
  }
  return choice;
}

// The error of finished values before they are rounded to the output's type.
double value_error(const FourierWay& way, const FilterTerms& kernel, const SampleSpec& spec) {
  if (way.choice.sums_are_exact) return 0;
  const Finish& finish = way.choice.finish;
  const double largest = largest_centred(spec);
  const double result = kernel.gain() * largest * std::abs(finish.scale) + std::abs(finish.after);
  const double error =
      sum_error(way.tiling, norm_of(kernel), largest) * std::abs(finish.scale) + 6 * kUnit * result;
  // Tiles of samples that are not finite, or close to overflow, are summed directly.
  return is_integer_type(spec.in) ? error
                                  : std::max(error, sum_error_bound(kernel, spec, way.choice));
}

}  // namespace

FourierOffer offer_fourier(const FourierRequest& request) {
  const FilterTerms& kernel = request.kernel;
  const int64_t width = kernel.kernel_width(), height = static_cast<int64_t>(kernel.terms.size());
  const std::optional<FourierTiling> tiling = choose_tiling({width, height, request.image});
  if (!tiling) {
    return {std::nullopt, fmt::format("the kernel is {}x{}; tiles are at most {} a side", width,
                                      height, kMaxTileSide)};
  }
  FourierWay way{*tiling, double_choice(kernel, request.spec), centre_of(request.spec.in)};
  if (way.choice.sums_are_exact) {
    const double error = sum_error(*tiling, norm_of(kernel), largest_centred(request.spec));
    if (error >= 0.5) {
      return {std::nullopt,
              fmt::format("sums of integers could be off by {:.2g}; exact ones need less than 0.5",
                          error)};
    }
  }
  way.choice.doubt = value_error(way, kernel, request.spec);
  if (way.choice.is_rounded_apart && way.choice.doubt >= 0.5) {
    return {std::nullopt,
            fmt::format("sums could be off by {:.2g}; correct rounding needs less than 0.5",
                        way.choice.doubt)};
  }
  way.choice.error_bound = fourier_error_bound(way, kernel, request.spec);
  return {way, ""};
}

double fourier_error_bound(const FourierWay& way, const FilterTerms& kernel,
                           const SampleSpec& spec) {
  return output_error_bound(value_error(way, kernel, spec), kernel, spec, way.choice);
}

}  // namespace sepconv
