// The slow layer: what every other way must agree with.
#include "reference/layer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sepconv::reference {
namespace {

Axis padded(Axis axis, const StagePadding& padding, int64_t first, int64_t last) {
  if (std::holds_alternative<Margins>(padding)) {
    axis.before = first;
    axis.after = last;
  } else if (std::get<Padding>(padding) == Padding::same) {
    const int64_t wanted = (axis.size + axis.stride - 1) / axis.stride;
    const int64_t total =
        std::max<int64_t>(0, (wanted - 1) * axis.stride + axis.extent() - axis.size);
    axis.before = total / 2;
    axis.after = total - total / 2;
  }
  return axis;
}

double sigmoid_line(double value) { return std::clamp(value / 6 + 0.5, 0.0, 1.0); }

int64_t index_of(const TensorShape& shape, int64_t n, int64_t y, int64_t x, int64_t c) {
  return ((n * shape.height + y) * shape.width + x) * shape.channels + c;
}

}  // namespace

Axes axes_of(const TensorShape& in, const LayerStage& stage) {
  const StageOptions& options = stage.options;
  const auto* given = std::get_if<Margins>(&options.padding);
  const Margins margins = given ? *given : Margins{};
  const Axis y{in.height, stage.kernel.height, options.strides.height, options.dilation.height};
  const Axis x{in.width, stage.kernel.width, options.strides.width, options.dilation.width};
  return {padded(y, options.padding, margins.top, margins.bottom),
          padded(x, options.padding, margins.left, margins.right)};
}

double& Tensor::at(int64_t n, int64_t y, int64_t x, int64_t c) {
  return values.at(index_of(shape, n, y, x, c));
}

double Tensor::at(int64_t n, int64_t y, int64_t x, int64_t c) const {
  const bool is_inside = 0 <= y && y < shape.height && 0 <= x && x < shape.width;
  return is_inside ? values.at(index_of(shape, n, y, x, c)) : 0.0;
}

Tensor zeros(const TensorShape& shape) { return {shape, std::vector<double>(value_count(shape))}; }

Tensor read(const ConstTensorRef& in) {
  Tensor tensor = zeros(in.shape);
  const auto* values = static_cast<const float*>(in.data);
  auto to = tensor.values.begin();
  for (int64_t n = 0; n < in.shape.batch; ++n) {
    for (int64_t y = 0; y < in.shape.height; ++y) {
      for (int64_t x = 0; x < in.shape.width; ++x) {
        for (int64_t c = 0; c < in.shape.channels; ++c) {
          *to++ = values[n * in.strides.batch + y * in.strides.row + x * in.strides.pixel +
                         c * in.strides.channel];
        }
      }
    }
  }
  return tensor;
}

double activate(const Activation& activation, double value, int64_t channel) {
  switch (activation.kind) {
    case ActivationKind::none:
      return value;
    case ActivationKind::relu:
      return std::max(value, 0.0);
    case ActivationKind::relu6:
      return std::clamp(value, 0.0, 6.0);
    case ActivationKind::clip:
      return std::clamp<double>(value, activation.low, activation.high);
    case ActivationKind::leaky_relu:
      return value < 0 ? activation.slope * value : value;
    case ActivationKind::prelu:
      return value < 0 ? activation.slopes.at(channel) * value : value;
    case ActivationKind::hard_sigmoid:
      return sigmoid_line(value);
    case ActivationKind::hard_swish:
      return value * sigmoid_line(value);
    case ActivationKind::swish:
      return value / (1 + std::exp(-value));
    case ActivationKind::gelu:
      return value / 2 * (1 + std::erf(value / std::numbers::sqrt2));
  }
  return value;
}

Tensor run_stage(const Tensor& in, const LayerStage& stage) {
  const auto [axis_y, axis_x] = axes_of(in.shape, stage);
  const auto [height, width] = stage.kernel;
  const int64_t inputs = in.shape.channels / stage.groups;
  const int64_t outputs = stage.out_channels / stage.groups;
  Tensor out = zeros({in.shape.batch, axis_y.outputs(), axis_x.outputs(), stage.out_channels});
  auto to = out.values.begin();
  for (int64_t n = 0; n < out.shape.batch; ++n) {
    for (int64_t y = 0; y < out.shape.height; ++y) {
      for (int64_t x = 0; x < out.shape.width; ++x) {
        for (int64_t o = 0; o < stage.out_channels; ++o) {
          double sum = stage.options.bias.empty() ? 0.0 : stage.options.bias.at(o);
          for (int64_t i = 0; i < inputs; ++i) {
            for (int64_t v = 0; v < height; ++v) {
              for (int64_t u = 0; u < width; ++u) {
                const double weight = stage.weights.at(((o * inputs + i) * height + v) * width + u);
                sum += weight * in.at(n, y * axis_y.stride + v * axis_y.dilation - axis_y.before,
                                      x * axis_x.stride + u * axis_x.dilation - axis_x.before,
                                      o / outputs * inputs + i);
              }
            }
          }
          *to++ = activate(stage.options.activation, sum, o);
        }
      }
    }
  }
  return out;
}

Tensor run_layer(const Tensor& in, const std::vector<LayerStage>& stages) {
  Tensor map = in;
  for (const LayerStage& stage : stages) {
    map = run_stage(map, stage);
    if (!stage.adds_input) continue;
    for (size_t i = 0; i < map.values.size(); ++i) map.values[i] += in.values.at(i);
  }
  return map;
}

}  // namespace sepconv::reference
