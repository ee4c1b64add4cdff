// Where taps read, and the merging of the taps of two rows.
#include "filter/correlation/places.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

using Runs = std::vector<simd::TapRun>;
using Taps = std::vector<double>;
using simd::TapUse;

struct Placed {
  Placed(std::vector<int64_t> shape, const PlacedKernel& placed)
      : one(place_taps(walk_axes(shape, placed, SampleType::f32), placed,
                       order_taps(placed.kernel, placed.order, false), &slabs)),
        two(share_samples(one)) {}

  std::vector<Slab> slabs;
  PlacedTaps one, two;
};

TEST(TapPlaces, are_a_slab_a_row_of_it_and_a_distance_along_the_row) {
  const PlacedKernel placed{Kernel({2, 2, 3}, Taps(12, 1.0)), {{2}, {0}, {1}}};
  const Placed taps({9, 9, 50}, placed);
  EXPECT_EQ(taps.slabs, (std::vector<Slab>{{-1}, {0}}));
  ASSERT_EQ(taps.one.samples.size(), 12u);
  EXPECT_EQ(taps.one.samples[0], (TapPlace{0, 0, -1}));
  EXPECT_EQ(taps.one.samples[11], (TapPlace{1, 2, 0}));
  EXPECT_TRUE(taps.one.partners.empty());
  EXPECT_TRUE(taps.two.taps.empty()) << "taps are not in the order of their places";
}

TEST(TapPlaces, count_the_channels_of_a_row) {
  const Placed taps({9, 50, 3}, {Kernel({3}, {1, 2, 1}), {{1}}, TapOrder::in_pairs});
  EXPECT_EQ(taps.one.samples, (std::vector<TapPlace>{{0, 0, 0}, {0, 0, -3}}));
  EXPECT_EQ(taps.one.partners, (std::vector<TapPlace>{{0, 0, 0}, {0, 0, 3}}));
}

TEST(SharedSamples, are_all_rows_but_the_first_and_the_last) {
  const Placed taps({9, 50}, {Kernel({5, 1}, {1, 2, 3, 4, 5}), {{0}, {1}}});
  const PlacedTaps& two = taps.two;
  EXPECT_EQ(two.rows, 2);
  EXPECT_EQ(two.runs, (Runs{{TapUse::sample, 1}, {TapUse::both_rows, 4}, {TapUse::second_row, 1}}));
  EXPECT_EQ(two.taps, (Taps{1, 2, 1, 3, 2, 4, 3, 5, 4, 5}));
  EXPECT_EQ(two.samples[0], (TapPlace{0, 0, 0}));
  EXPECT_EQ(two.samples[5], (TapPlace{0, 5, 0}));
}

TEST(SharedSamples, do_not_count_taps_of_zero) {
  const Kernel kernel({12, 1}, {1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const Placed taps({9, 50}, {kernel, {{0}, {1}}});
  EXPECT_EQ(taps.two.runs, (Runs{{TapUse::sample, 1},
                                 {TapUse::both_rows, 1},
                                 {TapUse::sample, 1},
                                 {TapUse::second_row, 1},
                                 {TapUse::both_rows, 8},
                                 {TapUse::second_row, 1}}));
}

TEST(SharedSamples, stay_within_a_slab) {
  const Kernel kernel({2, 5, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const Placed taps({9, 9, 50}, {kernel, {{0}, {1}, {2}}});
  EXPECT_EQ(taps.two.taps, (Taps{1, 2, 1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 6, 8, 7, 9, 8, 10, 9, 10}));
  EXPECT_EQ(taps.two.samples[5], (TapPlace{1, 0, 0}));
  EXPECT_EQ(taps.two.samples[6], (TapPlace{0, 5, 0}));
}

TEST(SharedSamples, are_left_alone_where_rows_share_too_little) {
  EXPECT_TRUE(Placed({9, 50}, {Kernel({3, 5}, Taps(15, 1.0)), {{0}, {1}}}).two.taps.empty());
  EXPECT_TRUE(Placed({50}, {Kernel({5}, Taps(5, 1.0)), {{0}}}).two.taps.empty());
  EXPECT_TRUE(
      Placed({9, 50}, {Kernel({5}, Taps(5, 1.0)), {{0}}, TapOrder::in_pairs}).two.taps.empty());
}

}  // namespace
}  // namespace sepconv
