// Predicted times of Gaussian filters along an axis, by taps and recursively.
#pragma once

#include "filter/gaussian/impl.h"
#include "filter/profile/rates.h"

namespace sepconv {

// All in seconds of one thread, on the instruction set that is active; linear in the rates.

/// An axis by its taps, without what a sample costs whatever the axes.
double predicted_axis_by_taps(const Rates& rates, const GaussianPlan::Impl& plan,
                              const TappedAxis& axis);

/// An axis recursively, with the pole pairs and the sums of a way.
double predicted_axis_recursively(const Rates& rates, const GaussianPlan::Impl& plan,
                                  const TappedAxis& axis, const GaussianWay& way);

double predicted_way(const Rates& rates, const GaussianPlan::Impl& plan, const GaussianWay& way);

}  // namespace sepconv
