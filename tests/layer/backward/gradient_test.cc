// LayerGradient: against the reference in double over random chains, and what its bits may not
// depend on.
#include <gtest/gtest.h>

#include "layer/backward/plan.h"
#include "layer/chains.h"
#include "layer/plan_impl.h"
#include "reference/layer_gradient.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// Packed gradients, one vector each: of the input, then weights, bias and slopes of every stage.
using Gradients = std::vector<std::vector<float>>;

// values, which are packed nhwc, in another layout.
std::vector<float> in_layout(const std::vector<float>& values, const TensorShape& shape,
                             TensorLayout layout) {
  std::vector<float> moved(values.size());
  const TensorStrides to = packed_strides(shape, layout);
  size_t i = 0;
  for (int64_t n = 0; n < shape.batch; ++n)
    for (int64_t y = 0; y < shape.height; ++y)
      for (int64_t x = 0; x < shape.width; ++x)
        for (int64_t c = 0; c < shape.channels; ++c)
          moved[n * to.batch + y * to.row + x * to.pixel + c * to.channel] = values[i++];
  return moved;
}

struct Run {
  TensorLayout layout = TensorLayout::nhwc;
  int threads = 1;
  GradientRequest cut = {};
  bool gives_out = false;
};

// A layer with an input and a gradient in its output, both packed nhwc.
struct Problem {
  Case of;
  TensorShape out;
  std::vector<float> in, out_gradient;

  Problem(Case made, Random& random) : of(std::move(made)) {
    out = checked_geometry(of.in, of.stages).back().out;
    in = random.values(value_count(of.in));
    out_gradient = random.values(value_count(out));
  }

  Gradients run(const Run& run) const {
    const LayerGradient::Impl plan = make_gradient(of.in, of.stages, {run.threads}, run.cut);
    const std::vector<float> x = in_layout(in, of.in, run.layout);
    const std::vector<float> gy = in_layout(out_gradient, out, run.layout);
    std::vector<float> y(value_count(out));
    if (run.gives_out) {
      LayerPlan(of.in, of.stages).run({x.data(), of.in, run.layout}, {y.data(), out, run.layout});
    }
    Gradients gradients(1, std::vector<float>(in.size(), 1e30f));
    for (const LayerStage& stage : of.stages) {
      gradients.emplace_back(stage.weights.size(), 1e30f);
      gradients.emplace_back(stage.out_channels, 1e30f);
      const bool is_prelu = stage.options.activation.kind == ActivationKind::prelu;
      gradients.emplace_back(is_prelu ? stage.out_channels : 0, 1e30f);
    }
    LayerGradientOut to{{gradients[0].data(), of.in, run.layout}, {}};
    for (size_t s = 0; s < of.stages.size(); ++s) {
      to.stages.push_back({gradients[1 + 3 * s], gradients[2 + 3 * s], gradients[3 + 3 * s]});
    }
    LayerGradientIn from{{x.data(), of.in, run.layout}, {gy.data(), out, run.layout}};
    if (run.gives_out) from.out = {y.data(), out, run.layout};
    Context context(run.threads);
    run_gradient(plan, from, to, context);
    const reference::Tensor packed = reference::read(to.in);
    gradients[0] = {packed.values.begin(), packed.values.end()};
    return gradients;
  }

  reference::LayerGradient exact() const {
    return reference::run_layer_gradient(reference::read({in.data(), of.in}), of.stages,
                                         reference::read({out_gradient.data(), out}));
  }
};

void expect_near(const std::vector<float>& actual, const std::vector<double>& exact,
                 const char* which) {
  ASSERT_EQ(actual.size(), exact.size());
  double largest = 1e-3;
  for (const double value : exact) largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], exact[i], 1e-5 * largest) << which << ", value " << i;
  }
}

// False where a rounding may have decided a derivative: then nothing is known.
bool expect_near(const Problem& problem, const Gradients& gradients) {
  const reference::LayerGradient exact = problem.exact();
  if (exact.nearest_corner < 1e-5) return false;
  expect_near(gradients[0], exact.in.values, "in");
  for (size_t s = 0; s < exact.stages.size(); ++s) {
    SCOPED_TRACE("stage " + std::to_string(s));
    expect_near(gradients[1 + 3 * s], exact.stages[s].weights, "weights");
    expect_near(gradients[2 + 3 * s], exact.stages[s].bias, "bias");
    expect_near(gradients[3 + 3 * s], exact.stages[s].slopes, "slopes");
  }
  return true;
}

Problem random_problem(uint32_t seed) {
  Random random(seed);
  Case of = random_case(random, {3, 13, 17, 35});
  return {std::move(of), random};
}

