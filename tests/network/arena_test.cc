// Memory planned from lifetimes.
#include <gtest/gtest.h>

#include <random>

#include "network/plan/plan.h"

namespace sepconv::network {
namespace {

PlanTensor tensor(int root, int64_t floats, int first, int last) {
  return {{ElementType::f32, {floats}}, nullptr, -1, root, -1, first, last};
}

TEST(Arena, a_chain_takes_two_neighbours) {
  std::vector<PlanTensor> tensors;
  for (int i = 0; i < 6; ++i) tensors.push_back(tensor(i, 16, i, i + 1));
  EXPECT_EQ(lay_out_arena(tensors), 2 * 64);
}

TEST(Arena, a_value_lives_as_long_as_its_last_alias) {
  std::vector<PlanTensor> tensors = {tensor(0, 16, 0, 1), tensor(0, 16, 1, 5), tensor(2, 16, 4, 4)};
  EXPECT_EQ(lay_out_arena(tensors), 2 * 64);
}

TEST(Arena, values_that_live_together_are_apart) {
  std::mt19937 random(7);
  std::vector<PlanTensor> tensors;
  for (int i = 0; i < 200; ++i) {
    tensors.push_back(tensor(i, random() % 500, i, i + random() % 9));
  }
  const int64_t all = lay_out_arena(tensors);
  const auto end = [](const PlanTensor& t) {
    return t.offset + static_cast<int64_t>(sizeof(float)) * t.spec.shape[0];
  };
  for (const PlanTensor& a : tensors) {
    EXPECT_LE(end(a), all);
    for (const PlanTensor& b : tensors) {
      if (a.root >= b.root || a.last_step < b.first_step || b.last_step < a.first_step) continue;
      EXPECT_TRUE(end(a) <= b.offset || end(b) <= a.offset) << a.root << " and " << b.root;
    }
  }
}

}  // namespace
}  // namespace sepconv::network
