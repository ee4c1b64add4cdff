// Running a plan so that a person sees how far it is.
#pragma once

#include "sepconv/filter.h"

namespace sepconv::cli {

/// A filter and what it is to be run on.
struct FilterJob {
  ConstImageRef in;
  ImageRef out;
  const Kernel* kernel = nullptr;
  FilterOptions options;
};

/// Runs plan, which was made for job. Where that is predicted to take long and stderr is a
/// terminal, in bands of rows with a progress bar on stderr once a second has passed. Bands change
/// no bit of the result: each is a region of interest that reads the same neighbours.
void run_with_progress(const FilterPlan& plan, const FilterJob& job);

}  // namespace sepconv::cli
