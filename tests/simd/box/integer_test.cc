// Boxes of bytes in integers: vector code against plain sums, bit for bit, on every target.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "simd/box/rows.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

struct Shape {
  int64_t column, row;
  int channels;
  int64_t width;
};

/// A strip of random bytes without borders: the rows hold all columns that the windows reach.
struct BoxCase {
  BoxCase(const Shape& shape, int64_t divisor_excess) {
    std::mt19937 random(static_cast<uint32_t>(shape.column * 1000 + shape.row * 10));
    weights.column = shape.column;
    weights.row = shape.row;
    weights.channels = shape.channels;
    const int64_t window = shape.column * shape.row;
    weights.quotient = pack_level_quotient(window + divisor_excess, window * 255);
    samples = shape.width * shape.channels;
    width = samples + (shape.row - 1) * shape.channels;
    const int64_t rows = out_rows + shape.column + 3;
    pixels.resize(rows * width);
    for (uint8_t& p : pixels) p = static_cast<uint8_t>(random() % 4 == 0 ? 255 : random());
    for (int64_t j = 0; j < rows; ++j) row_pointers.push_back(&pixels[j * width]);
  }

  std::vector<uint8_t> run() {
    const Segment segment{0, 0, width};
    Strip strip;
    strip.rows = row_pointers.data();
    strip.segments = &segment;
    strip.segment_count = 1;
    std::vector<uint8_t> out(out_rows * samples);
    strip.out = out.data();
    strip.out_stride_bytes = samples;
    strip.out_rows = out_rows;
    strip.out_samples = samples;
    strip.scratch_zero = 64;
    strip.scratch_stride = 64 + width + kOverrun;
    std::vector<int32_t> scratch((kRowsTogether + kBoxPartialRows) * strip.scratch_stride);
    strip.scratch = scratch.data();
    convolve_strip_box(strip, weights);
    return out;
  }

  std::vector<uint8_t> expected() const {
    std::vector<int64_t> columns(width);
    std::vector<uint8_t> out;
    for (int64_t y = 0; y < out_rows; ++y) {
      std::fill(columns.begin(), columns.end(), 0);
      for (int64_t j = 0; j < weights.column; ++j) {
        for (int64_t x = 0; x < width; ++x) columns[x] += pixels[(y + j) * width + x];
      }
      for (int64_t x = 0; x < samples; ++x) {
        int64_t sum = 0;
        for (int64_t i = 0; i < weights.row; ++i) sum += columns[x + i * weights.channels];
        out.push_back(box_level(sum, weights.quotient.divisor));
      }
    }
    return out;
  }

  BoxWeights weights;
  int64_t samples = 0, width = 0;
  const int64_t out_rows = 6;
  std::vector<uint8_t> pixels;
  std::vector<const void*> row_pointers;
};

TEST(IntegerBox, every_target_gives_the_levels_of_plain_sums) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const int64_t column : {1, 2, 3, 8, 31, 128, 129}) {
      for (const int64_t row : {1, 2, 3, 4, 5, 7, 8, 16, 31, 101, 240}) {
        for (const int channels : {1, 2, 3, 4}) {
          for (const int64_t width : {1, 7, 16, 33, 131}) {
            const Shape shape{column, row, channels, width};
            if (column * row * 255 > kLargestBoxSum) continue;
            BoxCase c(shape, width % 2 == 0 ? 0 : width / 7);
            ASSERT_EQ(c.run(), c.expected()) << target.name << ", " << column << " x " << row
                                             << ", " << channels << " channels, width " << width;
          }
        }
      }
    }
  }
  force_target(0);
}

TEST(IntegerBox, largest_sums_do_not_wrap_around) {
  for (const Shape& shape : {Shape{128, 245, 1, 70}, {129, 243, 3, 20}, {16, 16, 1, 70}}) {
    BoxCase c(shape, 0);
    for (const uint8_t level : {0, 255}) {
      std::fill(c.pixels.begin(), c.pixels.end(), level);
      for (const uint8_t out : c.run()) ASSERT_EQ(out, level);
    }
  }
}

TEST(BoxLevel, rounds_to_nearest_and_ties_to_even) {
  EXPECT_EQ(box_level(1, 2), 0);
  EXPECT_EQ(box_level(3, 2), 2);
  EXPECT_EQ(box_level(13, 9), 1);
  EXPECT_EQ(box_level(14, 9), 2);
}

/// The sums next to all ties between levels, and their exact levels.
template <class Expect>
void for_sums_near_ties(int64_t divisor, int64_t largest, const Expect& expect) {
  for (int64_t level = 0; level < 256; ++level) {
    const int64_t tie = (2 * level + 1) * divisor / 2;
    for (int64_t sum = std::max<int64_t>(tie - 1, 0); sum <= std::min(tie + 2, largest); ++sum) {
      expect(sum, box_level(sum, divisor));
    }
  }
}

TEST(LevelQuotient, is_exact_in_16_bits_wherever_it_says_so) {
  int narrow = 0;
  for (int64_t divisor = 1; divisor <= 256; ++divisor) {
    const LevelQuotient q = pack_level_quotient(divisor, 255 * divisor);
    if (!q.is_narrow) continue;
    ++narrow;
    for (int64_t sum = 0; sum <= 255 * divisor; ++sum) {
      const int64_t raised = sum + divisor / 2;
      ASSERT_EQ(raised * q.multiplier >> (16 + q.shift), raised / divisor) << sum << "/" << divisor;
    }
  }
  EXPECT_GT(narrow, 220);
  EXPECT_FALSE(pack_level_quotient(257, 255 * 257).is_narrow);
}

TEST(LevelQuotient, is_exact_in_floats) {
  std::mt19937 random(1);
  for (int n = 0; n < 3000; ++n) {
    const int64_t divisor = 2 + random() % (kLargestBoxSum / 255 - 1), largest = 255 * divisor;
    const LevelQuotient q = pack_level_quotient(divisor, largest);
    for_sums_near_ties(divisor, largest, [&](int64_t sum, uint8_t level) {
      const float value = static_cast<float>(sum);
      const float quotient =
          q.is_plain ? value * q.reciprocal : std::fma(value, q.reciprocal, value * q.rest);
      ASSERT_EQ(std::nearbyint(quotient), level) << sum << "/" << divisor;
      ASSERT_EQ(std::nearbyint(value / static_cast<float>(divisor)), level);
    });
  }
}

}  // namespace
}  // namespace sepconv::simd
