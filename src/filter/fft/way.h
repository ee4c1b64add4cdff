// Whether a kernel may be run by Fourier tiles, and how far its results may then be off.
#pragma once

#include <optional>
#include <string>

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/fft/tiling.h"

namespace sepconv {

/// A kernel run by Fourier tiles, fully decided. Transforms are in double for every sample type.
struct FourierWay {
  FourierTiling tiling;
  ArithmeticChoice choice;
  double centre = 0;  // subtracted from samples as they are read, put back by choice.finish
};

/// A way, or why there is none: one clause.
struct FourierOffer {
  std::optional<FourierWay> way;
  std::string refusal;
};

/// What is known of a kernel and its images.
struct FourierRequest {
  const FilterTerms& kernel;  // as direct_terms gives them
  SampleSpec spec;
  ImageShape image;
};

FourierOffer offer_fourier(const FourierRequest& request);

/// As error_bound of choose/error_bound.h. For float inputs it holds for max|in| over the whole
/// image.
double fourier_error_bound(const FourierWay& way, const FilterTerms& kernel,
                           const SampleSpec& spec);

}  // namespace sepconv
