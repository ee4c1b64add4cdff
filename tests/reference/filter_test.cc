// Tests of src/reference/filter.cc against answers worked out by hand.
#include "reference/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sepconv::reference {
namespace {

using Values = std::vector<double>;

Image<double> row_image(const Values& samples) {
  Image<double> image({static_cast<int64_t>(samples.size()), 1});
  std::copy(samples.begin(), samples.end(), image.row(0));
  return image;
}

Kernel row_kernel(const Values& taps) {
  return Kernel({1, static_cast<int64_t>(taps.size())}, taps);
}

// The letters that a border gives for the row a b c d, from 6 before it to 6 after it.
std::string letters(Border border) {
  const Image<double> image = row_image({'a', 'b', 'c', 'd'});
  std::string text;
  for (int64_t x = -6; x < 10; ++x) {
    text += static_cast<char>(sample_at(image, x, 0, 0, border, 'v'));
  }
  return text;
}

TEST(ReferenceBorder, letters_are_those_of_the_public_header) {
  EXPECT_EQ(letters(Border::zero), std::string(6, '\0') + "abcd" + std::string(6, '\0'));
  EXPECT_EQ(letters(Border::constant), "vvvvvvabcdvvvvvv");
  EXPECT_EQ(letters(Border::replicate), "aaaaaaabcddddddd");
  EXPECT_EQ(letters(Border::symmetric), "cddcbaabcddcbaab");
  EXPECT_EQ(letters(Border::reflect101), "abcdcbabcdcbabcd");
  EXPECT_EQ(letters(Border::wrap), "cdabcdabcdabcdab");
}

TEST(ReferenceBorder, columns_follow_the_same_rule_as_rows) {
  Image<double> column({1, 4});
  for (int y = 0; y < 4; ++y) column.row(y)[0] = 'a' + y;
  std::string text;
  for (int64_t y = -6; y < 10; ++y) {
    text += static_cast<char>(sample_at(column, 0, y, 0, Border::reflect101, 0));
  }
  EXPECT_EQ(text, letters(Border::reflect101));
}

TEST(ReferenceBorder, a_single_sample_reflects_onto_itself) {
  const Image<double> image = row_image({7});
  for (const Border border :
       {Border::replicate, Border::symmetric, Border::reflect101, Border::wrap}) {
    for (int64_t x = -3; x <= 3; ++x) EXPECT_EQ(sample_at(image, x, 0, 0, border, 0), 7);
  }
}

TEST(ReferenceFilter, correlation_of_an_impulse_is_the_kernel_turned_about) {
  Image<double> image({5, 5});
  image.row(2)[2] = 1;
  const Kernel kernel({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Values out = filter(image, kernel, {.border = Border::zero});
  EXPECT_EQ(out,
            (Values{0, 0, 0, 0, 0, 0, 9, 8, 7, 0, 0, 6, 5, 4, 0, 0, 3, 2, 1, 0, 0, 0, 0, 0, 0}));
}

TEST(ReferenceFilter, convolution_of_an_impulse_is_the_kernel) {
  Image<double> image({3, 3});
  image.row(1)[1] = 1;
  const Kernel kernel({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(filter(image, kernel, {.border = Border::zero, .convolve = true}), kernel.taps());
}

TEST(ReferenceFilter, an_even_kernel_sits_on_tap_size_over_2) {
  const Image<double> image = row_image({1, 2, 4, 8});
  const FilterOptions zero = {.border = Border::zero};
  EXPECT_EQ(filter(image, row_kernel({10, 1}), zero), (Values{1, 12, 24, 48}));
  EXPECT_EQ(filter(image, row_kernel({1000, 100, 10, 1}), zero), (Values{12, 124, 1248, 2480}));
}

TEST(ReferenceFilter, an_anchor_shifts_the_output) {
  const Image<double> image = row_image({1, 2, 4, 8});
  const Kernel kernel = row_kernel({10, 1}).with_anchor({0, 0});
  EXPECT_EQ(filter(image, kernel, {.border = Border::zero}), (Values{12, 24, 48, 80}));
}

TEST(ReferenceFilter, convolution_with_an_anchor_turns_the_anchor_too) {
  Image<double> image = row_image({0, 0, 1, 0, 0});
  const Kernel kernel = row_kernel({1, 2, 3}).with_anchor({0, 0});
  EXPECT_EQ(filter(image, kernel, {.border = Border::zero, .convolve = true}),
            (Values{0, 0, 1, 2, 3}));
}

TEST(ReferenceFilter, a_kernel_larger_than_the_image_sees_the_border_many_times) {
  const Image<double> image = row_image({1, 2});
  const Kernel nine = row_kernel(Values(9, 1.0));
  EXPECT_EQ(filter(image, nine, {.border = Border::zero}), (Values{3, 3}));
  EXPECT_EQ(filter(image, nine, {.border = Border::wrap}), (Values{13, 14}));
}

TEST(ReferenceFilter, a_constant_border_counts_with_its_value) {
  const Image<double> image = row_image({1, 2});
  const FilterOptions options = {.border = Border::constant, .border_value = 10};
  EXPECT_EQ(filter(image, row_kernel({1, 1, 1}), options), (Values{13, 13}));
}

TEST(ReferenceFilter, roi_is_a_piece_of_the_whole_answer) {
  const Image<double> image = row_image({1, 2, 4, 8, 16});
  const FilterOptions options = {.border = Border::zero, .roi = Rect{3, 0, 2, 1}};
  EXPECT_EQ(filter(image, row_kernel({1, 1, 1}), options), (Values{28, 24}));
}

TEST(ReferenceFilter, channels_do_not_mix_and_strides_are_followed) {
  const uint8_t samples[] = {1, 10, 2, 20, 99, 3, 30, 4, 40, 99};
  const ImageView<const uint8_t> image(samples, {2, 2, 2}, 5);
  const Values out = filter(image, Kernel({2, 1}, {1, 1}), {.border = Border::zero});
  EXPECT_EQ(out, (Values{1, 10, 2, 20, 4, 40, 6, 60}));
}

TEST(ReferenceFilter, scale_and_offset_come_after_the_sum) {
  const Image<double> image = row_image({1, 2});
  EXPECT_EQ(filter(image, row_kernel({3}), {.scale = 0.5, .offset = 100}), (Values{101.5, 103}));
}

TEST(ReferenceFilter, every_sample_type_is_read_in_full_range) {
  const auto read = [](auto sample) {
    Image<decltype(sample)> image({1, 1});
    image.row(0)[0] = sample;
    return sample_at(image, 0, 0, 0, Border::zero, 0);
  };
  EXPECT_EQ(read(uint8_t{255}), 255);
  EXPECT_EQ(read(uint16_t{65535}), 65535);
  EXPECT_EQ(read(int16_t{-32768}), -32768);
  EXPECT_EQ(read(0.1f), static_cast<double>(0.1f));
  EXPECT_EQ(read(0.1), 0.1);
}

TEST(ReferenceRounding, ties_go_to_even_and_ranges_clamp) {
  EXPECT_EQ(round_to(SampleType::u8, 0.5), 0);
  EXPECT_EQ(round_to(SampleType::u8, 1.5), 2);
  EXPECT_EQ(round_to(SampleType::u8, 2.5), 2);
  EXPECT_EQ(round_to(SampleType::u8, 2.5000001), 3);
  EXPECT_EQ(round_to(SampleType::u8, -3), 0);
  EXPECT_EQ(round_to(SampleType::u8, 255.7), 255);
  EXPECT_EQ(round_to(SampleType::u16, 70000), 65535);
  EXPECT_EQ(round_to(SampleType::i16, -2.5), -2);
  EXPECT_EQ(round_to(SampleType::i16, -1e9), -32768);
  EXPECT_EQ(round_to(SampleType::f32, 0.1), static_cast<double>(0.1f));
  EXPECT_EQ(round_to(SampleType::f64, 0.1), 0.1);
}

}  // namespace
}  // namespace sepconv::reference
