// Bands: what a strip reads, packed, is what it reads in place.
#include "filter/strides/bands.h"

#include <gtest/gtest.h>

#include <numeric>

namespace sepconv {
namespace {

// The samples of a scratch row by their places, as a strip fills it from row.
std::vector<int> filled(const StripColumns& columns, const std::vector<int>& row) {
  const int64_t zero = -columns.first_place();
  std::vector<int> scratch(zero + columns.last_place(), -2);
  for (const simd::Segment& s : columns.segments) {
    std::copy_n(row.begin() + s.source, s.count, scratch.begin() + zero + s.place);
  }
  for (const simd::EdgeCopy& e : columns.edges) {
    scratch[zero + e.place] = e.from == simd::kFill ? -1 : scratch[zero + e.from];
  }
  return scratch;
}

TEST(Bands, read_the_same_samples_packed_as_in_place) {
  constexpr ImageShape kImage{50, 1, 2};
  std::vector<int> row(100);
  std::iota(row.begin(), row.end(), 0);
  for (const Border border :
       {Border::zero, Border::replicate, Border::symmetric, Border::reflect101, Border::wrap}) {
    for (const int64_t x : {0, 20, 40}) {
      const StripColumns strip = strip_columns(kImage, x, 10, {7, 4}, border);
      const Band band = make_bands({strip}).at(0);
      std::vector<int> packed(band.samples, -3);
      for (const simd::Segment& read : band.reads) {
        std::copy_n(row.begin() + read.source, read.count, packed.begin() + read.place);
      }
      EXPECT_EQ(filled(band.packed, packed), filled(strip, row)) << name(border) << " at " << x;
      // Beside its own and the halo, what aligns the start of a scratch row.
      EXPECT_LE(band.samples, (10 + 7 + 4 + 32) * kImage.channels);
    }
  }
}

}  // namespace
}  // namespace sepconv
