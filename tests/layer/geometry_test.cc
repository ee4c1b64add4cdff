// Tests of src/layer/geometry.cc: sizes against the reference's, and the requests it refuses.
#include "layer/geometry.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "reference/layer.h"
#include "sepconv/error.h"

namespace sepconv {
namespace {

std::vector<float> ones(int64_t count) { return std::vector<float>(count, 1.0f); }

// What a refused request is told; empty if it is not.
std::string refusal(const TensorShape& in, const LayerStage& stage) {
  try {
    checked_geometry(in, {stage});
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

TEST(LayerGeometry, agrees_with_the_reference_on_random_stages) {
  std::mt19937 random(3);
  const auto up_to = [&](int64_t most) { return static_cast<int64_t>(1 + random() % most); };
  for (int trial = 0; trial < 500; ++trial) {
    const TensorShape in{1, up_to(20), up_to(20), 1};
    const Extent kernel{up_to(5), up_to(5)};
    StageOptions options{.strides = {up_to(4), up_to(4)}, .dilation = {up_to(3), up_to(3)}};
    if (trial % 3 == 1) options.padding = Padding::valid;
    if (trial % 3 == 2) {
      const int64_t y = (kernel.height - 1) * options.dilation.height + 1;
      const int64_t x = (kernel.width - 1) * options.dilation.width + 1;
      options.padding = Margins{up_to(y + 1) - 1, up_to(y) - 1, up_to(x) - 1, up_to(x + 1) - 1};
    }
    const LayerStage stage = conv2d(ones(kernel.height * kernel.width), 1, kernel, options);
    if (!refusal(in, stage).empty()) continue;
    EXPECT_EQ(checked_geometry(in, {stage})[0].out,
              reference::run_stage(reference::zeros(in), stage).shape)
        << "trial " << trial;
  }
}

TEST(LayerGeometry, stages_follow_each_other) {
  const auto chain = checked_geometry(
      {2, 7, 7, 3}, {depthwise_conv2d(ones(27), 3, {3, 3}, {.padding = Padding::valid}),
                     conv2d(ones(3 * 128), 128)});
  EXPECT_EQ(chain[0].out, (TensorShape{2, 5, 5, 3}));
  EXPECT_EQ(chain[1].out, (TensorShape{2, 5, 5, 128}));
}

TEST(LayerGeometry, stages_have_names) {
  EXPECT_EQ(stage_name(depthwise_conv2d(ones(27), 3, {3, 3}), 3), "depthwise 3x3");
  EXPECT_EQ(stage_name(conv2d(ones(3), 1), 3), "pointwise 1x1");
  EXPECT_EQ(stage_name(conv2d(ones(21), 1, {1, 7}), 3), "convolution 1x7");
  EXPECT_EQ(stage_name(conv2d(ones(4), 2, {}, {}, 2), 4), "grouped 1x1");
}

TEST(LayerGeometry, refusals_name_the_stage_what_was_got_and_what_was_expected) {
  EXPECT_EQ(refusal({1, 7, 7, 4}, conv2d(ones(6), 2)),
            "layer: stage 0 (pointwise 1x1): weights has 6 values; expected 8 = 2 filters x 4 "
            "channels x 1 x 1 (in has 4 channels)");
  EXPECT_EQ(refusal({1, 7, 2, 1}, conv2d(ones(9), 1, {3, 3}, {.padding = Padding::valid})),
            "layer: stage 0 (convolution 3x3): the kernel covers 3 positions; the padded map has "
            "only 2 (1x7x2x1 in)");
  EXPECT_EQ(refusal({1, 7, 7, 1}, conv2d(ones(9), 1, {3, 3}, {.padding = Margins{4, 0, 0, 0}})),
            "layer: stage 0 (convolution 3x3): padding is 4; expected 0 to 3, no more than "
            "the kernel covers");
}

TEST(LayerGeometry, refuses_what_has_no_meaning) {
  const TensorShape in{1, 7, 7, 2};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(refusal({1, 0, 7, 2}, conv2d(ones(2), 1)), "");
  EXPECT_NE(refusal({1 << 28, 1 << 28, 1 << 28, 1}, conv2d(ones(1), 1)), "");
  EXPECT_NE(refusal(in, conv2d({1, nan}, 1)), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.bias = {1, 2}})), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.bias = {nan}})), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.strides = {0, 1}})), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.dilation = {1, -1}})), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {-1, -1})), "");
  EXPECT_NE(refusal(in, conv2d(ones(2), 0)), "");
  EXPECT_NE(refusal(in, conv2d(ones(6), 3, {}, {}, 2)), "");
  const Activation reversed{.kind = ActivationKind::clip, .low = 2, .high = 1};
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.activation = reversed})), "");
  const Activation slopes{.kind = ActivationKind::prelu, .slopes = {1, 2}};
  EXPECT_NE(refusal(in, conv2d(ones(2), 1, {}, {.activation = slopes})), "");
  EXPECT_THROW(checked_geometry(in, {}), InvalidArgument);
}

TEST(LayerGeometry, refuses_an_input_that_cannot_be_added) {
  LayerStage stage = conv2d(ones(2), 1);
  stage.adds_input = true;
  EXPECT_NE(refusal({1, 7, 7, 2}, stage), "");
  stage = conv2d(ones(4), 2);
  stage.adds_input = true;
  EXPECT_EQ(refusal({1, 7, 7, 2}, stage), "");
  EXPECT_THROW(checked_geometry({1, 7, 7, 2}, {stage, conv2d(ones(4), 2)}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
