// Terms packed for the vector code, in the arithmetic that was chosen.
#pragma once

#include <variant>

#include "filter/choose/arithmetic.h"
#include "sepconv/image.h"
#include "simd/strip.h"

namespace sepconv {

using PackedWeights = std::variant<simd::FixedWeights, simd::SmallWeights, simd::BoxWeights,
                                   simd::Weights<float>, simd::Weights<double>>;

/// Where the taps meet the image and what lies beyond it.
struct Placement {
  int channels = 1;
  int64_t anchor_x = 0;
  double border_value = 0;  // 0 for Border::zero
};

PackedWeights pack_weights(const FilterTerms& terms, const SampleSpec& spec,
                           const ArithmeticChoice& choice, const Placement& placement);

/// Scratch rows of a strip, those of them that column windows are summed in, and the bytes of one
/// of their values.
int64_t scratch_rows(const PackedWeights& weights);
int64_t window_rows(const PackedWeights& weights);
int64_t scratch_value_bytes(const PackedWeights& weights);

/// True where a pass sums windows (simd::Windows).
bool has_windows(const PackedWeights& weights);

/// The column pass alone (simd::combine_rows_f32); of float and double sums only.
void combine_rows(const simd::Strip& strip, const PackedWeights& weights);

/// Filters one strip with the engine that the weights are for.
void convolve_strip(const simd::Strip& strip, const PackedWeights& weights);

}  // namespace sepconv
