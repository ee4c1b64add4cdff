// Tests of src/reference/layer.cc against answers worked out by hand.
#include "reference/layer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace sepconv::reference {
namespace {

using Values = std::vector<double>;

Tensor row_of(const Values& values) {
  return {{1, 1, static_cast<int64_t>(values.size()), 1}, values};
}

Values run_row(const Values& values, const LayerStage& stage) {
  return run_stage(row_of(values), stage).values;
}

LayerStage taps(std::vector<float> weights, StageOptions options = {}) {
  const Extent kernel{1, static_cast<int64_t>(weights.size())};
  return conv2d(std::move(weights), 1, kernel, std::move(options));
}

TEST(ReferenceLayer, kernels_are_correlated_not_flipped) {
  EXPECT_EQ(run_row({0, 0, 1, 0, 0}, taps({1, 2, 3})), (Values{0, 3, 2, 1, 0}));
  EXPECT_EQ(run_row({0, 0, 1, 0, 0}, taps({1, 2, 3}, {.padding = Padding::valid})),
            (Values{3, 2, 1}));
}

TEST(ReferenceLayer, same_puts_the_odd_zero_after_the_map) {
  EXPECT_EQ(run_row({1, 2, 4}, taps({1, 10})), (Values{21, 42, 4}));
  // 4 positions, stride 2: one zero in all, after the map; 5 positions: one on either side
  EXPECT_EQ(run_row({1, 2, 4, 8}, taps({1, 1, 1}, {.strides = {1, 2}})), (Values{7, 12}));
  EXPECT_EQ(run_row({1, 2, 4, 8, 16}, taps({1, 1, 1}, {.strides = {1, 2}})), (Values{3, 14, 24}));
}

TEST(ReferenceLayer, margins_are_zeros_on_each_side) {
  const Margins margins{.left = 2, .right = 1};
  EXPECT_EQ(run_row({1, 2}, taps({1, 10, 100}, {.padding = margins})), (Values{100, 210, 21}));
}

TEST(ReferenceLayer, dilated_taps_are_that_far_apart) {
  const StageOptions options{.dilation = {1, 2}, .padding = Padding::valid};
  EXPECT_EQ(run_row({1, 2, 4, 8, 16}, taps({1, 10}, options)), (Values{41, 82, 164}));
}

TEST(ReferenceLayer, output_channel_c_m_of_a_depthwise_stage_is_channel_c_under_filter_m) {
  const Tensor in{{1, 1, 1, 2}, {3, 5}};
  EXPECT_EQ(run_stage(in, depthwise_conv2d({1, 10, 100, 1000}, 2, {1, 1})).values,
            (Values{3, 30, 500, 5000}));
}

TEST(ReferenceLayer, groups_do_not_mix) {
  const Tensor in{{1, 1, 1, 4}, {1, 2, 3, 4}};
  EXPECT_EQ(run_stage(in, conv2d({1, 10, 100, 1000}, 2, {}, {}, 2)).values, (Values{21, 4300}));
}

TEST(ReferenceLayer, a_pointwise_stage_is_a_matrix_times_each_pixel) {
  const Tensor in{{1, 2, 1, 2}, {1, 2, 3, 4}};
  const StageOptions options{.bias = {0, 0, 100}};
  const Tensor out = run_stage(in, conv2d({1, 0, 0, 1, 1, 1}, 3, {}, options));
  EXPECT_EQ(out.shape, (TensorShape{1, 2, 1, 3}));
  EXPECT_EQ(out.values, (Values{1, 2, 103, 3, 4, 107}));
}

TEST(ReferenceLayer, the_classical_case_gives_5x5x128) {
  Tensor in = zeros({1, 7, 7, 3});
  std::iota(in.values.begin(), in.values.end(), 0);
  const auto ones = [](size_t count) { return std::vector<float>(count, 1); };
  const Tensor out = run_layer(
      in, separable_conv2d(depthwise_conv2d(ones(27), 3, {3, 3}, {.padding = Padding::valid}),
                           conv2d(ones(3 * 128), 128)));
  EXPECT_EQ(out.shape, (TensorShape{1, 5, 5, 128}));
  // the mean of the 27 values under a window lies at its middle: (1, 1), channel 1, is 25
  EXPECT_EQ(out.at(0, 0, 0, 0), 27 * 25);
  EXPECT_EQ(out.at(0, 4, 4, 127), 27 * (25 + 4 * 21 + 4 * 3));
}

TEST(ReferenceLayer, adds_its_input_after_the_activation) {
  const Tensor in{{1, 1, 1, 2}, {-1, 2}};
  LayerStage stage = conv2d({1, 0, 0, 1}, 2, {}, {.activation = {.kind = ActivationKind::relu}});
  stage.adds_input = true;
  EXPECT_EQ(run_layer(in, {stage}).values, (Values{-1, 4}));
}

TEST(ReferenceLayer, batches_do_not_mix_and_strides_are_followed) {
  const float planes[] = {1, 2, 3, 4, 5, 6, 7, 8};  // batch 2, 2 channels, 1x2
  const Tensor in = read({planes, {2, 1, 2, 2}, TensorLayout::nchw});
  EXPECT_EQ(in.values, (Values{1, 3, 2, 4, 5, 7, 6, 8}));
  EXPECT_EQ(run_stage(in, conv2d({1, 1}, 1)).values, (Values{4, 6, 12, 14}));
}

double at(ActivationKind kind, double value) {
  return activate({.kind = kind, .low = -1, .high = 2, .slope = 0.5f, .slopes = {0, 3}}, value, 1);
}

TEST(ReferenceLayer, activations_are_those_of_the_public_header) {
  EXPECT_EQ(at(ActivationKind::none, -7), -7);
  EXPECT_EQ(at(ActivationKind::relu, -7), 0);
  EXPECT_EQ(at(ActivationKind::relu6, 7), 6);
  EXPECT_EQ(at(ActivationKind::clip, 7), 2);
  EXPECT_EQ(at(ActivationKind::clip, -7), -1);
  EXPECT_EQ(at(ActivationKind::leaky_relu, -7), -3.5);
  EXPECT_EQ(at(ActivationKind::prelu, -7), -21);
  EXPECT_EQ(at(ActivationKind::prelu, 7), 7);
  EXPECT_EQ(at(ActivationKind::hard_sigmoid, 0), 0.5);
  EXPECT_EQ(at(ActivationKind::hard_swish, 4), 4);
  EXPECT_EQ(at(ActivationKind::hard_swish, -1.5), -1.5 * 0.25);
  EXPECT_DOUBLE_EQ(at(ActivationKind::swish, 2), 2 / (1 + std::exp(-2)));
  EXPECT_NEAR(at(ActivationKind::gelu, 1), 0.8413447460685429, 1e-15);
}

}  // namespace
}  // namespace sepconv::reference
