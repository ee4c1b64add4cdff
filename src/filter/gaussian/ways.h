// Every way to run a Gaussian filter, with its bound and predicted time, and the choice.
#pragma once

#include "filter/gaussian/impl.h"

namespace sepconv {

/// Fills plan->ways from its arguments, the chosen one first, each with the reason why or why not.
/// errors     InvalidArgument: method recursive and none within max_error; by taps more than three
///            axes
void choose_way(GaussianPlan::Impl* plan);

/// The proven largest |out - exact| of a way, as GaussianPlan::error_bound.
double way_error_bound(const GaussianPlan::Impl& plan, const GaussianWay& way,
                       double largest_float);

}  // namespace sepconv
