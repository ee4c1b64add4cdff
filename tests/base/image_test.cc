// Tests of src/base/image.cc and include/sepconv/image.h: types, shapes, views and what they
// refuse.
#include "sepconv/image.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

// What must not compile: views of temporaries, and outputs that are const.
static_assert(!std::is_convertible_v<Image<float>&&, ImageView<const float>>);
static_assert(!std::is_convertible_v<const Image<float>&, ImageView<float>>);
static_assert(!std::is_constructible_v<ImageRef, const Image<float>&>);
static_assert(!std::is_constructible_v<ImageRef, ImageView<const float>>);
static_assert(std::is_constructible_v<ConstImageRef, ImageView<const float>>);
static_assert(std::is_convertible_v<ImageView<float>, ImageView<const float>>);

TEST(Image, sample_types_have_names_and_sizes) {
  EXPECT_STREQ(name(SampleType::u8), "u8");
  EXPECT_STREQ(name(SampleType::u16), "u16");
  EXPECT_STREQ(name(SampleType::i16), "i16");
  EXPECT_STREQ(name(SampleType::f32), "f32");
  EXPECT_STREQ(name(SampleType::f64), "f64");
  EXPECT_EQ(sample_bytes(SampleType::u8), 1);
  EXPECT_EQ(sample_bytes(SampleType::u16), 2);
  EXPECT_EQ(sample_bytes(SampleType::i16), 2);
  EXPECT_EQ(sample_bytes(SampleType::f32), 4);
  EXPECT_EQ(sample_bytes(SampleType::f64), 8);
}

TEST(Image, sample_type_of_ignores_const) {
  EXPECT_EQ(sample_type_of<uint8_t>, SampleType::u8);
  EXPECT_EQ(sample_type_of<const uint16_t>, SampleType::u16);
  EXPECT_EQ(sample_type_of<const int16_t>, SampleType::i16);
  EXPECT_EQ(sample_type_of<float>, SampleType::f32);
  EXPECT_EQ(sample_type_of<double>, SampleType::f64);
}

TEST(Image, shape_prints_as_width_x_height_x_channels) {
  EXPECT_EQ(to_string(ImageShape{640, 480, 3}), "640x480x3");
  EXPECT_EQ(to_string(ImageShape{1, 2}), "1x2x1");
}

TEST(Image, starts_all_zero_with_packed_rows) {
  const Image<uint16_t> image({3, 2, 4});
  EXPECT_EQ(image.row(1) - image.row(0), 12);
  for (int i = 0; i < 24; ++i) EXPECT_EQ(image.row(0)[i], 0);
}

TEST(Image, view_writes_through_to_its_image) {
  Image<float> image({3, 2});
  ImageView<float> view = image;
  view.row(1)[2] = 5;
  EXPECT_EQ(image.row(1)[2], 5);
  EXPECT_EQ(view.row_stride, 3);
}

TEST(Image, view_steps_rows_by_its_stride) {
  float samples[20] = {};
  const ImageView<float> padded(samples, {3, 2}, 10);
  EXPECT_EQ(padded.row(1), samples + 10);
  const ImageView<float> upside_down(samples + 10, {3, 2}, -10);
  EXPECT_EQ(upside_down.row(1), samples);
}

TEST(Image, refs_remember_type_shape_and_stride) {
  Image<int16_t> image({5, 4, 2});
  const ImageRef out = image;
  EXPECT_EQ(out.type, SampleType::i16);
  EXPECT_EQ(out.data, image.row(0));
  EXPECT_EQ(out.row_stride, 10);
  const ConstImageRef in = out;
  EXPECT_EQ(in.type, SampleType::i16);
  EXPECT_EQ(in.shape, (ImageShape{5, 4, 2}));
  EXPECT_EQ(in.row_stride, 10);
}

}  // namespace
}  // namespace sepconv
