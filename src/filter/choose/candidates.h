// The ways to run a kernel that a plan compares, each with its cost, time and error.
#pragma once

#include <optional>
#include <vector>

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"

namespace sepconv {

/// One way, and whether the caller's request allows it.
struct Candidate {
  FilterTerms terms;
  ArithmeticChoice choice;
  MethodReport report;
  bool is_allowed = false;
};

/// What is asked of a kernel.
struct FilterRequest {
  const Kernel& kernel;
  const FilterOptions& options;
  SampleSpec spec;
  ImageShape out_shape;
};

/// Direct always; separable or low_rank where the kernel separates within the request's error.
/// The one to run comes first, marked as chosen.
/// errors     InvalidArgument: the method that was asked for cannot run this kernel
std::vector<Candidate> candidates(const FilterRequest& request);

}  // namespace sepconv
