// The slow gradients: what every other way must agree with.
#include "reference/layer_gradient.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sepconv::reference {
namespace {

// Values at which an activation's derivative jumps.
std::vector<double> corners(const Activation& activation) {
  switch (activation.kind) {
    case ActivationKind::relu:
    case ActivationKind::leaky_relu:
    case ActivationKind::prelu:
      return {0};
    case ActivationKind::relu6:
      return {0, 6};
    case ActivationKind::clip:
      return {activation.low, activation.high};
    case ActivationKind::hard_sigmoid:
    case ActivationKind::hard_swish:
      return {-3, 3};
    default:
      return {};
  }
}

double between(double low, double value, double high) {
  return low < value && value < high ? 1.0 : 0.0;
}

LayerStage without_activation(LayerStage stage) {
  stage.options.activation = {};
  return stage;
}

// The sums of a stage, before its activation.
struct Sums {
  Tensor in, values;
};

// What a stage's sums have as gradients goes to weights, bias and input.
class Backward {
 public:
  Backward(const LayerStage& stage, const Tensor& in, const Tensor& gradient)
      : stage_(stage), in_(in), gradient_(gradient), axes_(axes_of(in.shape, stage)) {}

  Tensor run(StageGradient* of_stage) {
    of_stage->weights.assign(stage_.weights.size(), 0);
    of_stage->bias.assign(stage_.out_channels, 0);
    Tensor in_gradient = zeros(in_.shape);
    const TensorShape& out = gradient_.shape;
    for (int64_t n = 0; n < out.batch; ++n) {
      for (int64_t y = 0; y < out.height; ++y) {
        for (int64_t x = 0; x < out.width; ++x) {
          for (int64_t o = 0; o < out.channels; ++o) {
            of_stage->bias[o] += gradient_.at(n, y, x, o);
            add_window({n, y, x, o}, of_stage, &in_gradient);
          }
        }
      }
    }
    return in_gradient;
  }

 private:
  struct Place {
    int64_t n, y, x, o;
  };

  void add_window(const Place& at, StageGradient* of_stage, Tensor* in_gradient) const {
    const double gradient = gradient_.at(at.n, at.y, at.x, at.o);
    const auto [height, width] = stage_.kernel;
    const int64_t inputs = in_.shape.channels / stage_.groups;
    const int64_t first = at.o / (stage_.out_channels / stage_.groups) * inputs;
    for (int64_t i = 0; i < inputs; ++i) {
      for (int64_t v = 0; v < height; ++v) {
        const int64_t row = at.y * axes_.y.stride + v * axes_.y.dilation - axes_.y.before;
        if (row < 0 || row >= in_.shape.height) continue;
        for (int64_t u = 0; u < width; ++u) {
          const int64_t column = at.x * axes_.x.stride + u * axes_.x.dilation - axes_.x.before;
          if (column < 0 || column >= in_.shape.width) continue;
          const int64_t tap = ((at.o * inputs + i) * height + v) * width + u;
          of_stage->weights[tap] += gradient * in_.at(at.n, row, column, first + i);
          in_gradient->at(at.n, row, column, first + i) += gradient * stage_.weights[tap];
        }
      }
    }
  }

  const LayerStage& stage_;
  const Tensor& in_;
  const Tensor& gradient_;
  const Axes axes_;
};

// The gradients in prelu's slopes, from those in its output.
std::vector<double> slope_gradients(const Activation& activation, const Tensor& sums,
                                    const Tensor& gradient) {
  if (activation.kind != ActivationKind::prelu) return {};
  std::vector<double> slopes(sums.shape.channels);
  for (size_t i = 0; i < gradient.values.size(); ++i) {
    slopes[i % slopes.size()] += gradient.values[i] * std::min(sums.values[i], 0.0);
  }
  return slopes;
}

// The gradient in an activation's output becomes that in the sums.
Tensor through_activation(const Activation& activation, const Tensor& sums, Tensor gradient,
                          double* nearest_corner) {
  for (size_t i = 0; i < gradient.values.size(); ++i) {
    const double value = sums.values[i];
    const auto channel = static_cast<int64_t>(i) % sums.shape.channels;
    gradient.values[i] *= derivative(activation, value, channel);
    for (const double corner : corners(activation)) {
      *nearest_corner = std::min(*nearest_corner, std::abs(value - corner));
    }
  }
  return gradient;
}

}  // namespace

double derivative(const Activation& activation, double value, int64_t channel) {
  switch (activation.kind) {
    case ActivationKind::none:
      return 1;
    case ActivationKind::relu:
      return value > 0 ? 1 : 0;
    case ActivationKind::relu6:
      return between(0, value, 6);
    case ActivationKind::clip:
      return between(activation.low, value, activation.high);
    case ActivationKind::leaky_relu:
      return value > 0 ? 1 : activation.slope;
    case ActivationKind::prelu:
      return value > 0 ? 1 : activation.slopes.at(channel);
    case ActivationKind::hard_sigmoid:
      return between(-3, value, 3) / 6;
    case ActivationKind::hard_swish:
      return value >= 3 ? 1 : between(-3, value, 3) * (value / 3 + 0.5);
    case ActivationKind::swish: {
      const double gate = 1 / (1 + std::exp(-value));
      return gate * (1 + value * (1 - gate));
    }
    case ActivationKind::gelu: {
      const double root = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
      const double density = std::exp(-value * value / 2) * root;
      return 0.5 * std::erfc(-value / std::numbers::sqrt2) + value * density;
    }
  }
  return 1;
}

LayerGradient run_layer_gradient(const Tensor& in, const std::vector<LayerStage>& stages,
                                 const Tensor& out_gradient) {
  std::vector<Sums> chain;
  Tensor map = in;
  for (const LayerStage& stage : stages) {
    chain.push_back({map, run_stage(map, without_activation(stage))});
    map = run_stage(map, stage);
  }
  LayerGradient result;
  result.stages.resize(stages.size());
  Tensor gradient = out_gradient;
  for (size_t s = stages.size(); s-- > 0;) {
    const Activation& activation = stages[s].options.activation;
    std::vector<double> slopes = slope_gradients(activation, chain[s].values, gradient);
    gradient = through_activation(activation, chain[s].values, std::move(gradient),
                                  &result.nearest_corner);
    gradient = Backward(stages[s], chain[s].in, gradient).run(&result.stages[s]);
    result.stages[s].slopes = std::move(slopes);
  }
  result.in = std::move(gradient);
  if (stages.back().adds_input) {
    for (size_t i = 0; i < result.in.values.size(); ++i) {
      result.in.values[i] += out_gradient.values.at(i);
    }
  }
  return result;
}

}  // namespace sepconv::reference
