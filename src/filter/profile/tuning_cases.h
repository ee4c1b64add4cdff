// The plans that tuning times, and what rates predict of each; tune.cc fits one to the other.
#pragma once

#include <functional>
#include <vector>

#include "filter/profile/rates.h"

namespace sepconv {

/// A plan to time.
struct TuningCase {
  std::function<double(const Rates&)> predicted_seconds;  // linear in the rates
  std::function<double()> measured_seconds;               // the shortest of many runs, one thread
};

/// Cases that together tell every rate from the others.
std::vector<TuningCase> tuning_cases();

}  // namespace sepconv
