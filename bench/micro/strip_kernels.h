// The inner loops that strip_bench times, each through a plan that has little else to do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sepconv/sepconv.h"

namespace sepconv::bench {

/// A plan with its images, which stay in the first cache, and its thread.
struct Work {
  std::function<void()> run;
  double amount = 0;          // multiply-adds, or samples where sums run
  double error_of_bound = 0;  // the largest error over the plan's bound; above 1 it is wrong
};

/// An inner loop. What `more` takes longer than `less` is its alone: everything else is the same.
struct Loop {
  std::string name;
  std::string unit;
  double amount_of_unit = 1;   // how much of Work::amount is one unit
  std::optional<double> goal;  // units a cycle with AVX2
  std::function<Work()> less, more;
};

/// Every loop; plans are made when their functions are called, for the target that then runs.
std::vector<Loop> loops();

}  // namespace sepconv::bench
