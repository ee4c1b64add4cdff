// LayerPlan: against the reference in double over random chains, and what its bits may not depend
// on.
#include <gtest/gtest.h>

#include "layer/chains.h"
#include "layer/plan_impl.h"
#include "reference/layer.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv {
namespace {

struct Run {
  TensorLayout in = TensorLayout::nhwc, out = TensorLayout::nhwc;
  int threads = 1;
  CutRequest cut = {};
};

// The packed nhwc output of a case.
std::vector<float> run_case(const Case& of, const std::vector<float>& values, const Run& run) {
  const LayerPlan::Impl plan = make_layer(of.in, of.stages, {run.threads}, run.cut);
  std::vector<float> in(values.size());
  const TensorStrides to = packed_strides(of.in, run.in);
  size_t i = 0;
  for (int64_t n = 0; n < of.in.batch; ++n)
    for (int64_t y = 0; y < of.in.height; ++y)
      for (int64_t x = 0; x < of.in.width; ++x)
        for (int64_t c = 0; c < of.in.channels; ++c)
          in[n * to.batch + y * to.row + x * to.pixel + c * to.channel] = values[i++];
  const int64_t count = value_count(plan.out());
  const AlignedBytes memory = allocate_aligned(count * sizeof(float));
  auto* out = reinterpret_cast<float*>(memory.get());
  std::fill_n(out, count, -1e30f);
  Context context(run.threads);
  run_layer(plan, {in.data(), of.in, run.in}, {out, plan.out(), run.out}, context);
  const reference::Tensor packed = reference::read({out, plan.out(), run.out});
  return {packed.values.begin(), packed.values.end()};
}

void expect_near(const Case& of, const std::vector<float>& values, const std::vector<float>& out) {
  const auto exact = reference::run_layer(reference::read({values.data(), of.in}), of.stages);
  ASSERT_EQ(out.size(), exact.values.size());
  double largest = 1e-3;
  for (const double value : exact.values) largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < out.size(); ++i) {
    ASSERT_NEAR(out[i], exact.values[i], 1e-5 * largest) << "value " << i;
  }
}

TEST(LayerPlan, is_within_1e_5_of_the_reference_on_random_chains_on_every_target) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (uint32_t seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE(target.name + " seed " + std::to_string(seed));
      Random random(seed);
      const Case of = random_case(random);
      const std::vector<float> values = random.values(value_count(of.in));
      expect_near(of, values, run_case(of, values, {}));
      if (testing::Test::HasFatalFailure()) break;
    }
  }
  simd::force_target(0);
}

TEST(LayerPlan, bits_do_not_depend_on_threads_bands_strips_or_layouts) {
  for (uint32_t seed = 100; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Case of = random_case(random);
    const std::vector<float> values = random.values(value_count(of.in));
    const std::vector<float> out = run_case(of, values, {});
    const auto nchw = TensorLayout::nchw;
    EXPECT_EQ(run_case(of, values, {.threads = 3}), out);
    EXPECT_EQ(run_case(of, values, {.in = nchw}), out);
    EXPECT_EQ(run_case(of, values, {.out = nchw}), out);
    EXPECT_EQ(run_case(of, values, {.cut = {.band_rows = 1, .strip_columns = {}}}), out);
    EXPECT_EQ(run_case(of, values, {.cut = {.band_rows = 2, .strip_columns = 5}}), out);
    EXPECT_EQ(run_case(of, values, {.in = nchw, .out = nchw, .threads = 2, .cut = {3, 9}}), out);
  }
}

// Few rows and many channels: workers then share the channels of the last product.
TEST(LayerPlan, bits_do_not_depend_on_threads_where_they_share_channels) {
  Random random(6);
  for (const int64_t filters : {512, 528, 543}) {
    const Activation prelu{.kind = ActivationKind::prelu, .slopes = random.values(filters)};
    const LayerStage product =
        conv2d(random.values(40 * filters), filters, {}, {.activation = prelu});
    const LayerStage depthwise = depthwise_conv2d(random.values(40 * 9), 40, {3, 3});
    for (const TensorShape& in : {TensorShape{1, 7, 7, 40}, {3, 1, 5, 40}}) {
      const Case of{in, {depthwise, product}};
      const std::vector<float> values = random.values(value_count(in));
      const std::vector<float> out = run_case(of, values, {});
      expect_near(of, values, out);
      for (const int threads : {2, 3, 4}) {
        EXPECT_EQ(run_case(of, values, {.threads = threads}), out) << threads;
      }
    }
  }
  LayerStage product = conv2d(random.values(512 * 512), 512);
  product.adds_input = true;
  const Case of{{1, 7, 7, 512}, {product}};
  const std::vector<float> values = random.values(value_count(of.in));
  const std::vector<float> out = run_case(of, values, {});
  expect_near(of, values, out);
  EXPECT_EQ(run_case(of, values, {.threads = 2}), out);
  EXPECT_EQ(run_case(of, values, {.in = TensorLayout::nchw, .threads = 2}), out);
}

