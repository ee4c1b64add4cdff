// Layouts: strips cover the outputs once, and scratch rows have room for all that strips place.
#include "filter/layout.h"

#include <gtest/gtest.h>

#include "base/aligned.h"

namespace sepconv {
namespace {

struct Case {
  Kernel kernel;
  ImageShape image;
  Rect roi;
  Border border;
};

Layout layout_of(const Case& c, SampleType type) {
  const FilterTerms terms = separated_terms(separate(c.kernel));
  const SampleSpec spec{type, type};
  const PackedWeights weights = pack_weights(terms, spec, choose_arithmetic(terms, spec),
                                             {c.image.channels, c.kernel.anchor()[1], 0});
  const Reach reach{c.kernel.anchor()[1], c.kernel.shape()[1] - 1 - c.kernel.anchor()[1]};
  return make_layout({c.image, c.roi, c.border, reach, c.kernel.shape()[0], sample_bytes(type), 1},
                     weights);
}

std::vector<Case> cases() {
  return {{gaussian(1), {1920, 1080, 1}, {0, 0, 1920, 1080}, Border::reflect101},
          {gaussian(20), {1920, 1080, 3}, {0, 0, 1920, 1080}, Border::wrap},
          {gaussian(300), {1500, 20, 1}, {0, 0, 1500, 20}, Border::symmetric},
          {gaussian(2), {100, 100, 4}, {99, 0, 1, 100}, Border::zero},
          {gaussian(9), {9000, 5, 2}, {17, 1, 8000, 3}, Border::reflect101}};
}

TEST(Layout, strips_cover_the_roi_once_from_left_to_right) {
  for (const Case& c : cases()) {
    int64_t x = c.roi.x;
    for (const Band& band : layout_of(c, SampleType::f32).bands) {
      const StripColumns& strip = band.in_place;
      EXPECT_EQ(strip.x, x);
      EXPECT_GE(strip.width, 1);
      x += strip.width;
    }
    EXPECT_EQ(x, c.roi.x + c.roi.width);
  }
}

TEST(Layout, scratch_rows_hold_what_strips_place_and_vectors_overrun) {
  for (const Case& c : cases()) {
    for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::f64}) {
      const Layout layout = layout_of(c, type);
      EXPECT_EQ(layout.chunk_rows % simd::kRowsTogether, 0);
      for (const Band& band : layout.bands) {
        const StripColumns& strip = band.in_place;
        EXPECT_LE(band.samples, layout.packed_samples);
        EXPECT_GE(layout.scratch_zero + strip.first_place(), 16);
        EXPECT_LE(layout.scratch_zero + strip.last_place() + simd::kOverrun, layout.scratch_stride);
      }
    }
  }
}

TEST(Layout, mirrored_edges_copy_from_columns_that_the_strip_has) {
  for (const Case& c : cases()) {
    for (const Band& band : layout_of(c, SampleType::f32).bands) {
      const StripColumns& strip = band.in_place;
      for (const simd::EdgeCopy& edge : strip.edges) {
        if (edge.from == simd::kFill) continue;
        const simd::Segment& main = strip.segments[0];
        EXPECT_TRUE(main.place <= edge.from && edge.from < main.place + main.count);
      }
    }
  }
}

}  // namespace
}  // namespace sepconv
