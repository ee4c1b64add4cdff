// Convolutions, and normalisations that stand alone.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "network/ops/sums/families.h"
#include "network/ops/sums/stage.h"

namespace sepconv::network {

Prepared prepare_conv(const Request& request) {
  return layer_on_map(request.spec(0), {conv_stage(request)});
}

Prepared prepare_layer(const Request& request) {
  const Spec& in = request.spec(0);
  return layer_on_map(in, chain_stages(request.node().stages, in));
}

// Each tap is a pointwise layer that writes every stride-th row and column of the output.
Prepared prepare_spread(const Request& request) {
  const Spec& in = request.spec(0);
  require(in.type == ElementType::f32 && in.shape.size() == 4,
          "input is {} {}; expected maps of f32", to_string(in.shape), sepconv::name(in.type));
  const LayerStage& stage = request.node().stages.front().layer;
  const auto& [rows, columns] = stage.kernel;
  const int64_t taps = rows * columns, filters = stage.out_channels;
  require(std::ssize(stage.weights) == filters * taps * in.shape[1],
          "input has {} channels; the weights are for {}", in.shape[1],
          std::ssize(stage.weights) / (filters * taps));
  Prepared prepared;
  prepared.out = {{in.type,
                   {in.shape[0], filters, checked_multiply(in.shape[2], rows, "rows"),
                    checked_multiply(in.shape[3], columns, "columns")},
                   Layout::channels_last}};
  std::vector<std::shared_ptr<const LayerPlan>> plans;
  for (int64_t tap = 0; tap < taps; ++tap) {
    std::vector<float> weights;
    for (size_t i = tap; i < stage.weights.size(); i += taps) weights.push_back(stage.weights[i]);
    LayerStage part = conv2d(std::move(weights), filters, {},
                             {.bias = stage.options.bias, .activation = stage.options.activation});
    plans.push_back(std::make_shared<const LayerPlan>(map_shape(in.shape), std::vector{part}));
    describe_layer(*plans.back(), prepared);
  }
  prepared.summary = fmt::format("{} taps, each {}", taps, prepared.summary);
  const TensorStrides from = map_strides(in), all = map_strides(prepared.out[0]);
  const TensorStrides to{all.batch, all.row * rows, all.pixel * columns, all.channel};
  prepared.kernel = [plans, from, to, all, width = columns](const Operands& operands) {
    for (size_t tap = 0; tap < plans.size(); ++tap) {
      const LayerPlan& plan = *plans[tap];
      const int64_t row = tap / width, column = tap % width;
      float* first = operands.output<float>() + row * all.row + column * all.pixel;
      plan.run({operands.in[0], SampleType::f32, plan.in_shape(), from},
               {first, SampleType::f32, plan.out_shape(), to}, operands.context);
    }
  };
  return prepared;
}

Prepared prepare_batch_normalization(const Request& request) {
  const Spec& in = request.spec(0);
  require(in.type == ElementType::f32 && in.shape.size() >= 2,
          "input is {} {}; expected maps of f32", to_string(in.shape), sepconv::name(in.type));
  require(request.integer("training_mode", 0) == 0, "training_mode is set; expected inference");
  const int64_t channels = in.shape[1];
  for (size_t i = 1; i <= 4; ++i) {
    require(request.spec(i).type == in.type && element_count(request.spec(i).shape) == channels,
            "input {} is {}; expected {} of f32", i, to_string(request.spec(i).shape), channels);
  }
  // Rows of elements of one channel, or of one element of every channel.
  const bool is_last = in.layout == Layout::channels_last;
  int64_t inner = 1;
  for (size_t axis = 2; axis < in.shape.size(); ++axis) inner *= in.shape[axis];
  const int64_t rows = is_last ? in.shape[0] * inner : in.shape[0], row = is_last ? 1 : inner;
  const double epsilon = request.number("epsilon", 1e-5f);
  return {.out = {in}, .kernel = [=](const Operands& operands) {
            const float* from = operands.input<float>(0);
            float* to = operands.output<float>();
            for (int64_t r = 0; r < rows; ++r) {
              for (int64_t c = 0; c < channels; ++c, from += row, to += row) {
                const double scale =
                    operands.input<float>(1)[c] / std::sqrt(operands.input<float>(4)[c] + epsilon);
                const double shift =
                    operands.input<float>(2)[c] - operands.input<float>(3)[c] * scale;
                for (int64_t i = 0; i < row; ++i) {
                  to[i] = static_cast<float>(from[i] * scale + shift);
                }
              }
            }
          }};
}

}  // namespace sepconv::network
