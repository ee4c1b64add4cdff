// Stages as values: their makers, and normalisations taken into weights.
#include <cmath>

#include "base/check.h"
#include "sepconv/layer.h"

namespace sepconv {
namespace {

int64_t area(const Extent& kernel) {
  require(kernel.height >= 1 && kernel.width >= 1,
          "layer: kernel is {}x{}; expected sides of 1 or more", kernel.height, kernel.width);
  return checked_multiply(kernel.height, kernel.width, "layer: kernel");
}

void check_size(const std::vector<float>& values, const char* which, size_t expected) {
  require(values.size() == expected,
          "with_batch_norm: {} has {} values; expected {}, one an output channel", which,
          values.size(), expected);
}

}  // namespace

const char* name(ActivationKind kind) {
  switch (kind) {
    case ActivationKind::none:
      return "none";
    case ActivationKind::relu:
      return "relu";
    case ActivationKind::relu6:
      return "relu6";
    case ActivationKind::clip:
      return "clip";
    case ActivationKind::leaky_relu:
      return "leaky_relu";
    case ActivationKind::prelu:
      return "prelu";
    case ActivationKind::hard_sigmoid:
      return "hard_sigmoid";
    case ActivationKind::hard_swish:
      return "hard_swish";
    case ActivationKind::swish:
      return "swish";
    case ActivationKind::gelu:
      return "gelu";
  }
  return "?";
}

LayerStage depthwise_conv2d(std::vector<float> weights, int64_t channels, Extent kernel,
                            StageOptions options) {
  const auto filters = static_cast<int64_t>(weights.size()) / area(kernel);
  return {std::move(weights), filters, channels, kernel, std::move(options)};
}

LayerStage conv2d(std::vector<float> weights, int64_t filters, Extent kernel, StageOptions options,
                  int64_t groups) {
  return {std::move(weights), filters, groups, kernel, std::move(options)};
}

std::vector<LayerStage> separable_conv2d(LayerStage depthwise, LayerStage pointwise) {
  return {std::move(depthwise), std::move(pointwise)};
}

std::vector<LayerStage> inverted_residual(LayerStage expand, LayerStage depthwise,
                                          LayerStage project, bool residual) {
  project.adds_input = residual;
  return {std::move(expand), std::move(depthwise), std::move(project)};
}

LayerStage with_batch_norm(LayerStage stage, const BatchNorm& norm) {
  const auto filters = static_cast<size_t>(stage.out_channels);
  check_size(norm.gamma, "gamma", filters);
  check_size(norm.beta, "beta", filters);
  check_size(norm.mean, "mean", filters);
  check_size(norm.variance, "variance", filters);
  require(stage.options.activation.kind == ActivationKind::none,
          "with_batch_norm: the stage has activation {}; expected none, since it comes after",
          name(stage.options.activation.kind));
  require(filters > 0 && stage.weights.size() % filters == 0,
          "with_batch_norm: the stage has {} weights; expected a multiple of its {} filters",
          stage.weights.size(), filters);
  std::vector<float>& bias = stage.options.bias;
  bias.resize(filters);
  const size_t taps = stage.weights.size() / filters;
  for (size_t o = 0; o < filters; ++o) {
    const double scale = norm.gamma[o] / std::sqrt(double{norm.variance[o]} + norm.epsilon);
    for (size_t k = o * taps; k < (o + 1) * taps; ++k) {
      stage.weights[k] = static_cast<float>(stage.weights[k] * scale);
    }
    bias[o] = static_cast<float>((double{bias[o]} - norm.mean[o]) * scale + norm.beta[o]);
  }
  return stage;
}

}  // namespace sepconv