// One stage on a map; every size is what the name of its test says is unusual.
void expect_exact(const TensorShape& in, const LayerStage& stage, int64_t seed) {
  SCOPED_TRACE(to_string(in) + " " + stage_name(stage, in.channels) + " seed " +
               std::to_string(seed));
  Random random(seed);
  const Case of{in, {stage}};
  const std::vector<float> values = random.values(value_count(in));
  const std::vector<float> out = run_case(of, values, {});
  expect_near(of, values, out);
  EXPECT_EQ(run_case(of, values, {.in = TensorLayout::nchw, .threads = 2}), out);
}

TEST(LayerPlan, has_kernels_up_to_31x31) {
  Random random(4);
  for (const Extent kernel : {Extent{31, 31}, {9, 9}, {6, 11}, {1, 31}, {13, 1}, {8, 8}}) {
    for (const Extent strides : {Extent{1, 1}, {2, 1}, {1, 2}, {3, 3}}) {
      const auto taps = random.values(17 * kernel.height * kernel.width);
      expect_exact({1, 20, 47, 17}, depthwise_conv2d(taps, 17, kernel, {.strides = strides}), 5);
    }
    const auto weights = random.values(6 * 5 * kernel.height * kernel.width);
    expect_exact({1, 20, 33, 5}, conv2d(weights, 6, kernel), 6);
  }
}

TEST(LayerPlan, has_channels_multipliers_strides_and_dilations_of_any_number) {
  Random random(7);
  for (const int64_t channels : {16, 17, 32, 35, 512}) {
    for (const int64_t multiplier : {1, 2}) {
      for (const Extent dilation : {Extent{1, 1}, {3, 3}, {1, 2}}) {
        StageOptions options{.strides = {dilation.height == 1 ? 2 : 1, 1}, .dilation = dilation};
        options.padding = Margins{2, 0, 1, 3};
        options.bias = random.values(channels * multiplier);
        const auto taps = random.values(channels * multiplier * 9);
        expect_exact({1, 9, 11, channels}, depthwise_conv2d(taps, channels, {3, 3}, options), 8);
      }
    }
  }
}

TEST(LayerPlan, has_maps_of_one_pixel_and_windows_of_zeros) {
  Random random(9);
  const StageOptions padded{.bias = random.values(6), .padding = Margins{1, 1, 1, 1}};
  const StageOptions apart{.strides = {2, 3}, .padding = Margins{1, 0, 0, 1}};
  for (const TensorShape in : {TensorShape{2, 1, 1, 6}, {1, 4, 5, 6}}) {
    expect_exact(in, conv2d(random.values(36), 6, {}, padded), 10);
    expect_exact(in, conv2d(random.values(36), 6, {}, apart), 10);
    expect_exact(in, depthwise_conv2d(random.values(6), 6, {}, padded), 10);
    expect_exact(in, depthwise_conv2d(random.values(54), 6, {3, 3}), 10);
    expect_exact(in, conv2d(random.values(108), 6, {3, 3}, {}, 3), 10);
  }
}

// Too wide for scratch even where one float is a vector and rows are read in place.
TEST(LayerPlan, cuts_wide_maps_into_strips) {
  Random random(11);
  for (const Extent strides : {Extent{1, 1}, {2, 2}}) {
    const Case of{{1, 5, 2000, 33},
                  separable_conv2d(depthwise_conv2d(random.values(33 * 9), 33, {3, 3},
                                                    {.strides = strides, .dilation = {2, 2}}),
                                   conv2d(random.values(33 * 40 * 3), 40, {1, 3}))};
    ASSERT_GT(make_layer(of.in, of.stages, {}).cut.strips.size(), 1u);
    const std::vector<float> values = random.values(value_count(of.in));
    expect_near(of, values, run_case(of, values, {}));
  }
}

TEST(LayerPlan, stores_past_the_caches_change_no_bit) {
  Random random(3);
  const Case of{{1, 130, 131, 9},
                separable_conv2d(depthwise_conv2d(random.values(9 * 9), 9, {3, 3}),
                                 conv2d(random.values(9 * 32), 32))};
  const std::vector<float> values = random.values(value_count(of.in));
  const std::vector<float> out = run_case(of, values, {});
  ASSERT_GT(out.size() * sizeof(float), size_t{2} << 20);
  expect_near(of, values, out);
  EXPECT_EQ(run_case(of, values, {.out = TensorLayout::nchw}), out);  // those are not
}

