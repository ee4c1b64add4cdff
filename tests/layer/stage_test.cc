// Tests of src/layer/stage.cc: what makers make, and normalisations taken into weights.
#include <gtest/gtest.h>

#include <cmath>

#include "reference/layer.h"
#include "sepconv/error.h"

namespace sepconv {
namespace {

TEST(LayerStage, a_depthwise_maker_counts_its_filters) {
  const LayerStage stage = depthwise_conv2d(std::vector<float>(3 * 2 * 9), 3, {3, 3});
  EXPECT_EQ(stage.groups, 3);
  EXPECT_EQ(stage.out_channels, 6);
  EXPECT_THROW(depthwise_conv2d({1}, 1, {0, 3}), InvalidArgument);
}

TEST(LayerStage, an_inverted_residual_adds_in_its_last_stage) {
  const auto stages =
      inverted_residual(conv2d({1}, 1), depthwise_conv2d({1}, 1, {}), conv2d({1}, 1));
  ASSERT_EQ(stages.size(), 3);
  EXPECT_FALSE(stages[0].adds_input);
  EXPECT_TRUE(stages[2].adds_input);
}

TEST(LayerStage, a_batch_norm_is_taken_into_weights_and_bias) {
  const BatchNorm norm{.gamma = {2, -1}, .beta = {0.5, 3}, .mean = {1, -2}, .variance = {4, 0.25}};
  LayerStage stage = conv2d({1, 2, 3, 4}, 2);
  stage.options.bias = {10, 20};
  const reference::Tensor in{{1, 1, 1, 2}, {5, 7}};
  const auto before = reference::run_stage(in, stage).values;
  const auto after = reference::run_stage(in, with_batch_norm(stage, norm)).values;
  for (int o = 0; o < 2; ++o) {
    const double scale = norm.gamma[o] / std::sqrt(norm.variance[o] + norm.epsilon);
    EXPECT_NEAR(after[o], (before[o] - norm.mean[o]) * scale + norm.beta[o], 1e-5);
  }
}

TEST(LayerStage, a_batch_norm_without_a_bias_makes_one) {
  const BatchNorm norm{.gamma = {1}, .beta = {5}, .mean = {2}, .variance = {1}, .epsilon = 0};
  EXPECT_EQ(with_batch_norm(conv2d({1}, 1), norm).options.bias, std::vector<float>{3});
}

TEST(LayerStage, a_batch_norm_refuses_other_sizes_and_stages_that_are_activated) {
  const BatchNorm norm{.gamma = {1}, .beta = {5}, .mean = {2}, .variance = {1}};
  EXPECT_THROW(with_batch_norm(conv2d({1, 1}, 2), norm), InvalidArgument);
  const StageOptions relu{.activation = {.kind = ActivationKind::relu}};
  EXPECT_THROW(with_batch_norm(conv2d({1}, 1, {}, relu), norm), InvalidArgument);
}

TEST(LayerStage, activations_have_names) {
  EXPECT_STREQ(name(ActivationKind::none), "none");
  EXPECT_STREQ(name(ActivationKind::leaky_relu), "leaky_relu");
  EXPECT_STREQ(name(ActivationKind::gelu), "gelu");
}

}  // namespace
}  // namespace sepconv
