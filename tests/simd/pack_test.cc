// Packing: every tap once, in its class, at its place.
#include <gtest/gtest.h>

#include "simd/strip.h"

namespace sepconv::simd {
namespace {

TEST(PackRowTaps, classes_hold_every_tap_once_at_its_offset) {
  for (const int channels : {1, 2, 3, 4}) {
    for (int64_t count = 1; count < 40; ++count) {
      std::vector<float> taps(count);
      for (int64_t i = 0; i < count; ++i) taps[i] = static_cast<float>(i + 1);
      const RowTaps<float> packed = pack_row_taps(taps, channels);
      EXPECT_EQ(packed.class_step, channels == 3 ? 24 : 8);
      std::vector<bool> seen(count);
      size_t next = 0;
      for (int64_t c = 0; c < packed.class_count; ++c) {
        const int64_t in_class = packed.taps_in_long - (c < packed.long_classes ? 0 : 1);
        for (int64_t a = 0; a < in_class; ++a) {
          const int64_t i = c + a * packed.class_step / channels;
          EXPECT_EQ(packed.taps[next++], static_cast<float>(i + 1));
          EXPECT_FALSE(seen[i]);
          seen[i] = true;
        }
      }
      EXPECT_EQ(next, static_cast<size_t>(count));
    }
  }
}

TEST(PackFixedFactor, even_and_odd_outputs_see_the_same_taps_one_apart) {
  const FixedFactor factor = pack_fixed_factor({10, 20, 30, 40}, 15, true);
  ASSERT_EQ(factor.even_pairs.size(), 3u);
  EXPECT_EQ(factor.even_pairs[0], 10 | 20 << 16);
  EXPECT_EQ(factor.even_pairs[2], 0);
  EXPECT_EQ(factor.odd_pairs[0], 10 << 16);
  EXPECT_EQ(factor.odd_pairs[2], 40);
}

TEST(ScratchRows, direct_filters_keep_a_ring_of_whole_groups) {
  Weights<float> weights;
  weights.terms.resize(5);
  EXPECT_EQ(scratch_rows(weights), 20);
  weights.direct.height = 5;
  EXPECT_EQ(scratch_rows(weights), 8);
}

}  // namespace
}  // namespace sepconv::simd
