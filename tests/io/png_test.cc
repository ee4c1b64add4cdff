// PNG as others write it: palettes, few bits, transparent colours, interlacing; and damaged.
#include <png.h>

#include "io/hostile_files.h"
#include "io/image_file.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

using Png = FolderTest;

struct PngKind {
  int bits = 8;
  int colour = PNG_COLOR_TYPE_GRAY;
  int interlace = PNG_INTERLACE_NONE;
  int width = 0;
  std::vector<std::vector<uint8_t>> rows = {};  // as stored
};

/// Writes the rows by libpng itself, with a palette of three colours, the first transparent, where
/// the colour type asks for one.
void write_by_libpng(const std::string& path, const PngKind& kind) {
  FILE* file = std::fopen(path.c_str(), "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_init_io(png, file);
  png_set_IHDR(png, info, kind.width, kind.rows.size(), kind.bits, kind.colour, kind.interlace,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  const png_color palette[] = {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}};
  const png_byte alpha[] = {128};
  if (kind.colour == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, palette, 3);
    png_set_tRNS(png, info, alpha, 1, nullptr);
  }
  png_write_info(png, info);
  std::vector<png_bytep> rows;
  for (const auto& row : kind.rows) rows.push_back(const_cast<png_bytep>(row.data()));
  png_write_image(png, rows.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  std::fclose(file);
}

std::vector<int> first_row(const AnyImage& image) {
  std::vector<int> row;
  for (int64_t i = 0; i < image.row_bytes(); ++i) row.push_back(static_cast<int>(image.row(0)[i]));
  return row;
}

TEST_F(Png, of_1_2_and_4_bits_becomes_u8_over_the_whole_range) {
  write_by_libpng(path("1.png"), {.bits = 1, .width = 4, .rows = {{0b01010000}}});
  EXPECT_EQ(first_row(read_image(path("1.png"))), (std::vector{0, 255, 0, 255}));
  write_by_libpng(path("2.png"), {.bits = 2, .width = 4, .rows = {{0b00011011}}});
  EXPECT_EQ(first_row(read_image(path("2.png"))), (std::vector{0, 85, 170, 255}));
  write_by_libpng(path("4.png"), {.bits = 4, .width = 3, .rows = {{0x0f, 0x10}}});
  EXPECT_EQ(first_row(read_image(path("4.png"))), (std::vector{0, 255, 17}));
}

TEST_F(Png, of_a_palette_becomes_colours_and_alpha) {
  write_by_libpng(
      path("p.png"),
      {.bits = 2, .colour = PNG_COLOR_TYPE_PALETTE, .width = 3, .rows = {{0b00011000}}});
  EXPECT_EQ(first_row(read_image(path("p.png"))),
            (std::vector{10, 20, 30, 128, 40, 50, 60, 255, 70, 80, 90, 255}));
}

TEST_F(Png, interlaced_gives_the_same_samples) {
  PngKind kind{.colour = PNG_COLOR_TYPE_RGB, .width = 21};
  std::mt19937 random(3);
  for (int y = 0; y < 13; ++y) {
    kind.rows.emplace_back();
    for (int i = 0; i < 63; ++i) kind.rows.back().push_back(static_cast<uint8_t>(random()));
  }
  write_by_libpng(path("plain.png"), kind);
  kind.interlace = PNG_INTERLACE_ADAM7;
  write_by_libpng(path("laced.png"), kind);
  expect_same(read_image(path("laced.png")), read_image(path("plain.png")));
}

TEST_F(Png, with_a_wrong_checksum_is_refused) {
  write_image(path("a.png"), noise(SampleType::u8, {30, 30, 1}).ref());
  std::string bytes = bytes_of("a.png");
  bytes[bytes.size() / 2] ^= 1;
  expect_unreadable(write("b.png", bytes), "truncated or corrupt");
}

TEST_F(Png, without_header_or_pixels_is_refused) {
  const std::string signature = "\x89PNG\r\n\x1a\n";
  expect_unreadable(write("a.png", signature), "PNG without a header");
  expect_unreadable(write("b.png", signature + png_chunk("IEND", "")), "PNG without a header");
  const std::string header = big_endian(2, 4) + big_endian(2, 4) + std::string("\x08\0\0\0\0", 5);
  expect_unreadable(write("c.png", signature + png_chunk("IHDR", header) + png_chunk("IEND", "")),
                    "truncated or corrupt");
}

TEST_F(Png, prints_nothing_of_its_own) {
  write_image(path("a.png"), noise(SampleType::u8, {9, 9, 1}).ref());
  std::string bytes = bytes_of("a.png");
  // An ancillary chunk of nonsense, which libpng would warn of.
  bytes.insert(33, png_chunk("gAMA", "xx"));
  testing::internal::CaptureStderr();
  EXPECT_NO_THROW(read_image(write("b.png", bytes)));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Png, cannot_hold_premultiplied_alpha) {
  const std::string message = format_error([&] {
    check_storable(path("a.png"), SampleType::u8, {2, 2, 4}, {.premultiplied = true});
  });
  EXPECT_NE(message.find("alpha not premultiplied"), std::string::npos) << message;
}

}  // namespace
}  // namespace sepconv::io
