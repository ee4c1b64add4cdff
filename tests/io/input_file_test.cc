// Headers that promise more than their files hold: refused without taking the memory.
#include "io/input_file.h"

#include <sys/resource.h>

#include "io/hostile_files.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

using HostileHeader = FolderTest;

int64_t peak_memory_bytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * int64_t{1024};
}

/// Reading fails with what in its message, and the process's peak grows by less than 32 MiB.
void expect_refused_cheaply(const std::string& path, const std::string& what) {
  const int64_t before = peak_memory_bytes();
  expect_unreadable(path, what);
  EXPECT_LT(peak_memory_bytes() - before, int64_t{32} << 20);
}

TEST_F(HostileHeader, a_60_byte_png_that_claims_2_31_squared_does_not_allocate) {
  const std::string png = hostile_png(0x80000000u, 0x80000000u);
  ASSERT_EQ(png.size(), 60u);
  expect_refused_cheaply(write("a.png", png),
                         "claims 2147483648x2147483648 pixels; PNG allows 2147483647 a side");
}

TEST_F(HostileHeader, a_60_byte_png_of_the_largest_size_does_not_allocate) {
  expect_refused_cheaply(write("a.png", hostile_png(0x7fffffffu, 0x7fffffffu)),
                         "at most 2147483648 samples are read");
}

TEST_F(HostileHeader, a_60_byte_png_within_the_limit_is_still_more_than_60_bytes_can_hold) {
  expect_refused_cheaply(write("a.png", hostile_png(30000, 20000)),
                         "claims 30000x20000 pixels of 3 channels, which 60 bytes cannot hold");
}

TEST_F(HostileHeader, a_short_jpeg_that_claims_65500_squared_does_not_allocate) {
  const std::string jpeg = hostile_jpeg(65500, 65500, false);
  ASSERT_LE(jpeg.size(), 100u);
  expect_refused_cheaply(write("a.jpg", jpeg), "at most 2147483648 samples are read");
}

TEST_F(HostileHeader, a_short_progressive_jpeg_does_not_allocate_its_coefficients) {
  expect_refused_cheaply(write("a.jpg", hostile_jpeg(20000, 20000, true)), "bytes cannot hold");
}

TEST_F(HostileHeader, a_tiff_that_claims_a_huge_size_does_not_allocate) {
  expect_refused_cheaply(write("a.tif", hostile_tiff({.width = 100000, .height = 100000})),
                         "at most 2147483648 samples are read");
  expect_refused_cheaply(write("a.tif", hostile_tiff({.width = 30000, .height = 30000})),
                         "bytes cannot hold");
}

TEST_F(HostileHeader, a_tiff_of_the_largest_size_does_not_allocate) {
  // Refused by libtiff itself when it multiplies the sizes.
  expect_refused_cheaply(
      write("a.tif", hostile_tiff({.width = 0xffffffffu, .height = 0xffffffffu})), "TIFF");
}

TEST_F(HostileHeader, a_small_tiff_with_a_huge_tile_does_not_allocate) {
  expect_refused_cheaply(
      write("a.tif", hostile_tiff({.width = 4, .height = 4, .tile = 0x7ffffff0u})),
      "at most 2147483648 samples are read");
  expect_refused_cheaply(write("a.tif", hostile_tiff({.width = 4, .height = 4, .tile = 32768})),
                         "bytes cannot hold");
}

TEST_F(HostileHeader, sizes_of_zero_are_refused) {
  expect_unreadable(write("a.tif", hostile_tiff({.width = 0, .height = 5})), "TIFF");
  expect_unreadable(write("a.png", hostile_png(0, 4)), "PNG");
  expect_unreadable(write("a.jpg", hostile_jpeg(0, 4, false)), "JPEG");
}

TEST_F(HostileHeader, a_claim_at_the_limit_is_a_shape) {
  const InputFile file(write("a", std::string(100, 'x')));
  const Claim claim{
      .format = "X", .width = 10, .height = 20, .channels = 3, .stored_bytes = 600, .max_ratio = 6};
  EXPECT_EQ(checked_shape(file, claim), (ImageShape{10, 20, 3}));
  Claim more = claim;
  more.stored_bytes = 601;
  EXPECT_THROW(checked_shape(file, more), FormatError);
}

}  // namespace
}  // namespace sepconv::io
