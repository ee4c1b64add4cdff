// From Conv's attributes to a LayerStage, and the kernel of a LayerPlan.
#include "network/ops/sums/stage.h"

#include <memory>

namespace sepconv::network {
namespace {

std::vector<float> f32_values(const NdArray& array, const char* which) {
  require(array.type() == ElementType::f32, "{} is {}; expected f32", which,
          sepconv::name(array.type()));
  return {array.as<float>(), array.as<float>() + array.count()};
}

// The window that axes say, of maps with one or two.
void set_window(LayerStage& stage, std::vector<WindowAxis> axes) {
  if (axes.size() == 1) axes.insert(axes.begin(), WindowAxis{});
  stage.kernel = {axes[0].taps, axes[1].taps};
  stage.options.strides = {axes[0].stride, axes[1].stride};
  stage.options.dilation = {axes[0].dilation, axes[1].dilation};
  stage.options.padding = Margins{axes[0].before, axes[0].after, axes[1].before, axes[1].after};
}

}  // namespace

LayerStage conv_stage(const Request& request) {
  const NdArray& weights = request.values(1);
  const NdShape& shape = weights.shape();
  require(
      shape.size() == 3 || shape.size() == 4,
      "weights are {}; expected [filters, channels, width] or [filters, channels, height, width]",
      to_string(shape));
  std::vector<int64_t> sides(shape.begin() + 2, shape.end());
  const std::vector<int64_t> named = request.integers("kernel_shape");
  require(named.empty() || named == sides, "kernel_shape is {}; the weights are {}",
          to_string(named), to_string(shape));
  LayerStage stage =
      conv2d(f32_values(weights, "weights"), shape[0], {}, {}, request.integer("group", 1));
  if (request.has_input(2)) stage.options.bias = f32_values(request.values(2), "bias");
  set_window(stage, window_axes(request, sides));
  return stage;
}

std::vector<LayerStage> chain_stages(const std::vector<Stage>& chain, Spec spec) {
  std::vector<LayerStage> stages;
  for (const Stage& stage : chain) {
    stages.push_back(stage.layer);
    std::vector<int64_t> sides = {stage.layer.kernel.height, stage.layer.kernel.width};
    sides.erase(sides.begin(), sides.end() - stage.map_axes);
    const std::vector<WindowAxis> axes = window_axes(Request(*stage.window, {{spec}}), sides);
    set_window(stages.back(), axes);
    spec.shape[1] = stage.layer.out_channels;
    for (size_t i = 0; i < axes.size(); ++i) spec.shape[i + 2] = axes[i].out;
  }
  return stages;
}

TensorShape map_shape(const NdShape& shape) {
  require(shape.size() == 3 || shape.size() == 4, "input is {}; expected 3 or 4 axes",
          to_string(shape));
  return {shape[0], shape.size() == 4 ? shape[2] : 1, shape.back(), shape[1]};
}

TensorStrides map_strides(const Spec& spec) {
  const bool is_last = spec.layout == Layout::channels_last;
  return packed_strides(map_shape(spec.shape), is_last ? TensorLayout::nhwc : TensorLayout::nchw);
}

Prepared layer_on_map(const Spec& in, std::vector<LayerStage> stages) {
  require(in.type == ElementType::f32, "input is {}; expected f32", sepconv::name(in.type));
  auto plan = std::make_shared<const LayerPlan>(map_shape(in.shape), std::move(stages));
  const TensorShape& made = plan->out_shape();
  Spec out{in.type, {made.batch, made.channels, made.width}};
  if (in.shape.size() == 4) {
    out.shape.insert(out.shape.begin() + 2, made.height);
    out.layout = Layout::channels_last;
  }
  const TensorStrides from = map_strides(in), to = map_strides(out);
  Prepared prepared{.out = {out}};
  describe_layer(*plan, prepared);
  prepared.kernel = [=](const Operands& operands) {
    plan->run({operands.in[0], SampleType::f32, plan->in_shape(), from},
              {operands.out[0], SampleType::f32, plan->out_shape(), to}, operands.context);
  };
  return prepared;
}

void describe_layer(const LayerPlan& plan, Prepared& prepared) {
  const LayerExplanation explanation = plan.explain();
  prepared.summary = explanation.summary;
  prepared.multiplications += explanation.cost.total().multiplications;
}

}  // namespace sepconv::network
