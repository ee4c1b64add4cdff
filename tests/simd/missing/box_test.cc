// Masked boxes of bytes in integers: means of what is valid under the window, rounded once with
// ties to even, on every target and in every strip; the ordinary box where nothing is missing.
#include "bytes_case.h"
#include "simd/box/rows.h"

namespace sepconv::simd {
namespace {

std::vector<double> flat(int64_t taps) {
  return std::vector<double>(taps, 1 / static_cast<double>(taps));
}

BytesCase box_case(int64_t width, int64_t channels, int64_t rows, int64_t pixels) {
  BytesCase c{41, width, channels, flat(rows)};
  c.along_rows = flat(pixels);
  return c;
}

TEST(MissingBox, is_used_for_means_of_bytes) {
  BytesCase c = box_case(30, 1, 3, 5);
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "int32");
  EXPECT_NEAR(c.plan().error_bound(), 0.5, 1e-9);
  c.options.scale = 2;
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "f32");
  EXPECT_EQ(box_case(30, 1, 250, 250).plan().explain().methods.at(0).arithmetic, "f32");
}

TEST(MissingBox, stays_within_its_bound_on_every_target) {
  on_every_target([] {
    for (const auto& [rows, pixels] :
         {std::pair{3, 3}, {1, 4}, {5, 1}, {2, 6}, {9, 9}, {31, 17}, {140, 9}}) {
      for (const int64_t channels : {1, 2, 3, 4}) {
        for (const IsValid& is_valid : {random_holes(50), random_holes(97)}) {
          BytesCase c = box_case(rows == 3 ? 260 : 67, channels, rows, pixels);
          c.fill(is_valid);
          c.check();
        }
      }
    }
  });
}

TEST(MissingBox, keeps_the_borders_of_images_of_any_width) {
  on_every_target([] {
    for (const Border border : {Border::zero, Border::constant, Border::replicate,
                                Border::symmetric, Border::reflect101, Border::wrap}) {
      for (const int64_t width : {1, 5, 40, 150}) {
        for (const int64_t taps : {3, 12}) {
          for (const int percent : {0, 80, 100}) {
            BytesCase c = box_case(width, 1, taps, taps);
            c.border = border;
            c.options.min_weight = 0.0501;
            c.options.fill = 7;
            c.fill(random_holes(percent));
            c.check();
          }
        }
      }
    }
  });
}

TEST(MissingBox, rounds_ties_to_even) {
  on_every_target([] {
    for (const int64_t rows : {3, 4, 30}) {
      BytesCase c = box_case(70, 1, rows, rows);
      c.fill(random_holes(60));
      const std::vector<uint8_t> out = c.run();
      for (int64_t y = 0; y < c.height; ++y) {
        for (int64_t x = 0; x < c.width; ++x) {
          int64_t sum = 0, count = 0;
          for (int64_t j = 0; j < rows; ++j) {
            for (int64_t i = 0; i < rows; ++i) {
              const int64_t at = border_index(y + j - rows / 2, c.height, c.border) * c.width +
                                 border_index(x + i - rows / 2, c.width, c.border);
              sum += c.mask[at] != 0 ? c.in[at] : 0;
              count += c.mask[at] != 0;
            }
          }
          ASSERT_EQ(out[y * c.width + x], count == 0 ? 0 : box_level(sum, count)) << x << ", " << y;
        }
      }
    }
  });
}

TEST(MissingBox, has_the_same_bits_on_every_target_and_in_every_strip) {
  for (const int64_t taps : {3, 9, 31, 150}) {
    BytesCase c{150, 2500, 1, flat(taps)};
    c.fill([](int64_t y, int64_t x, std::mt19937& random) {
      if (y < 40 || y > 120) return y < 40;  // whole and empty strips
      return x % 700 > 400 ? std::hypot(y - 75.0, x % 700 - 550.0) > 60 : random() % 4 == 0;
    });
    const std::vector<uint8_t> best = c.run();
    on_every_target([&] { EXPECT_EQ(c.run(), best); });
    for (const int threads : {2, 3, 5}) {
      c.options.threads = threads;
      EXPECT_EQ(c.run(), best);
    }
  }
}

TEST(MissingBox, is_the_ordinary_box_where_nothing_is_missing) {
  for (const Border border : {Border::reflect101, Border::constant, Border::replicate}) {
    for (const int64_t taps : {3, 9, 40}) {
      BytesCase c{70, 300, 1, flat(taps), border};
      c.fill(random_holes(0));
      const std::vector<uint8_t> masked = c.run();
      c.mask[150 * 35] = 0;
      const std::vector<uint8_t> nearly = c.run();
      c.options.missing = Missing::none;
      std::vector<uint8_t> plain(c.in.size());
      c.plan().run(ConstArrayRef::packed(c.in.data(), SampleType::u8, c.shape()),
                   ArrayRef::packed(plain.data(), SampleType::u8, c.shape()));
      EXPECT_EQ(masked, plain);
      EXPECT_TRUE(
          std::equal(plain.begin() + 60 * 300, plain.end() - 300, nearly.begin() + 60 * 300));
    }
  }
}

}  // namespace
}  // namespace sepconv::simd
