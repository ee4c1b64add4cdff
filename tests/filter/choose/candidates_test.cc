// Candidates: what is compared, what is chosen, and the reasons given.
#include "filter/choose/candidates.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

std::vector<Candidate> of(const Kernel& kernel, const FilterOptions& options = {},
                          SampleType type = SampleType::f32) {
  return candidates({kernel, options, {type, type}, {640, 480, 1}});
}

TEST(Candidates, chosen_comes_first_and_every_one_has_a_reason) {
  for (const Kernel& kernel : {gaussian(2), disk(4), Kernel({1, 1}, {1.0}), sobel(Axis::y)}) {
    const std::vector<Candidate> all = of(kernel);
    EXPECT_TRUE(all[0].report.chosen);
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].report.chosen, i == 0);
      EXPECT_FALSE(all[i].report.reason.empty());
      EXPECT_GT(all[i].report.predicted_seconds, 0);
    }
  }
}

TEST(Candidates, a_large_outer_product_is_run_as_one) {
  const std::vector<Candidate> all = of(gaussian(3));
  EXPECT_EQ(all[0].terms.method, Method::separable);
  EXPECT_EQ(all[1].terms.method, Method::direct);
  EXPECT_GT(all[1].report.predicted_seconds, all[0].report.predicted_seconds);
}

TEST(Candidates, an_outer_product_of_any_size_is_found) {
  EXPECT_EQ(of(gaussian(120))[0].terms.method, Method::separable);  // 721 x 721
  EXPECT_EQ(of(box(5000, 2))[0].terms.method, Method::separable);
  EXPECT_EQ(of(box(2, 5000))[0].terms.method, Method::separable);
}

TEST(Candidates, a_full_rank_kernel_runs_directly) {
  EXPECT_EQ(of(Kernel::from_integers({3, 3}, {1, 2, 3, 4, 5, 7, 8, 1, 9}))[0].terms.method,
            Method::direct);
}

TEST(Candidates, the_method_that_was_asked_for_wins) {
  EXPECT_EQ(of(gaussian(3), {.method = Method::direct})[0].terms.method, Method::direct);
  EXPECT_EQ(of(disk(4), {.method = Method::low_rank})[0].terms.method, Method::low_rank);
  EXPECT_EQ(of(gaussian(3), {.method = Method::low_rank})[0].terms.method, Method::separable);
}

TEST(Candidates, cost_counts_multiplications_of_every_sample) {
  const std::vector<Candidate> all = of(gaussian(1));  // 7x7
  EXPECT_EQ(all[0].report.cost.total().multiplications, 640 * 480 * (7 + 7));
  EXPECT_EQ(all[1].report.cost.total().multiplications, 640 * 480 * 49);
  EXPECT_EQ(all[0].report.cost.total().bytes_read, 640 * 480 * 4);
  EXPECT_EQ(all[0].report.cost.total().bytes_written, 640 * 480 * 4);
}

}  // namespace
}  // namespace sepconv
