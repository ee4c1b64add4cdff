// The plans that tuning times, and what rates predict of each; tune.cc fits one to the other.
#pragma once

#include <functional>
#include <vector>

#include "filter/profile/rates.h"
#include "sepconv/filter.h"

namespace sepconv {

/// Taps of sum one with no structure but their number.
std::vector<double> uneven_taps(int64_t count);

/// A plan to time.
struct TuningCase {
  std::function<double(const Rates&)> predicted_seconds;  // linear in the rates
  std::function<double()> measured_seconds;               // the shortest of many runs, one thread
};

/// A filter of an image, its outputs of the same type.
struct ImageCase {
  SampleType type;
  Kernel kernel;
  Method method = Method::separable;
  bool exact = false;
  ImageShape shape{960, 64, 1};  // stays in the second cache, as predictions of taps assume
};

TuningCase of_image(const ImageCase& c);

/// Cases that together tell every rate from the others.
std::vector<TuningCase> tuning_cases();

}  // namespace sepconv
