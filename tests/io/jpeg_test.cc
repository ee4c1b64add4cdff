// JPEG: close to the original, at full colour resolution; lost data is noticed.
#include "io/hostile_files.h"
#include "io/image_file.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

using Jpeg = FolderTest;

/// Slow ramps, a different one in each channel: what JPEG keeps well.
AnyImage ramps(ImageShape shape) {
  AnyImage image(SampleType::u8, shape);
  for (int64_t y = 0; y < shape.height; ++y) {
    for (int64_t x = 0; x < shape.width; ++x) {
      for (int c = 0; c < shape.channels; ++c) {
        const int64_t value = c == 0 ? 2 * x + y : c == 1 ? 200 - x - y : 60 + 2 * y;
        image.row(y)[x * shape.channels + c] = static_cast<std::byte>(value);
      }
    }
  }
  return image;
}

TEST_F(Jpeg, keeps_grey_and_colour_within_a_few_levels_at_odd_sizes) {
  for (const int channels : {1, 3}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 5}, {33, 17}, {70, 50}}) {
      const AnyImage image = ramps({width, height, channels});
      write_image(path("a.jpg"), image.ref());
      const AnyImage back = read_image(path("a.jpg"));
      ASSERT_EQ(to_string(back.shape()), to_string(image.shape()));
      for (int64_t y = 0; y < height; ++y) {
        for (int64_t i = 0; i < width * channels; ++i) {
          EXPECT_NEAR(static_cast<int>(back.row(y)[i]), static_cast<int>(image.row(y)[i]), 4)
              << width << 'x' << height << 'x' << channels << " at " << y << ',' << i;
        }
      }
    }
  }
}

TEST_F(Jpeg, whose_data_stops_early_is_refused_even_with_an_end_marker) {
  write_image(path("a.jpg"), noise(SampleType::u8, {64, 64, 3}).ref());
  const std::string whole = bytes_of("a.jpg");
  expect_unreadable(write("b.jpg", whole.substr(0, whole.size() / 2) + "\xff\xd9"),
                    "truncated or corrupt");
}

TEST_F(Jpeg, with_spare_bytes_before_a_marker_is_read) {
  write_image(path("a.jpg"), noise(SampleType::u8, {16, 16, 1}).ref());
  std::string bytes = bytes_of("a.jpg");
  bytes.insert(bytes.size() - 2, std::string(5, '\0'));
  EXPECT_NO_THROW(read_image(write("b.jpg", bytes)));
}

TEST_F(Jpeg, of_arithmetic_coding_and_of_cmyk_says_so) {
  std::string arithmetic = hostile_jpeg(8, 8, false);
  arithmetic[3] = '\xc9';  // SOF9
  expect_unreadable(write("a.jpg", arithmetic), "arithmetic coding is not supported");
  const std::string frame = std::string("\x08\0\x08\0\x08\x04", 6) +
                            std::string("\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0", 12);
  const std::string cmyk = std::string("\xff\xd8\xff\xc0", 4) + big_endian(20, 2) + frame +
                           std::string("\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\0\0", 16) +
                           "data";
  expect_unreadable(write("b.jpg", cmyk), "4 components");
}

}  // namespace
}  // namespace sepconv::io
