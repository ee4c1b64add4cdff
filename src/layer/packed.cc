// Packing of weights when a plan is made.
#include "layer/packed.h"

#include <algorithm>

#include "simd/layer/pack.h"

namespace sepconv {
namespace {

// Some of a stage's output channels: all of them, or those of a group.
struct Part {
  const LayerStage& stage;
  int64_t first, count;
  int block;
  std::vector<AlignedBytes>* memory;

  float* floats(int64_t values) const {
    memory->push_back(allocate_aligned(values * sizeof(float)));
    return reinterpret_cast<float*>(memory->back().get());
  }

  // One value a channel; all fill where there are none.
  const float* channels(const std::vector<float>& values, float fill) const {
    const std::vector<float> filled(count, fill);
    const float* from = values.empty() ? filled.data() : values.data() + first;
    float* to = floats(round_up(count, block));
    simd::pack_channels(from, count, block, to);
    return to;
  }

  const float* bias() const { return channels(stage.options.bias, 0.0f); }

  simd::Activation activation() const;
};

simd::Activation clamp_of(float low, float high) {
  return {simd::ActivationKind::clamp, low, high};
}

simd::Activation of_kind(simd::ActivationKind kind) {
  simd::Activation activation;
  activation.kind = kind;
  return activation;
}

simd::Activation Part::activation() const {
  const Activation& given = stage.options.activation;
  simd::Activation prelu = of_kind(simd::ActivationKind::prelu);
  switch (given.kind) {
    case ActivationKind::none:
      break;
    case ActivationKind::relu:
      return clamp_of(0, simd::Activation().high);
    case ActivationKind::relu6:
      return clamp_of(0, 6);
    case ActivationKind::clip:
      return clamp_of(given.low, given.high);
    case ActivationKind::leaky_relu:
      prelu.slopes = channels({}, given.slope);
      return prelu;
    case ActivationKind::prelu:
      prelu.slopes = channels(given.slopes, 0.0f);
      return prelu;
    case ActivationKind::hard_sigmoid:
      return of_kind(simd::ActivationKind::hard_sigmoid);
    case ActivationKind::hard_swish:
      return of_kind(simd::ActivationKind::hard_swish);
    case ActivationKind::swish:
      return of_kind(simd::ActivationKind::swish);
    case ActivationKind::gelu:
      return of_kind(simd::ActivationKind::gelu);
  }
  return {};
}

simd::DepthwiseWeights pack_depthwise(const Part& part) {
  const auto& [height, width] = part.stage.kernel;
  const StageOptions& options = part.stage.options;
  float* taps = part.floats(round_up(part.count, part.block) * height * width);
  simd::pack_depthwise_taps(part.stage.weights.data(), part.count, height * width, part.block,
                            taps);
  simd::DepthwiseWeights weights;
  weights.block = part.block;
  weights.height = height;
  weights.width = width;
  weights.stride_y = options.strides.height;
  weights.stride_x = options.strides.width;
  weights.dilation_y = options.dilation.height;
  weights.dilation_x = options.dilation.width;
  weights.taps = taps;
  weights.bias = part.bias();
  weights.activation = part.activation();
  return weights;
}

// Filters [tap][channel], as windows of channels-last pixels have their values.
std::vector<float> channels_last(const Part& part, int64_t depth) {
  const int64_t taps = part.stage.kernel.height * part.stage.kernel.width;
  const int64_t channels = depth / taps;
  std::vector<float> filters(part.count * depth);
  for (int64_t o = 0; o < part.count; ++o) {
    const float* from = part.stage.weights.data() + (part.first + o) * depth;
    float* to = filters.data() + o * depth;
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t tap = 0; tap < taps; ++tap) to[tap * channels + c] = *from++;
    }
  }
  return filters;
}

simd::ProductWeights pack_group(const Part& part) {
  const int64_t depth = std::ssize(part.stage.weights) / part.stage.out_channels;
  float* panels = part.floats(depth * round_up(part.count, part.block));
  simd::pack_product(channels_last(part, depth).data(), part.count, depth, part.block, panels);
  return {part.block, depth, part.count, panels, part.bias(), part.activation()};
}

}  // namespace

PackedStage pack_stage(const LayerStage& stage, const StageGeometry& geometry, int block) {
  StageKind kind = is_pointwise(stage, geometry) ? StageKind::pointwise : StageKind::windows;
  if (is_depthwise(stage, geometry)) kind = StageKind::depthwise;
  return pack_stage_as(kind, stage, geometry, block);
}

PackedStage pack_stage_as(StageKind kind, const LayerStage& stage, const StageGeometry& geometry,
                          int block) {
  PackedStage packed;
  packed.kind = kind;
  packed.geometry = geometry;
  packed.kernel = stage.kernel;
  packed.strides = stage.options.strides;
  packed.dilation = stage.options.dilation;
  packed.adds_input = stage.adds_input;
  if (kind == StageKind::depthwise) {
    packed.multiplier = stage.out_channels / stage.groups;
    packed.depthwise = pack_depthwise({stage, 0, stage.out_channels, block, &packed.memory});
    return packed;
  }
  const int64_t count = stage.out_channels / stage.groups;
  for (int64_t group = 0; group < stage.groups; ++group) {
    packed.groups.push_back(pack_group({stage, group * count, count, block, &packed.memory}));
  }
  return packed;
}

simd::Activation pack_activation(const LayerStage& stage, int block,
                                 std::vector<AlignedBytes>* memory) {
  return Part{stage, 0, stage.out_channels, block, memory}.activation();
}

}  // namespace sepconv
