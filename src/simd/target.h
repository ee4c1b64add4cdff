// Which instruction sets the vector code was compiled for, and which one runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sepconv::simd {

/// An instruction set; id is Highway's bit.
struct Target {
  int64_t id = 0;
  std::string name;
};

/// Every target that was compiled and that this CPU has, best first.
std::vector<Target> usable_targets();

/// The target that the next strip runs on.
Target active_target();

/// Lanes of T that the active target computes at once, for predictions.
int active_vector_bytes();

/// Tests only: from now on every strip runs on this target; id 0 means the best again.
void force_target(int64_t id);

}  // namespace sepconv::simd
