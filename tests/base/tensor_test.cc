// Tests of src/base/tensor.cc: shapes as text, and where values of packed tensors lie.
#include "sepconv/tensor.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace sepconv {
namespace {

static_assert(!std::is_constructible_v<TensorRef, const float*, TensorShape>);

constexpr TensorShape kShape{2, 3, 5, 7};

TEST(Tensor, shape_prints_as_batch_x_height_x_width_x_channels) {
  EXPECT_EQ(to_string(kShape), "2x3x5x7");
  EXPECT_EQ(value_count(kShape), 210);
}

TEST(Tensor, packed_strides_are_those_of_the_layout) {
  EXPECT_EQ(packed_strides(kShape, TensorLayout::nhwc), (TensorStrides{105, 35, 7, 1}));
  EXPECT_EQ(packed_strides(kShape, TensorLayout::nchw), (TensorStrides{105, 5, 1, 15}));
}

TEST(Tensor, an_output_is_an_input_too) {
  float values[210];
  const TensorRef out(values, kShape, TensorLayout::nchw);
  const ConstTensorRef in = out;
  EXPECT_EQ(in.data, values);
  EXPECT_EQ(in.type, SampleType::f32);
  EXPECT_EQ(in.shape, kShape);
  EXPECT_EQ(in.strides, out.strides);
}

}  // namespace
}  // namespace sepconv
