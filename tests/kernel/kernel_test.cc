// The Kernel value: what it keeps, what it refuses.
#include "sepconv/kernel.h"

#include <limits>

#include "kernel/kernel_testing.h"

namespace sepconv {
namespace {

using testing::contains;
using testing::message_of;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Kernel, keeps_shape_taps_and_an_anchor_in_the_middle) {
  const Kernel kernel({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(kernel.axes(), 2);
  EXPECT_EQ(kernel.tap_count(), 6);
  EXPECT_EQ(kernel.anchor(), (std::vector<int64_t>{1, 1}));
  EXPECT_FALSE(kernel.is_integer());
  EXPECT_EQ(kernel.sum(), 21);
}

TEST(Kernel, keeps_integers_beside_the_taps_they_give) {
  const Kernel kernel = Kernel::from_integers({3}, {1, -2, 1}, 4);
  EXPECT_TRUE(kernel.is_integer());
  EXPECT_EQ(kernel.divisor(), 4);
  EXPECT_EQ(kernel.taps(), (std::vector<double>{0.25, -0.5, 0.25}));
  EXPECT_EQ(kernel.sum(), 0);
  EXPECT_EQ(kernel.l1_norm(), 1);
}

TEST(Kernel, sums_integers_before_it_divides) {
  EXPECT_EQ(Kernel::from_integers({49}, std::vector<int64_t>(49, 1), 49).sum(), 1);
}

TEST(Kernel, multiplies_one_factor_an_axis_into_an_outer_product) {
  const Kernel kernel = Kernel::outer({{1, 2}, {3, 4, 5}});
  EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(kernel.taps(), (std::vector<double>{3, 4, 5, 6, 8, 10}));
}

TEST(Kernel, flips_every_axis_and_the_anchor_with_it) {
  const Kernel flipped = Kernel({2, 3}, {1, 2, 3, 4, 5, 6}).with_anchor({1, 0}).flipped();
  EXPECT_EQ(flipped.taps(), (std::vector<double>{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(flipped.anchor(), (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(sobel(Axis::x).flipped().integers(),
            (std::vector<int64_t>{1, 0, -1, 2, 0, -2, 1, 0, -1}));
}

TEST(Kernel, is_itself_when_flipped_twice) {
  const Kernel kernel = Kernel({4, 3}, testing::Random(1).reals(12)).with_anchor({3, 1});
  const Kernel twice = kernel.flipped().flipped();
  EXPECT_EQ(twice.taps(), kernel.taps());
  EXPECT_EQ(twice.anchor(), kernel.anchor());
}

TEST(Kernel, has_one_to_eight_axes) {
  EXPECT_EQ(Kernel(std::vector<int64_t>(8, 2), std::vector<double>(256, 1)).axes(), 8);
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { Kernel({}, {}); }), "0 axes"));
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { Kernel(std::vector<int64_t>(9, 1), {1}); }),
                       "9 axes"));
}

TEST(Kernel, refuses_sizes_of_zero_and_counts_that_differ_from_the_shape) {
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { Kernel({3, 0}, {}); }), "size 0"));
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { Kernel({-1, -1}, {1}); }), "size -1"));
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { Kernel({2, 2}, {1, 2, 3}); }), "3 taps"));
  EXPECT_THROW(Kernel::outer({{1, 2}, {}}), InvalidArgument);
  EXPECT_THROW(Kernel::outer({}), InvalidArgument);
}

TEST(Kernel, refuses_more_taps_than_it_may_have_before_it_allocates_them) {
  EXPECT_THROW(Kernel({kMaxTaps + 1}, {}), InvalidArgument);
  EXPECT_THROW(Kernel({int64_t{1} << 62, int64_t{1} << 62}, {}), InvalidArgument);
  const std::vector<double> line(10'000, 1);
  EXPECT_THROW(Kernel::outer({line, line, line, line, line, line, line, line}), InvalidArgument);
}

TEST(Kernel, refuses_taps_that_are_not_finite) {
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] {
                         Kernel({2}, {1, kNaN});
                       }),
                       "tap 1 is nan"));
  EXPECT_THROW(Kernel({2}, {kInfinity, 1}), InvalidArgument);
  EXPECT_THROW(Kernel::outer({{1e200}, {1e200}}), InvalidArgument);
}

TEST(Kernel, refuses_integers_and_divisors_that_are_not_exact_in_double) {
  constexpr int64_t largest = int64_t{1} << 53;
  EXPECT_EQ(Kernel::from_integers({2}, {largest, -largest}).sum(), 0);
  EXPECT_THROW(Kernel::from_integers({1}, {largest + 1}), InvalidArgument);
  EXPECT_THROW(Kernel::from_integers({1}, {std::numeric_limits<int64_t>::min()}), InvalidArgument);
  EXPECT_THROW(Kernel::from_integers({1}, {1}, 0), InvalidArgument);
  EXPECT_THROW(Kernel::from_integers({1}, {1}, -4), InvalidArgument);
  EXPECT_THROW(Kernel::from_integers({1}, {1}, largest + 1), InvalidArgument);
  EXPECT_THROW(Kernel::from_integers({1}, {1}, std::numeric_limits<int64_t>::max()),
               InvalidArgument);
}

TEST(Kernel, refuses_an_anchor_outside) {
  const Kernel kernel({2, 3}, std::vector<double>(6, 1));
  EXPECT_THROW(kernel.with_anchor({0}), InvalidArgument);
  EXPECT_THROW(kernel.with_anchor({0, 3}), InvalidArgument);
  EXPECT_THROW(kernel.with_anchor({-1, 0}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