TEST(LayerGradient, is_within_1e_5_of_the_reference_on_random_chains_on_every_target) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    int checked = 0;
    for (uint32_t seed = 0; seed < 80; ++seed) {
      SCOPED_TRACE(target.name + " seed " + std::to_string(seed));
      const Problem problem = random_problem(seed);
      if (expect_near(problem, problem.run({}))) ++checked;
      if (testing::Test::HasFatalFailure()) break;
    }
    EXPECT_GE(checked, 50);
  }
  simd::force_target(0);
}

TEST(LayerGradient, bits_do_not_depend_on_threads_layouts_or_a_given_output) {
  for (uint32_t seed = 100; seed < 140; ++seed) {
    SCOPED_TRACE(seed);
    const Problem problem = random_problem(seed);
    const Gradients gradients = problem.run({});
    const auto nchw = TensorLayout::nchw;
    EXPECT_EQ(problem.run({.threads = 3}), gradients);
    EXPECT_EQ(problem.run({.layout = nchw, .threads = 2}), gradients);
    EXPECT_EQ(problem.run({.gives_out = true}), gradients);
  }
}

TEST(LayerGradient, in_bands_and_parts_of_any_size_is_near_the_reference) {
  for (uint32_t seed = 200; seed < 230; ++seed) {
    SCOPED_TRACE(seed);
    const Problem problem = random_problem(seed);
    for (const int64_t rows : {1, 2, 5}) {
      const Gradients whole = problem.run({.cut = {.band_rows = rows, .parts = 1}});
      expect_near(problem, whole);
      const int64_t height = std::min(problem.of.in.height, problem.out.height);
      const Gradients parts =
          problem.run({.cut = {.band_rows = rows, .parts = std::min<int64_t>(height, 3)}});
      EXPECT_EQ(parts[0], whole[0]);
      expect_near(problem, parts);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(LayerGradient, of_many_pixels_is_summed_in_shares) {
  Random random(1);
  const StageOptions relu6{.activation = {.kind = ActivationKind::relu6}};
  const Problem problem(
      {{5, 40, 41, 19},
       separable_conv2d(depthwise_conv2d(random.values(19 * 9), 19, {3, 3}, relu6),
                        conv2d(random.values(19 * 35), 35, {}, relu6))},
      random);
  const Gradients gradients = problem.run({});
  EXPECT_GT(make_gradient(problem.of.in, problem.of.stages, {}).shares, 4);
  for (const int threads : {2, 3, 16}) EXPECT_EQ(problem.run({.threads = threads}), gradients);
  EXPECT_EQ(problem.run({.gives_out = true}), gradients);
}

TEST(LayerGradient, scratch_holds_rows_and_no_map) {
  const std::vector<float> taps(32 * 9), weights(32 * 64);
  const LayerGradient gradient(
      {1, 1024, 1024, 32},
      separable_conv2d(depthwise_conv2d(taps, 32, {3, 3}), conv2d(weights, 64)));
  EXPECT_LT(gradient.scratch_bytes(), int64_t{4} << 20);  // a map between the stages: 2^27
}

TEST(LayerGradient, refuses_what_is_not_its_own_and_writes_nothing) {
  const LayerGradient gradient({1, 4, 4, 2}, {conv2d({1, 1}, 1)});
  std::vector<float> x(32), gy(16), gx(32, 7.0f), weights(2, 7.0f), bias(1, 7.0f);
  const LayerGradientIn in{{x.data(), {1, 4, 4, 2}}, {gy.data(), {1, 4, 4, 1}}};
  const LayerGradientOut out{{gx.data(), {1, 4, 4, 2}}, {{weights, bias, {}}}};
  LayerGradientIn wrong_in = in;
  wrong_in.out_gradient.shape.height = 3;
  EXPECT_THROW(gradient.run(wrong_in, out), InvalidArgument);
  wrong_in = in;
  wrong_in.in.data = nullptr;
  EXPECT_THROW(gradient.run(wrong_in, out), InvalidArgument);
  LayerGradientOut wrong = out;
  wrong.stages.clear();
  EXPECT_THROW(gradient.run(in, wrong), InvalidArgument);
  wrong = out;
  wrong.stages[0].weights = std::span(weights).first(1);
  EXPECT_THROW(gradient.run(in, wrong), InvalidArgument);
  wrong = out;
  wrong.stages[0].bias = std::span(gx).first(1);
  EXPECT_THROW(gradient.run(in, wrong), InvalidArgument);
  wrong = out;
  wrong.stages[0].slopes = std::span(weights).first(1);  // the stage has none
  EXPECT_THROW(gradient.run(in, wrong), InvalidArgument);
  wrong = out;
  wrong.in.data = x.data();
  EXPECT_THROW(gradient.run(in, wrong), InvalidArgument);
  EXPECT_EQ(gx, std::vector<float>(32, 7.0f));
  EXPECT_EQ(weights, std::vector<float>(2, 7.0f));
  gradient.run(in, out);
  EXPECT_THROW(LayerGradient({1, 4, 4, 2}, {conv2d({1, 1}, 1)}, {.threads = 0}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
