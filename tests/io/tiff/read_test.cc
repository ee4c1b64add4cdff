// TIFF as others write it: tiles, planes, every compression that this libtiff can write, either
// byte order, white as zero; and damaged.
#include <tiffio.h>

#include "io/hostile_files.h"
#include "io/image_file.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

using TiffRead = FolderTest;

struct TiffKind {
  const char* mode = "w";
  int compression = COMPRESSION_NONE;
  int predictor = 0;
  bool is_planar = false;
  bool is_tiled = false;
  int photometric = -1;  // grey or RGB by channels
  int orientation = 1;
  int alpha = EXTRASAMPLE_UNASSALPHA;
  bool has_second_page = false;
};

void set_tags(TIFF* tiff, const AnyImage& image, const TiffKind& kind) {
  const int channels = image.shape().channels;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(image.shape().width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(image.shape().height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sample_bytes(image.type())));
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT,
               image.type() == SampleType::f32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  const int grey_or_rgb = channels < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, kind.photometric < 0 ? grey_or_rgb : kind.photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
               kind.is_planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, kind.orientation);
  const uint16_t alpha = static_cast<uint16_t>(kind.alpha);
  if (image.has_alpha()) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
  if (kind.photometric == PHOTOMETRIC_YCBCR) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);  // libtiff converts
  }
  if (kind.predictor) TIFFSetField(tiff, TIFFTAG_PREDICTOR, kind.predictor);
  if (kind.is_tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 32);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);  // a multiple of 16 for JPEG
  }
}

/// Samples [first, first + count) of a row, of one channel or of all (c < 0), past the edge zero.
std::vector<std::byte> samples(const AnyImage& image, int64_t y, int64_t x0, int64_t width, int c) {
  const int64_t bytes = sample_bytes(image.type());
  const int channels = image.shape().channels;
  std::vector<std::byte> result;
  for (int64_t x = x0; x < x0 + width; ++x) {
    for (int k = 0; k < channels; ++k) {
      if (c >= 0 && k != c) continue;
      for (int64_t b = 0; b < bytes; ++b) {
        const bool is_inside = x < image.shape().width && y < image.shape().height;
        result.push_back(is_inside ? image.row(y)[(x * channels + k) * bytes + b] : std::byte{0});
      }
    }
  }
  return result;
}

void write_tiles(TIFF* tiff, const AnyImage& image, int c) {
  for (int64_t y = 0; y < image.shape().height; y += 16) {
    for (int64_t x = 0; x < image.shape().width; x += 32) {
      std::vector<std::byte> tile;
      for (int row = 0; row < 16; ++row) {
        const auto part = samples(image, y + row, x, 32, c);
        tile.insert(tile.end(), part.begin(), part.end());
      }
      TIFFWriteTile(tiff, tile.data(), x, y, 0, c < 0 ? 0 : c);
    }
  }
}

void write_by_libtiff(const std::string& path, const AnyImage& image, const TiffKind& kind) {
  TIFF* tiff = TIFFOpen(path.c_str(), kind.mode);
  ASSERT_NE(tiff, nullptr);
  for (int page = 0; page <= kind.has_second_page; ++page) {
    set_tags(tiff, image, kind);
    for (int plane = 0; plane < (kind.is_planar ? image.shape().channels : 1); ++plane) {
      const int c = kind.is_planar ? plane : -1;
      if (kind.is_tiled) {
        write_tiles(tiff, image, c);
        continue;
      }
      for (int64_t y = 0; y < image.shape().height; ++y) {
        auto row = samples(image, y, 0, image.shape().width, c);
        TIFFWriteScanline(tiff, row.data(), y, plane);
      }
    }
    TIFFWriteDirectory(tiff);
  }
  TIFFClose(tiff);
}

TEST_F(TiffRead, strips_and_tiles_contiguous_and_planar_give_the_same_samples) {
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::f32}) {
    for (int channels = 1; channels <= 4; ++channels) {
      const AnyImage image = noise(type, {45, 37, channels});
      for (const int layout : {0, 1, 2, 3}) {
        SCOPED_TRACE(testing::Message() << name(type) << ' ' << channels << " layout " << layout);
        write_by_libtiff(path("a.tif"), image,
                         {.is_planar = layout % 2 == 1, .is_tiled = layout >= 2});
        expect_same(read_image(path("a.tif")), image);
      }
    }
  }
}

