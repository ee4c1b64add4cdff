// Borders: the letters of the documentation, and the columns of strips.
#include "filter/border.h"

#include <gtest/gtest.h>

#include "reference/filter.h"

namespace sepconv {
namespace {

// The n samples on each side of a row "abcd", as the border makes them; '.' is no sample.
std::string letters(Border border, int64_t reach) {
  const std::string row = "abcd";
  std::string text;
  for (int64_t i = -reach; i < 4 + reach; ++i) {
    const int64_t index = border_index(i, 4, border);
    text += index == kNoSample ? '.' : row[index];
  }
  return text;
}

TEST(BorderIndex, is_what_the_documentation_draws) {
  EXPECT_EQ(letters(Border::zero, 3), "...abcd...");
  EXPECT_EQ(letters(Border::constant, 3), "...abcd...");
  EXPECT_EQ(letters(Border::replicate, 3), "aaaabcdddd");
  EXPECT_EQ(letters(Border::symmetric, 3), "cbaabcddcb");
  EXPECT_EQ(letters(Border::reflect101, 3), "dcbabcdcba");
  EXPECT_EQ(letters(Border::wrap, 3), "bcdabcdabc");
}

TEST(BorderIndex, folds_any_distance_like_the_reference) {
  uint8_t row[7] = {0, 1, 2, 3, 4, 5, 6};
  for (const int64_t size : {1, 2, 3, 7}) {
    const ConstImageRef image(row, SampleType::u8, {size, 1, 1}, size);
    for (const Border border :
         {Border::replicate, Border::symmetric, Border::reflect101, Border::wrap}) {
      for (int64_t i = -40; i < 40; ++i) {
        EXPECT_EQ(border_index(i, size, border), reference::sample_at(image, i, 0, 0, border, 0))
            << name(border) << " " << i << " of " << size;
      }
    }
  }
}

// Replays what the engine does with a strip: copies segments, then edges; '.' where filled.
std::string replay(const StripColumns& columns, const std::string& image, const Reach& reach) {
  std::string scratch(200, '?');
  const int64_t zero = 100;
  for (const auto& segment : columns.segments) {
    for (int64_t i = 0; i < segment.count; ++i) {
      scratch[zero + segment.place + i] = image[segment.source + i];
    }
  }
  for (const auto& edge : columns.edges) {
    scratch[zero + edge.place] = edge.from == simd::kFill ? '.' : scratch[zero + edge.from];
  }
  return scratch.substr(zero - reach.left, reach.left + columns.width + reach.right);
}

TEST(StripColumns, holds_every_column_that_the_outputs_reach) {
  const std::string image = "abcdefghijklmnopqrstuvwxyz";
  const int64_t width = static_cast<int64_t>(image.size());
  for (const Border border :
       {Border::zero, Border::replicate, Border::symmetric, Border::reflect101, Border::wrap}) {
    for (const Reach reach : {Reach{0, 0}, {2, 3}, {7, 1}, {40, 33}}) {
      for (int64_t x = 0; x < width; x += 5) {
        for (const int64_t count : {int64_t{1}, int64_t{5}, width - x}) {
          if (x + count > width) continue;
          const StripColumns columns = strip_columns({width, 1, 1}, x, count, reach, border);
          std::string expected;
          for (int64_t i = x - reach.left; i < x + count + reach.right; ++i) {
            const int64_t index = border_index(i, width, border);
            expected += index == kNoSample ? '.' : image[index];
          }
          EXPECT_EQ(replay(columns, image, reach), expected) << name(border) << " at " << x;
        }
      }
    }
  }
}

TEST(StripColumns, keeps_the_channels_of_a_pixel_together) {
  const StripColumns columns = strip_columns({4, 1, 3}, 0, 4, {1, 1}, Border::replicate);
  ASSERT_EQ(columns.segments.size(), 1u);
  EXPECT_EQ(columns.segments[0].count, 12);
  ASSERT_EQ(columns.edges.size(), 6u);
  EXPECT_EQ(columns.edges[1].place, -2);
  EXPECT_EQ(columns.edges[1].from, 1);
  EXPECT_EQ(columns.edges[5].place, 14);
  EXPECT_EQ(columns.edges[5].from, 11);
  EXPECT_EQ(columns.first_place(), -3);
  EXPECT_EQ(columns.last_place(), 15);
}

}  // namespace
}  // namespace sepconv
