// The order in which taps are summed.
#include "filter/correlation/taps.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sepconv/error.h"

namespace sepconv {
namespace {

using Indices = std::vector<int64_t>;
using Taps = std::vector<double>;
using Runs = std::vector<simd::TapRun>;
using simd::TapUse;

OrderedTaps in_pairs(Taps taps) {
  const int64_t count = static_cast<int64_t>(taps.size());
  return order_taps(Kernel({count}, std::move(taps)), TapOrder::in_pairs, false);
}

TEST(TapOrder, as_given_is_c_order_without_zeros) {
  const OrderedTaps taps =
      order_taps(Kernel({2, 3}, {1, 0, 2, 0, -3, 1e-300}), TapOrder::as_given, false);
  EXPECT_EQ(taps.runs, (Runs{{TapUse::sample, 4}}));
  EXPECT_EQ(taps.taps, (Taps{1, 2, -3, 1e-300}));
  EXPECT_EQ(taps.samples, (Indices{0, 2, 4, 5}));
  EXPECT_EQ(taps.partners, taps.samples);
  EXPECT_EQ(taps.samples_read(), 4);
  EXPECT_FALSE(std::signbit(taps.start));
}

TEST(TapOrder, as_given_keeps_nothing_of_a_kernel_of_zeros) {
  EXPECT_TRUE(order_taps(Kernel({3}, {0, 0, 0}), TapOrder::as_given, false).taps.empty());
}

TEST(TapOrder, in_pairs_of_equal_taps_is_the_middle_then_sums_from_the_outside_in) {
  const OrderedTaps taps = in_pairs({1, 0, 5, 1e-17, 1});
  EXPECT_EQ(taps.runs, (Runs{{TapUse::sample, 1}, {TapUse::sum, 2}}));
  EXPECT_EQ(taps.taps, (Taps{5, 1, 0}));
  EXPECT_EQ(taps.samples, (Indices{2, 0, 1}));
  EXPECT_EQ(taps.partners, (Indices{2, 4, 3}));
  EXPECT_TRUE(std::signbit(taps.start));
  EXPECT_EQ(taps.samples_read(), 5);
  EXPECT_EQ(taps.l1_norm(), 7);
}

TEST(TapOrder, in_pairs_of_opposite_taps_takes_differences) {
  const OrderedTaps taps = in_pairs({-1, 0, 1});
  EXPECT_EQ(taps.runs, (Runs{{TapUse::sample, 1}, {TapUse::difference, 1}}));
  EXPECT_EQ(taps.taps, (Taps{0, -1}));
  EXPECT_EQ(taps.samples, (Indices{1, 0}));
  EXPECT_EQ(taps.partners, (Indices{1, 2}));
}

TEST(TapOrder, in_pairs_of_other_taps_begins_with_the_last_one) {
  const OrderedTaps uneven = in_pairs({1, 2, 3});
  EXPECT_EQ(uneven.runs, (Runs{{TapUse::sample, 3}}));
  EXPECT_EQ(uneven.samples, (Indices{2, 0, 1}));
  EXPECT_EQ(in_pairs({1, 2, 2, 1}).samples, (Indices{3, 0, 1, 2}));
  EXPECT_EQ(in_pairs({7}).taps, (Taps{7}));
}

TEST(TapOrder, sums_integers_where_asked_and_divides_once) {
  const Kernel kernel = Kernel::from_integers({3}, {1, 2, 1}, 4);
  const OrderedTaps taps = order_taps(kernel, TapOrder::as_given, true);
  EXPECT_EQ(taps.taps, (Taps{1, 2, 1}));
  EXPECT_EQ(taps.divisor, 4);
  EXPECT_EQ(order_taps(kernel, TapOrder::as_given, false).taps, (Taps{0.25, 0.5, 0.25}));
}

TEST(TapOrder, in_pairs_is_for_one_axis) {
  EXPECT_THROW(order_taps(Kernel({1, 3}, {1, 2, 1}), TapOrder::in_pairs, false), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
