// Passes: the order of kissfft, and operations counted by hand. transform_test.cc holds the errors.
#include "filter/fft/passes.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

TEST(Passes, are_fours_then_twos_threes_and_fives) {
  EXPECT_EQ(transform_passes(160), (std::vector<int>{4, 4, 2, 5}));
  EXPECT_EQ(transform_passes(90), (std::vector<int>{2, 3, 3, 5}));
  EXPECT_EQ(transform_passes(256), (std::vector<int>{4, 4, 4, 4}));
}

TEST(Passes, operations_are_those_of_their_butterflies) {
  // Three products of complex numbers, 4 and 2 operations each, and eight sums of two.
  EXPECT_EQ(line_operations(4).multiplications, 3 * 4);
  EXPECT_EQ(line_operations(4).additions, 3 * 2 + 8 * 2);
  // Five butterflies of 2 and two of 5.
  EXPECT_EQ(line_operations(10).multiplications, 5 * 4 + 2 * 32);
  EXPECT_EQ(line_operations(10).additions, 5 * 6 + 2 * 40);
}

TEST(Passes, steps_are_the_last_groups_of_every_pass) {
  EXPECT_EQ(line_steps(160), 4 * 32);
  EXPECT_EQ(line_steps(64), 3 * 16);
}

TEST(Passes, errors_add_up_over_passes_and_the_last_one_makes_the_least) {
  EXPECT_EQ(line_errors(4).in_norm, 2);  // two sums on the way to every value
  EXPECT_EQ(line_errors(256).in_norm - line_errors(64).in_norm,
            line_errors(64).in_norm - line_errors(16).in_norm);
  EXPECT_GT(line_errors(16).in_value, 2 * line_errors(4).in_value);
}

}  // namespace
}  // namespace sepconv
