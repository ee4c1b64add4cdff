// AnyImage: shape, rows and lazy memory.
#include "io/any_image.h"

#include "io/io_test.h"

namespace sepconv::io {
namespace {

TEST(AnyImage, starts_all_zero_with_packed_rows) {
  AnyImage image(SampleType::u16, {5, 3, 2});
  EXPECT_EQ(image.row_bytes(), 20);
  EXPECT_EQ(image.row(2) - image.row(0), 40);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(image.row(0)[i], std::byte{0});
  EXPECT_EQ(image.ref().row_stride, 10);
  EXPECT_EQ(image.ref().type, SampleType::u16);
}

TEST(AnyImage, two_and_four_channels_have_alpha) {
  EXPECT_FALSE(AnyImage(SampleType::u8, {1, 1, 1}).has_alpha());
  EXPECT_TRUE(AnyImage(SampleType::u8, {1, 1, 2}).has_alpha());
  EXPECT_FALSE(AnyImage(SampleType::u8, {1, 1, 3}).has_alpha());
  EXPECT_TRUE(AnyImage(SampleType::u8, {1, 1, 4}).has_alpha());
}

}  // namespace
}  // namespace sepconv::io
