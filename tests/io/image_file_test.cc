// Reading back what was written, for every format, type and number of channels; what each format
// refuses; files that are no images.
#include "io/image_file.h"

#include <sys/stat.h>

#include "io/io_test.h"

namespace sepconv::io {
namespace {

using ImageFile = FolderTest;

struct Stored {
  const char* name;
  std::vector<SampleType> types;
};

const Stored kLossless[] = {
    {"a.png", {SampleType::u8, SampleType::u16}},
    {"a.tif",
     {SampleType::u8, SampleType::u16, SampleType::i16, SampleType::i32, SampleType::f32,
      SampleType::f64}},
};

TEST_F(ImageFile, lossless_formats_give_back_every_bit) {
  for (const Stored& stored : kLossless) {
    for (const SampleType type : stored.types) {
      for (int channels = 1; channels <= 4; ++channels) {
        for (const auto& [width, height] :
             {std::pair{1, 1}, {7, 5}, {1, 33}, {131, 2}, {257, 91}}) {
          SCOPED_TRACE(testing::Message() << stored.name << ' ' << name(type) << ' ' << width << 'x'
                                          << height << 'x' << channels);
          const AnyImage image = noise(type, {width, height, channels});
          write_image(path(stored.name), image.ref());
          const AnyImage back = read_image(path(stored.name));
          expect_same(back, image);
          EXPECT_TRUE(back.notes.empty());
        }
      }
    }
  }
}

TEST_F(ImageFile, rows_are_taken_at_their_stride) {
  Image<uint16_t> big({9, 4, 3});
  for (int i = 0; i < 9 * 4 * 3; ++i) big.row(0)[i] = static_cast<uint16_t>(i * 257);
  const ImageView<uint16_t> part(big.row(1) + 3, {5, 3, 3}, 27);
  for (const char* file : {"a.png", "a.tif"}) {
    write_image(path(file), part);
    const AnyImage back = read_image(path(file));
    for (int y = 0; y < 3; ++y) {
      EXPECT_EQ(std::memcmp(back.row(y), part.row(y), 30), 0) << file << " row " << y;
    }
  }
}

TEST_F(ImageFile, the_type_is_known_by_content_and_not_by_name) {
  const AnyImage image = noise(SampleType::u8, {6, 4, 1});
  write_image(path("a.tif"), image.ref());
  std::filesystem::rename(path("a.tif"), path("a.png"));
  expect_same(read_image(path("a.png")), image);
}

TEST_F(ImageFile, extensions_are_known_in_capitals) {
  write_image(path("A.PNG"), noise(SampleType::u8, {2, 2, 1}).ref());
  write_image(path("A.TiFF"), noise(SampleType::u8, {2, 2, 1}).ref());
  EXPECT_EQ(bytes_of("A.PNG").substr(1, 3), "PNG");
}

struct Refused {
  const char* name;
  SampleType type;
  int channels;
  const char* says;
};

TEST_F(ImageFile, what_a_format_cannot_hold_is_refused_before_anything_is_written) {
  const Refused cases[] = {
      {"a.jpg", SampleType::u8, 4, "JPEG holds u8 with 1 or 3 channels, no alpha"},
      {"a.jpg", SampleType::u8, 2, "this image is 3x2x2 u8"},
      {"a.jpeg", SampleType::u16, 3, "this image is 3x2x3 u16"},
      {"a.jpg", SampleType::f32, 1, "JPEG holds u8"},
      {"a.png", SampleType::f32, 1, "PNG holds u8 and u16"},
      {"a.png", SampleType::i16, 1, "PNG holds u8 and u16"},
      {"a.tif", SampleType::u8, 5, "TIFF holds every sample type with 1 to 4 channels"},
      {"a.gif", SampleType::u8, 1, "unknown type of image .gif; expected .png"},
      {"noext", SampleType::u8, 1, "unknown type of image; expected .png"},
  };
  for (const Refused& refused : cases) {
    const AnyImage image(refused.type, {3, 2, refused.channels});
    const std::string message = format_error([&] { write_image(path(refused.name), image.ref()); });
    EXPECT_EQ(message.rfind(path(refused.name) + ": ", 0), 0u) << message;
    EXPECT_NE(message.find(refused.says), std::string::npos) << message;
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(ImageFile, a_zero_size_image_is_a_callers_mistake) {
  const AnyImage image(SampleType::u8, {0, 2, 1});
  EXPECT_THROW(write_image(path("a.png"), image.ref()), InvalidArgument);
  EXPECT_TRUE(names().empty());
}

TEST_F(ImageFile, says_what_is_wrong_with_what_is_no_image) {
  expect_unreadable(path("missing.png"), "No such file");
  expect_unreadable(path(""), "is a directory");
  expect_unreadable(write("empty.png", ""), "is empty");
  expect_unreadable(write("text.png", "hello"), "not an image of a known type");
  expect_unreadable("/dev/zero", "is a device or pipe");
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  expect_unreadable(path("pipe"), "is a device or pipe");  // and does not wait for a writer
}

/// Every prefix of a file that ends before its last few bytes must be refused, not half read.
TEST_F(ImageFile, every_truncation_is_noticed) {
  for (const char* name : {"a.png", "a.jpg", "a.tif"}) {
    write_image(path(name), noise(SampleType::u8, {40, 30, 3}).ref());
    const std::string whole = bytes_of(name);
    for (size_t length = 1; length + 2 < whole.size(); length += 1 + length / 16) {
      write("cut", whole.substr(0, length));
      EXPECT_THROW(read_image(path("cut")), FormatError) << name << " cut to " << length;
    }
  }
}

/// Flipping bytes must give an image or a FormatError, and under sanitizers nothing else.
TEST_F(ImageFile, random_damage_is_an_image_or_an_error) {
  std::mt19937 random(7);
  for (const char* name : {"a.png", "a.jpg", "a.tif"}) {
    write_image(path(name), noise(SampleType::u8, {17, 9, 3}).ref());
    const std::string whole = bytes_of(name);
    for (int trial = 0; trial < 300; ++trial) {
      std::string damaged = whole;
      for (int i = 0; i < 3; ++i) {
        // Mostly near the ends, where the headers and directories are.
        const size_t at = random() % 2 ? random() % 64 : random() % damaged.size();
        damaged[trial % 2 ? damaged.size() - 1 - at % damaged.size() : at % damaged.size()] =
            static_cast<char>(random());
      }
      try {
        read_image(write("damaged", damaged));
      } catch (const FormatError&) {
      }
    }
  }
}

}  // namespace
}  // namespace sepconv::io
