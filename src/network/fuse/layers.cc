// Convolutions as layers, and what their weights and activations take in.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "network/fuse/editor.h"
#include "network/fuse/fuse.h"

namespace sepconv::network {
namespace {

std::vector<float> values_of(const NdArray& array) {
  return {array.as<float>(), array.as<float>() + array.count()};
}

bool all_finite(const NdArray& array) {
  return std::all_of(array.as<float>(), array.as<float>() + array.count(),
                     [](float value) { return std::isfinite(value); });
}

bool is_f32(const NdArray* array) { return array != nullptr && array->type() == ElementType::f32; }

template <class T>
T attribute(const Node& node, const char* name, T otherwise) {
  const auto place = node.attributes.find(name);
  const T* value = place == node.attributes.end() ? nullptr : std::get_if<T>(&place->second);
  return value ? *value : otherwise;
}

// Whether the third input is a bias that a layer can have, or left out.
bool take_bias(LayerStage& layer, const Node& node, const GraphEditor& editor) {
  if (node.inputs.size() < 3 || node.inputs[2] == kNoValue) return true;
  const NdArray* bias = editor.constant(node.inputs[2]);
  if (!is_f32(bias) || !all_finite(*bias) || bias->count() != layer.out_channels) return false;
  layer.options.bias = values_of(*bias);
  return true;
}

// The stage of a Conv, where its weights are constants that a layer can have.
std::optional<Stage> stage_of(const Node& node, const GraphEditor& editor) {
  const NdArray* weights = node.inputs.size() < 2 ? nullptr : editor.constant(node.inputs[1]);
  if (!is_f32(weights) || !all_finite(*weights)) return std::nullopt;
  const NdShape& shape = weights->shape();
  if (shape.size() != 3 && shape.size() != 4) return std::nullopt;
  Stage stage;
  stage.map_axes = shape.size() - 2;
  stage.layer =
      conv2d(values_of(*weights), shape[0], {shape.size() == 4 ? shape[2] : 1, shape.back()}, {},
             attribute<int64_t>(node, "group", 1));
  if (!take_bias(stage.layer, node, editor)) return std::nullopt;
  stage.window = std::make_shared<const Node>(node);
  return stage;
}

bool are_all(const Node& node, const char* name, int64_t expected) {
  const auto values = attribute<std::vector<int64_t>>(node, name, {});
  return std::ranges::all_of(values, [&](int64_t value) { return value == expected; });
}

// The stage of a ConvTranspose whose kernels lie side by side: as large as its strides, no padding.
std::optional<Stage> spread_of(const Node& node, const GraphEditor& editor) {
  const NdArray* weights = node.inputs.size() < 2 ? nullptr : editor.constant(node.inputs[1]);
  if (!is_f32(weights) || !all_finite(*weights) || weights->shape().size() != 4) {
    return std::nullopt;
  }
  const NdShape& shape = weights->shape();
  const auto strides = attribute<std::vector<int64_t>>(node, "strides", {1, 1});
  const bool is_plain = attribute<int64_t>(node, "group", 1) == 1 && are_all(node, "pads", 0) &&
                        are_all(node, "dilations", 1) && are_all(node, "output_padding", 0) &&
                        !node.attributes.contains("output_shape") &&
                        attribute<std::string>(node, "auto_pad", "NOTSET") == "NOTSET";
  if (!is_plain || strides != NdShape{shape[2], shape[3]} || weights->count() == 0) {
    return std::nullopt;
  }
  // [channels, filters, ...] to [filters, channels, ...].
  const int64_t channels = shape[0], filters = shape[1], taps = shape[2] * shape[3];
  std::vector<float> turned(weights->count());
  for (int64_t i = 0; i < channels * filters; ++i) {
    const int64_t channel = i / filters, filter = i % filters;
    std::copy_n(weights->as<float>() + i * taps, taps,
                turned.begin() + (filter * channels + channel) * taps);
  }
  Stage stage;
  stage.layer = conv2d(std::move(turned), filters, {shape[2], shape[3]});
  if (!take_bias(stage.layer, node, editor)) return std::nullopt;
  stage.window = std::make_shared<const Node>(node);
  return stage;
}

// One value an output channel of a constant that is stretched over maps: of one element, or with
// the channels along the axis that they have there. Empty for others.
std::vector<float> per_channel(const NdArray* array, const Stage& stage) {
  if (!is_f32(array) || !all_finite(*array)) return {};
  const int64_t channels = stage.layer.out_channels;
  const NdShape& shape = array->shape();
  if (shape.size() > stage.map_axes + 2) return {};
  if (array->count() == 1) return std::vector<float>(channels, *array->as<float>());
  if (array->count() != channels || shape.size() <= stage.map_axes) return {};
  const bool is_along_channels = shape[shape.size() - 1 - stage.map_axes] == channels;
  return is_along_channels ? values_of(*array) : std::vector<float>{};
}

// y = x * scale + shift of each output channel, taken into weights and bias.
void scale_and_shift(LayerStage& layer, const std::vector<float>& scale,
                     const std::vector<float>& shift) {
  std::vector<float>& bias = layer.options.bias;
  bias.resize(layer.out_channels);
  const size_t taps = layer.weights.size() / layer.out_channels;
  for (size_t i = 0; i < layer.weights.size(); ++i) layer.weights[i] *= scale[i / taps];
  for (size_t c = 0; c < bias.size(); ++c) bias[c] = bias[c] * scale[c] + shift[c];
}

bool take_norm(Stage& stage, const Node& node, const GraphEditor& editor) {
  if (node.inputs.size() != 5 || attribute<int64_t>(node, "training_mode", 0) != 0) return false;
  BatchNorm norm;
  norm.epsilon = attribute(node, "epsilon", 1e-5f);
  std::vector<float>* const parts[] = {&norm.gamma, &norm.beta, &norm.mean, &norm.variance};
  for (size_t i = 0; i < 4; ++i) {
    const NdArray* part = editor.constant(node.inputs[i + 1]);
    if (!is_f32(part) || !all_finite(*part) || part->count() != stage.layer.out_channels) {
      return false;
    }
    *parts[i] = values_of(*part);
  }
  stage.layer = with_batch_norm(std::move(stage.layer), norm);
  return true;
}

// Add, Sub, Mul and Div of a constant.
bool take_constant(Stage& stage, const Node& node, int made, const GraphEditor& editor) {
  const bool is_second = node.inputs[0] == made;
  const bool commutes = node.op == "Add" || node.op == "Mul";
  if (!is_second && !commutes) return false;
  std::vector<float> values = per_channel(editor.constant(node.inputs[is_second]), stage);
  if (values.empty()) return false;
  const std::vector<float> ones(values.size(), 1.0f), zeros(values.size(), 0.0f);
  if (node.op == "Sub") {
    for (float& value : values) value = -value;
  }
  if (node.op == "Div") {
    for (float& value : values) {
      if (value == 0) return false;
      value = 1 / value;
    }
  }
  const bool is_factor = node.op == "Mul" || node.op == "Div";
  scale_and_shift(stage.layer, is_factor ? values : ones, is_factor ? zeros : values);
  return true;
}

// The bounds of Clip, Min, Max and Relu of made and constants.
struct Bounds {
  float low = std::numeric_limits<float>::lowest();
  float high = std::numeric_limits<float>::max();
};

std::optional<Bounds> bounds_of(const Node& node, int made, const GraphEditor& editor) {
  Bounds bounds;
  if (node.op == "Relu") return Bounds{0, bounds.high};
  if (node.op == "Clip") {
    bounds.low = attribute(node, "min", bounds.low);
    bounds.high = attribute(node, "max", bounds.high);
    for (size_t i = 1; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNoValue) continue;
      const auto bound = editor.scalar(node.inputs[i]);
      if (!bound) return std::nullopt;
      (i == 1 ? bounds.low : bounds.high) = *bound;
    }
    return bounds;
  }
  if ((node.op != "Min" && node.op != "Max") || node.inputs.size() != 2) return std::nullopt;
  const NdArray* array = editor.constant(node.inputs[node.inputs[0] == made]);
  const auto bound = editor.scalar(node.inputs[node.inputs[0] == made]);
  if (!bound || array->shape().size() > 3) return std::nullopt;
  (node.op == "Min" ? bounds.high : bounds.low) = *bound;
  return bounds;
}

// A bound after others.
bool take_bounds(Activation& activation, Bounds bounds) {
  if (activation.kind == ActivationKind::clip) {
    bounds.low = std::max(activation.low, bounds.low);
    bounds.high = std::min(activation.high, bounds.high);
  } else if (activation.kind == ActivationKind::relu || activation.kind == ActivationKind::relu6) {
    bounds.low = std::max(0.0f, bounds.low);
    if (activation.kind == ActivationKind::relu6) bounds.high = std::min(6.0f, bounds.high);
  } else if (activation.kind != ActivationKind::none) {
    return false;
  }
  // Bounds that cross are for Clip itself to interpret.
  if (!(bounds.low <= bounds.high)) return false;
  const bool is_open = bounds.high == std::numeric_limits<float>::max();
  activation = {.kind = ActivationKind::clip, .low = bounds.low, .high = bounds.high};
  if (bounds.low == 0 && is_open) activation = {.kind = ActivationKind::relu};
  if (bounds.low == 0 && bounds.high == 6) activation = {.kind = ActivationKind::relu6};
  return true;
}

std::optional<Activation> activation_of(const Stage& stage, const Node& node,
                                        const GraphEditor& editor) {
  if (node.op == "HardSwish") return Activation{.kind = ActivationKind::hard_swish};
  if (node.op == kSwish) return Activation{.kind = ActivationKind::swish};
  if (node.op == "LeakyRelu") {
    return Activation{.kind = ActivationKind::leaky_relu, .slope = attribute(node, "alpha", 0.01f)};
  }
  if (node.op == "HardSigmoid") {
    const bool is_sixth = std::abs(attribute(node, "alpha", 0.2f) - 1.0f / 6) <= 1e-7f &&
                          attribute(node, "beta", 0.5f) == 0.5f;
    if (is_sixth) return Activation{.kind = ActivationKind::hard_sigmoid};
  }
  if (node.op == "Gelu" && attribute<std::string>(node, "approximate", "none") == "none") {
    return Activation{.kind = ActivationKind::gelu};
  }
  if (node.op == "PRelu") {
    std::vector<float> slopes = per_channel(editor.constant(node.inputs[1]), stage);
    if (!slopes.empty()) {
      return Activation{.kind = ActivationKind::prelu, .slopes = std::move(slopes)};
    }
  }
  return std::nullopt;
}

// Whether the stage has taken node in, which alone takes its result made.
bool take(Stage& stage, const Node& node, int made, const GraphEditor& editor) {
  Activation& activation = stage.layer.options.activation;
  if (node.outputs.size() != 1) return false;
  if (const auto bounds = bounds_of(node, made, editor)) return take_bounds(activation, *bounds);
  if (activation.kind != ActivationKind::none) return false;
  if (node.op == "BatchNormalization") return take_norm(stage, node, editor);
  if (node.op == "Add" || node.op == "Sub" || node.op == "Mul" || node.op == "Div") {
    return take_constant(stage, node, made, editor);
  }
  const auto found = activation_of(stage, node, editor);
  if (found) activation = *found;
  return found.has_value();
}

}  // namespace

void make_layers(Graph& graph) {
  GraphEditor editor(graph);
  for (Node& node : editor.nodes()) {
    const bool is_transposed = node.op == "ConvTranspose";
    if ((!is_transposed && node.op != "Conv") || node.outputs.size() != 1) continue;
    std::optional<Stage> stage = is_transposed ? spread_of(node, editor) : stage_of(node, editor);
    if (!stage) continue;
    node.fused = {node.op};
    node.op = is_transposed ? kSpread : kLayer;
    editor.set_input(node, node.inputs[0]);
    for (Node* next = editor.only_user(node.outputs[0]);
         next != nullptr && take(*stage, *next, node.outputs[0], editor);
         next = editor.only_user(node.outputs[0])) {
      editor.take_over(node, *next);
    }
    node.stages = {std::move(*stage)};
  }
}

}  // namespace sepconv::network
