// Tests of src/reference/layer_gradient.cc: finite differences of src/reference/layer.cc.
#include "reference/layer_gradient.h"

#include <gtest/gtest.h>

#include "layer/chains.h"

namespace sepconv::reference {
namespace {

constexpr double kStep = 1e-3;

struct Problem {
  Case of;
  Tensor in, out_gradient;

  explicit Problem(uint32_t seed) {
    Random random(seed);
    of = random_case(random, {2, 5, 6, 4});
    const std::vector<float> values = random.values(value_count(of.in));
    in = {of.in, {values.begin(), values.end()}};
    out_gradient = run_layer(in, of.stages);
    const std::vector<float> weighed = random.values(value_count(out_gradient.shape));
    out_gradient.values.assign(weighed.begin(), weighed.end());
  }

  double loss() const {
    const Tensor out = run_layer(in, of.stages);
    double sum = 0;
    for (size_t i = 0; i < out.values.size(); ++i) sum += out.values[i] * out_gradient.values[i];
    return sum;
  }

  // The slope of loss() in a value of its own.
  template <class Value>
  double slope(Value* value) const {
    const Value at = *value;
    const Value high = *value = static_cast<Value>(at + kStep);
    const double above = loss();
    const Value low = *value = static_cast<Value>(at - kStep);
    const double below = loss();
    *value = at;
    return (above - below) / (double{high} - double{low});
  }
};

// Every few of the gradients.
template <class Values>
void expect_slopes(const Problem& problem, Values* values, const std::vector<double>& gradients) {
  ASSERT_EQ(values->size(), gradients.size());
  const size_t step = values->size() / 8 + 1;
  for (size_t i = 0; i < values->size(); i += step) {
    const double slope = problem.slope(&(*values)[i]);
    ASSERT_NEAR(gradients[i], slope, 1e-4 * (1 + std::abs(slope))) << "value " << i;
  }
}

TEST(ReferenceLayerGradient, is_the_slope_of_the_reference_on_random_chains) {
  int checked = 0;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Problem problem(seed);
    const LayerGradient gradient =
        run_layer_gradient(problem.in, problem.of.stages, problem.out_gradient);
    if (gradient.nearest_corner < 20 * kStep) continue;
    ++checked;
    expect_slopes(problem, &problem.in.values, gradient.in.values);
    for (size_t s = 0; s < problem.of.stages.size(); ++s) {
      LayerStage& stage = problem.of.stages[s];
      stage.options.bias.resize(stage.out_channels);
      expect_slopes(problem, &stage.weights, gradient.stages[s].weights);
      expect_slopes(problem, &stage.options.bias, gradient.stages[s].bias);
    }
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GE(checked, 50);
}

TEST(ReferenceLayerGradient, corners_have_the_stated_derivatives) {
  Activation activation{.kind = ActivationKind::relu};
  const auto at = [&](double value) { return derivative(activation, value, 0); };
  EXPECT_EQ(at(0), 0);
  activation.kind = ActivationKind::relu6;
  EXPECT_EQ(at(0), 0);
  EXPECT_EQ(at(6), 0);
  activation.kind = ActivationKind::leaky_relu;
  EXPECT_EQ(at(0), double{0.01f});
  activation.kind = ActivationKind::hard_sigmoid;
  EXPECT_EQ(at(-3), 0);
  EXPECT_EQ(at(3), 0);
  activation.kind = ActivationKind::hard_swish;
  EXPECT_EQ(at(-3), 0);
  EXPECT_EQ(at(3), 1);
}

}  // namespace
}  // namespace sepconv::reference
