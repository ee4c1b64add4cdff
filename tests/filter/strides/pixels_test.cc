// Pixels gathered into a packed row and spread again.
#include "filter/strides/pixels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace sepconv {
namespace {

TEST(Pixels, are_packed_where_samples_are_neighbours) {
  EXPECT_TRUE((PixelStrides{3, 1, 3}).are_packed(9));
  EXPECT_TRUE((PixelStrides{1, 77, 1}).are_packed(9));
  EXPECT_TRUE((PixelStrides{-5, 1, 3}).are_packed(1));
  EXPECT_FALSE((PixelStrides{4, 1, 3}).are_packed(9));
  EXPECT_FALSE((PixelStrides{3, -1, 3}).are_packed(9));
  EXPECT_FALSE((PixelStrides{-1, 1, 1}).are_packed(2));
}

TEST(Pixels, are_gathered_and_scattered_by_their_strides) {
  std::vector<uint16_t> memory(40);
  std::iota(memory.begin(), memory.end(), uint16_t{0});
  const PixelStrides backwards_planes{-2, 20, 2};  // of pixels of two channels
  std::vector<uint16_t> packed(6, 99);
  gather_row(SampleType::u16, memory.data() + 10, backwards_planes, {{4, 2, 4}, {0, 0, 2}},
             packed.data());
  EXPECT_EQ(packed, (std::vector<uint16_t>{10, 30, 6, 26, 4, 24}));

  std::vector<uint16_t> spread(40, 7);
  scatter_row(SampleType::u16, packed.data(), backwards_planes, 3, spread.data() + 10);
  EXPECT_EQ(spread[10], 10);
  EXPECT_EQ(spread[30], 30);
  EXPECT_EQ(spread[8], 6);
  EXPECT_EQ(spread[26], 24);
  EXPECT_EQ(std::count(spread.begin(), spread.end(), 7), 34);
}

TEST(Pixels, of_an_image_are_its_strides) {
  ConstImageRef image(nullptr, SampleType::u8, {8, 6, 3}, 24);
  EXPECT_TRUE(pixel_strides(image).are_packed(8));
  image.pixel_stride = 1;
  image.channel_stride = 48;
  EXPECT_FALSE(pixel_strides(image).are_packed(8));
}

}  // namespace
}  // namespace sepconv
