// The prepared part of a plan: the spectrum, the columns of tiles and scratch.
#include "filter/fft/part.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

FourierPart part_of(const Kernel& kernel, SampleType type, const Rect& roi, Border border) {
  const FilterTerms terms = direct_terms(kernel);
  const ImageShape image{200, 100, 1};
  const FourierOffer offer = offer_fourier({terms, {type, type}, image});
  const PackedWeights weights = pack_weights(terms, {type, type}, offer.way->choice, {1, 2, 0});
  const LayoutRequest layout{image, roi, border, {2, 2}, kernel.shape()[0], sample_bytes(type)};
  return make_fourier_part({*offer.way, terms, layout, type, weights});
}

TEST(FourierPart, spectrum_starts_with_the_sum_of_the_taps_over_the_samples_of_a_tile) {
  const Kernel kernel({2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const FourierPart part = part_of(kernel, SampleType::u8, {0, 0, 200, 100}, Border::zero);
  const FourierTiling& tiling = part.way.tiling;
  ASSERT_EQ(static_cast<int64_t>(part.spectrum.size()), tiling.samples());
  EXPECT_NEAR(part.spectrum[0].real() * static_cast<double>(tiling.samples()), 55, 1e-12);
  EXPECT_EQ(part.across.size(), tiling.width);
  EXPECT_EQ(part.down.size(), tiling.height);
  EXPECT_GE(part.scratch_bytes, tiling.samples() * 16);
}

TEST(FourierPart, columns_say_what_stands_in_for_those_beyond_the_image) {
  const Kernel kernel({2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const FourierPart part = part_of(kernel, SampleType::u8, {0, 0, 200, 100}, Border::wrap);
  ASSERT_EQ(static_cast<int64_t>(part.columns.size()), part.way.tiling.columns);
  const TileColumns& first = part.columns.front().reads;
  EXPECT_EQ(first.first, -2);
  EXPECT_EQ(first.inside_begin, 2);
  ASSERT_GE(first.edges.size(), 2u);
  EXPECT_EQ(first.edges[0].place, 0);
  EXPECT_EQ(first.edges[0].source, 198);
  for (const auto& [reads, direct] : part.columns) {
    EXPECT_EQ(reads.inside_end - reads.inside_begin + static_cast<int64_t>(reads.edges.size()),
              part.way.tiling.width);
    EXPECT_TRUE(direct.bands.empty());  // integers are always finite
  }
}

TEST(FourierPart, float_inputs_can_be_summed_directly_wherever_the_region_is) {
  const Kernel kernel({2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5});
  const Rect roi{130, 0, 60, 100};
  const FourierPart part = part_of(kernel, SampleType::f32, roi, Border::zero);
  int64_t x = roi.x;
  for (const TileColumn& column : part.columns) {
    for (const Band& band : column.direct.bands) {
      const StripColumns& strip = band.in_place;
      EXPECT_EQ(strip.x, x);
      x += strip.width;
    }
    EXPECT_LE(column.direct.scratch_bytes, part.scratch_bytes);
  }
  EXPECT_EQ(x, roi.x + roi.width);
}

}  // namespace
}  // namespace sepconv
