// TIFF as we write it: what other readers need to know of it is in its tags.
#include <tiffio.h>

#include "io/image_file.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

using TiffWrite = FolderTest;

TEST_F(TiffWrite, tags_type_colours_and_alpha) {
  write_image(path("a.tif"), noise(SampleType::f32, {40, 30, 4}).ref());
  TIFF* tiff = TIFFOpen(path("a.tif").c_str(), "r");
  ASSERT_NE(tiff, nullptr);
  uint16_t bits = 0, format = 0, photometric = 0, extra = 0;
  uint16_t* kinds = nullptr;
  TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetField(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  EXPECT_EQ(bits, 32);
  EXPECT_EQ(format, SAMPLEFORMAT_IEEEFP);
  EXPECT_EQ(photometric, PHOTOMETRIC_RGB);
  ASSERT_EQ(extra, 1);
  EXPECT_EQ(kinds[0], EXTRASAMPLE_UNASSALPHA);
  TIFFClose(tiff);
}

TEST_F(TiffWrite, keeps_traits_from_file_to_file) {
  const AnyImage image = noise(SampleType::u8, {4, 3, 4});
  write_image(path("a.tif"), image.ref(), {.orientation = 8, .premultiplied = true});
  const AnyImage back = read_image(path("a.tif"));
  EXPECT_EQ(back.traits.orientation, 8);
  EXPECT_TRUE(back.traits.premultiplied);
  expect_same(back, image);
}

TEST_F(TiffWrite, cuts_large_images_into_strips) {
  write_image(path("a.tif"), noise(SampleType::u8, {1000, 200, 1}).ref());
  TIFF* tiff = TIFFOpen(path("a.tif").c_str(), "r");
  ASSERT_NE(tiff, nullptr);
  EXPECT_EQ(TIFFNumberOfStrips(tiff), 4u);  // 65 rows of 1000 bytes in 64 KiB
  TIFFClose(tiff);
}

}  // namespace
}  // namespace sepconv::io
