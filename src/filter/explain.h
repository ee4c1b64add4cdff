// The explanation of a plan, from the candidates it chose among.
#pragma once

#include <vector>

#include "filter/choose/candidates.h"

namespace sepconv {

/// What the summary line names.
struct ExplainedRequest {
  const ImageShape& image;
  const Kernel& kernel;
  const FilterOptions& options;
  const SampleSpec& spec;
};

Explanation explain_plan(const std::vector<Candidate>& candidates, const ExplainedRequest& request);

}  // namespace sepconv