TEST(LayerPlan, the_classical_case_gives_5x5x128) {
  Random random(1);
  const Case of{
      {1, 7, 7, 3},
      separable_conv2d(depthwise_conv2d(random.values(27), 3, {3, 3}, {.padding = Padding::valid}),
                       conv2d(random.values(3 * 128), 128))};
  const std::vector<float> values = random.values(147);
  expect_near(of, values, run_case(of, values, {}));
  EXPECT_EQ(LayerPlan(of.in, of.stages).out_shape(), (TensorShape{1, 5, 5, 128}));
}

TEST(LayerPlan, adds_its_input_after_stages_of_every_kind) {
  Random random(2);
  const StageOptions swish{.activation = {.kind = ActivationKind::swish}};
  const LayerStage depthwise = depthwise_conv2d(random.values(19 * 9), 19, {3, 3}, swish);
  const LayerStage grouped = conv2d(random.values(18 * 9 * 4), 18, {2, 2}, swish, 2);
  const auto block = inverted_residual(conv2d(random.values(19 * 50), 50),
                                       depthwise_conv2d(random.values(50 * 25), 50, {5, 5}),
                                       conv2d(random.values(50 * 19), 19));
  std::vector<Case> cases = {
      {{2, 9, 13, 19}, block}, {{2, 9, 13, 19}, {depthwise}}, {{1, 9, 13, 18}, {grouped}}};
  for (Case& of : cases) {
    of.stages.back().adds_input = true;
    const std::vector<float> values = random.values(value_count(of.in));
    const std::vector<float> out = run_case(of, values, {});
    expect_near(of, values, out);
    EXPECT_EQ(run_case(of, values, {.in = TensorLayout::nchw, .threads = 2, .cut = {2, 5}}), out);
    EXPECT_EQ(run_case(of, values, {.out = TensorLayout::nchw}), out);
  }
}

// Vectors read beyond the channels of a pixel, but neither use that nor leave the tensor.
TEST(LayerPlan, pixels_do_not_mix_where_vectors_are_wider) {
  for (const TensorShape& shape :
       {TensorShape{1, 1, 1, 3}, {1, 9, 1, 3}, {2, 5, 4, 5}, {1, 3, 7, 17}, {2, 4, 5, 35}}) {
    const LayerPlan plan(shape, {depthwise_conv2d(std::vector<float>(shape.channels * 9, 1.0f),
                                                  shape.channels, {3, 3})});
    std::vector<float> in(value_count(shape), 1.0f), out(in.size());
    for (size_t i = 0; i < in.size(); i += shape.channels) in[i] = NAN;
    plan.run({in.data(), shape}, {out.data(), shape});
    for (size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(std::isnan(out[i]), i % shape.channels == 0) << to_string(shape) << " at " << i;
    }
  }
}

TEST(LayerPlan, scratch_holds_rows_and_no_map) {
  const std::vector<float> taps(32 * 9), weights(32 * 64);
  const LayerPlan plan({1, 1024, 1024, 32},
                       separable_conv2d(depthwise_conv2d(taps, 32, {3, 3}), conv2d(weights, 64)));
  EXPECT_LT(plan.scratch_bytes(), int64_t{1} << 20);  // a map between the stages: 2^27
}

TEST(LayerPlan, refuses_tensors_that_are_not_its_own_and_writes_nothing) {
  const LayerPlan plan({1, 4, 4, 2}, {conv2d({1, 1}, 1)});
  std::vector<float> in(32), out(16, 7.0f);
  EXPECT_THROW(plan.run({in.data(), {1, 4, 4, 1}}, {out.data(), {1, 4, 4, 1}}), InvalidArgument);
  EXPECT_THROW(plan.run({in.data(), {1, 4, 4, 2}}, {out.data(), {1, 4, 2, 2}}), InvalidArgument);
  EXPECT_THROW(plan.run({in.data(), {1, 4, 4, 2}}, {in.data() + 8, {1, 4, 4, 1}}), InvalidArgument);
  EXPECT_THROW(plan.run({nullptr, {1, 4, 4, 2}}, {out.data(), {1, 4, 4, 1}}), InvalidArgument);
  TensorRef shared(out.data(), {1, 4, 4, 1});
  shared.strides.row = 3;
  EXPECT_THROW(plan.run({in.data(), {1, 4, 4, 2}}, shared), InvalidArgument);
  EXPECT_EQ(out, std::vector<float>(16, 7.0f));
  EXPECT_THROW(LayerPlan({1, 4, 4, 2}, {conv2d({1, 1}, 1)}, {.threads = 0}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
