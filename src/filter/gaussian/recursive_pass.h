// A recursive filter of one axis, ready for the engine, with its proven errors.
#pragma once

#include "filter/gaussian/impl.h"
#include "kernel/gaussian/recursive_fit.h"

namespace sepconv {

/// What a pass is made of beside the response.
struct PassRequest {
  const TappedAxis& axis;
  double outside = 0;  // value beyond zero and constant borders, as this pass sees it
  bool in_double = false;
};

/// The pass with the state that each border means for the infinitely extended line: a constant's
/// steady state, or that of the samples beyond the end, closed by the period where they are one.
RecursivePass make_recursive_pass(const kernels::RecursiveResponse& response,
                                  const PassRequest& request);

}  // namespace sepconv
