// Passes: the ends that each border makes, and how rounding bounds grow.
#include "filter/gaussian/recursive_pass.h"

#include <gtest/gtest.h>

#include "sepconv/kernel.h"

namespace sepconv {
namespace {

RecursivePass pass_of(Border border, int64_t size, double sigma, bool in_double = true) {
  const TappedAxis axis{{0, sigma, 0, border, 3.0}, size, gaussian_taps(sigma)};
  return make_recursive_pass(kernels::fit_recursive(axis.taps, {sigma, 0, 2, in_double}),
                             {axis, axis.outside_value(), in_double});
}

TEST(RecursivePass, constants_and_repeated_samples_are_steady_states) {
  EXPECT_EQ(pass_of(Border::zero, 9, 2).filter.left.value, 0);
  EXPECT_EQ(pass_of(Border::constant, 9, 2).filter.right.value, 3);
  const simd::LineFilter filter = pass_of(Border::replicate, 9, 2).filter;
  EXPECT_EQ(filter.left.repeated, 0);
  EXPECT_EQ(filter.right.repeated, 8);
  EXPECT_TRUE(filter.left.samples.empty());
  // An axis of one sample goes on for ever, whichever way it is folded.
  for (const Border border : {Border::symmetric, Border::reflect101, Border::wrap}) {
    EXPECT_EQ(pass_of(border, 1, 2).filter.left.repeated, 0);
  }
}

TEST(RecursivePass, short_lines_are_closed_by_their_period) {
  using Samples = std::vector<int64_t>;
  EXPECT_EQ(pass_of(Border::wrap, 4, 20).filter.left.samples, (Samples{0, 1, 2, 3}));
  EXPECT_EQ(pass_of(Border::reflect101, 3, 20).filter.left.samples, (Samples{0, 1, 2, 1}));
  EXPECT_EQ(pass_of(Border::reflect101, 3, 20).filter.right.samples, (Samples{2, 1, 0, 1}));
  EXPECT_EQ(pass_of(Border::symmetric, 2, 20).filter.right.samples, (Samples{1, 0, 0, 1}));
  EXPECT_NE(pass_of(Border::wrap, 4, 20).filter.left.closing[0], 1.0);
}

TEST(RecursivePass, long_lines_begin_with_what_a_float_remembers) {
  const simd::LineFilter in_float = pass_of(Border::wrap, 100000, 20, false).filter;
  const simd::LineFilter in_double = pass_of(Border::wrap, 100000, 20, true).filter;
  EXPECT_LT(in_float.left.samples.size(), 300u);
  EXPECT_LT(in_double.left.samples.size(), 600u);
  EXPECT_GT(in_double.left.samples.size(), in_float.left.samples.size());
  EXPECT_EQ(in_float.left.closing[0], 1.0);
  EXPECT_EQ(in_float.left.samples.back(), 99999);
}

TEST(RecursivePass, rounding_grows_with_sigma_and_not_with_its_square) {
  const double at_20 = pass_of(Border::zero, 9, 20, false).rounding;
  const double at_200 = pass_of(Border::zero, 9, 200, false).rounding;
  EXPECT_LT(at_20, 2e-5);
  EXPECT_LT(at_200, 11 * at_20);
  EXPECT_LT(pass_of(Border::zero, 9, 200, true).rounding, 1e-12);
}

}  // namespace
}  // namespace sepconv
