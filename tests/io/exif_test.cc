// Orientation out of Exif segments, whole and damaged.
#include "io/exif.h"

#include "io/hostile_files.h"
#include "io/io_test.h"

namespace sepconv::io {
namespace {

/// A segment with a width entry, then the orientation, in either byte order.
std::string exif(int orientation, bool is_big_endian) {
  const auto number = [&](uint32_t value, int bytes) {
    return is_big_endian ? big_endian(value, bytes) : little_endian(value, bytes);
  };
  const auto entry = [&](uint32_t tag, uint32_t value) {
    return number(tag, 2) + number(3, 2) + number(1, 4) + number(value, 2) + std::string(2, '\0');
  };
  return std::string("Exif\0\0", 6) + (is_big_endian ? "MM" : "II") + number(42, 2) + number(8, 4) +
         number(2, 2) + entry(0x0100, 640) + entry(0x0112, static_cast<uint32_t>(orientation)) +
         number(0, 4);
}

TEST(Exif, gives_the_orientation_in_either_byte_order) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(exif(orientation, false)), orientation);
    EXPECT_EQ(exif_orientation(exif(orientation, true)), orientation);
  }
}

TEST(Exif, that_is_damaged_or_absent_is_upright) {
  EXPECT_EQ(exif_orientation(""), 1);
  EXPECT_EQ(exif_orientation("http://ns.adobe.com/xap/1.0/"), 1);
  EXPECT_EQ(exif_orientation(exif(9, false)), 1);
  EXPECT_EQ(exif_orientation(exif(0, false)), 1);
  const std::string whole = exif(6, true);
  for (size_t length = 0; length + 5 < whole.size(); ++length) {
    EXPECT_EQ(exif_orientation(whole.substr(0, length)), 1) << length;
  }
  std::string far = exif(6, false);
  far.replace(10, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(exif_orientation(far), 1);
}

TEST_F(FolderTest, jpeg_with_exif_says_its_orientation) {
  write_image(path("a.jpg"), noise(SampleType::u8, {16, 16, 1}).ref());
  const std::string segment = exif(6, true);
  std::string bytes = bytes_of("a.jpg");
  bytes.insert(2, "\xff\xe1" + big_endian(static_cast<uint32_t>(segment.size() + 2), 2) + segment);
  const AnyImage image = read_image(write("b.jpg", bytes));
  EXPECT_EQ(image.traits.orientation, 6);
  ASSERT_EQ(image.notes.size(), 1u);
  EXPECT_NE(image.notes[0].find("orientation 6 is not applied"), std::string::npos);
}

}  // namespace
}  // namespace sepconv::io