TEST_F(TiffRead, every_lossless_compression_of_this_libtiff_gives_the_same_samples) {
  int tried = 0;
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE,
                                COMPRESSION_LZMA, COMPRESSION_ZSTD}) {
    if (!TIFFIsCODECConfigured(compression)) continue;
    for (const bool is_tiled : {false, true}) {
      SCOPED_TRACE(testing::Message() << "compression " << compression << " tiled " << is_tiled);
      const bool has_predictor = compression != COMPRESSION_PACKBITS;
      const AnyImage image = noise(SampleType::u16, {45, 37, 3});
      write_by_libtiff(
          path("a.tif"), image,
          {.compression = compression, .predictor = has_predictor ? 2 : 0, .is_tiled = is_tiled});
      expect_same(read_image(path("a.tif")), image);
      ++tried;
    }
  }
  EXPECT_GE(tried, 6);
}

TEST_F(TiffRead, a_constant_picture_of_the_highest_compression_passes_the_size_check) {
  const AnyImage image(SampleType::u8, {900, 700, 3});
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
                                COMPRESSION_ZSTD, COMPRESSION_LZMA}) {
    if (!TIFFIsCODECConfigured(compression)) continue;
    write_by_libtiff(path("a.tif"), image, {.compression = compression});
    EXPECT_EQ(to_string(read_image(path("a.tif")).shape()), "900x700x3") << compression;
  }
}

TEST_F(TiffRead, jpeg_inside_is_converted_to_rgb) {
  AnyImage image(SampleType::u8, {48, 32, 3});
  for (int64_t y = 0; y < 32; ++y) {
    for (int64_t i = 0; i < 144; ++i) image.row(y)[i] = std::byte(i % 3 == 0 ? 200 : 40);
  }
  for (const int photometric : {PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR}) {
    write_by_libtiff(path("a.tif"), image,
                     {.compression = COMPRESSION_JPEG, .photometric = photometric});
    const AnyImage back = read_image(path("a.tif"));
    EXPECT_NEAR(static_cast<int>(back.row(9)[30]), 200, 6) << photometric;
    EXPECT_NEAR(static_cast<int>(back.row(9)[31]), 40, 6) << photometric;
  }
}

TEST_F(TiffRead, either_byte_order_and_bigtiff_are_read) {
  const AnyImage image = noise(SampleType::u16, {9, 5, 3});
  for (const char* mode : {"wl", "wb", "w8", "wb8"}) {
    write_by_libtiff(path("a.tif"), image, {.mode = mode});
    SCOPED_TRACE(mode);
    expect_same(read_image(path("a.tif")), image);
  }
}

TEST_F(TiffRead, white_as_zero_is_inverted_so_that_the_picture_looks_the_same) {
  const AnyImage image = noise(SampleType::u8, {9, 5, 1});
  write_by_libtiff(path("a.tif"), image, {.photometric = PHOTOMETRIC_MINISWHITE});
  const AnyImage back = read_image(path("a.tif"));
  for (int x = 0; x < 9; ++x) EXPECT_EQ(back.row(2)[x], ~image.row(2)[x]);
}

TEST_F(TiffRead, says_what_it_leaves_alone) {
  const AnyImage image = noise(SampleType::u8, {9, 5, 4});
  write_by_libtiff(path("a.tif"), image,
                   {.orientation = 6, .alpha = EXTRASAMPLE_ASSOCALPHA, .has_second_page = true});
  const AnyImage back = read_image(path("a.tif"));
  expect_same(back, image);
  EXPECT_EQ(back.traits.orientation, 6);
  EXPECT_TRUE(back.traits.premultiplied);
  ASSERT_EQ(back.notes.size(), 2u);
  EXPECT_NE(back.notes[0].find("orientation 6"), std::string::npos);
  EXPECT_NE(back.notes[1].find("first of its pages"), std::string::npos);
}

TEST_F(TiffRead, unsupported_kinds_say_what_they_are) {
  const AnyImage grey = noise(SampleType::u8, {9, 5, 1});
  write_by_libtiff(path("a.tif"), noise(SampleType::u8, {9, 5, 4}),
                   {.photometric = PHOTOMETRIC_SEPARATED});
  expect_unreadable(path("a.tif"), "CMYK");
  write_by_libtiff(path("b.tif"), noise(SampleType::u8, {9, 5, 3}),
                   {.photometric = PHOTOMETRIC_CIELAB});
  expect_unreadable(path("b.tif"), "unsupported colours");
  TIFF* tiff = TIFFOpen(path("c.tif").c_str(), "w");
  set_tags(tiff, grey, {});
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  uint8_t row[2] = {};
  for (int y = 0; y < 5; ++y) TIFFWriteScanline(tiff, row, y, 0);
  TIFFClose(tiff);
  expect_unreadable(path("c.tif"), "1-bit unsigned samples");
}

TEST_F(TiffRead, without_a_directory_is_refused_in_silence) {
  testing::internal::CaptureStderr();
  expect_unreadable(write("a.tif", std::string("II*\0\xff\xff\0\0", 8)), "truncated or corrupt");
  expect_unreadable(write("b.tif", std::string("II*\0", 4)), "truncated or corrupt");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace sepconv::io
