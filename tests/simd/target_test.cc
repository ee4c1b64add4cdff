// Targets: the best one runs unless a test forces another.
#include "simd/target.h"

#include <gtest/gtest.h>

namespace sepconv::simd {
namespace {

TEST(Target, forcing_one_makes_it_active_and_0_brings_back_the_best) {
  const std::vector<Target> targets = usable_targets();
  ASSERT_FALSE(targets.empty());
  for (const Target& target : targets) {
    force_target(target.id);
    EXPECT_EQ(active_target().name, target.name);
    EXPECT_GE(active_vector_bytes(), 1);
  }
  force_target(0);
  EXPECT_EQ(active_target().name, targets.front().name);
}

}  // namespace
}  // namespace sepconv::simd
