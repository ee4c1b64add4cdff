// Running a plan so that a person sees how far it is.
#pragma once

#include <chrono>

#include "sepconv/filter.h"

namespace sepconv::cli {

/// A line on stderr if that is a terminal, drawn after the first second and erased at the end.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar() { erase(); }
  ProgressBar(const ProgressBar&) = delete;

  void show(double fraction);
  void erase();

 private:
  std::chrono::steady_clock::time_point start_;
  bool is_terminal_;
  bool is_drawn_ = false;
};

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
