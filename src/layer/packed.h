// A stage as the vector code wants it: its weights packed, its activation in the kernels' terms.
#pragma once

#include <vector>

#include "base/aligned.h"
#include "layer/geometry.h"
#include "simd/layer/depthwise.h"
#include "simd/layer/product.h"

namespace sepconv {

/// Products of so few inputs do all pixels for a panel of their weights.
inline constexpr int64_t kShallow = 64;

/// How a stage runs. depthwise: channel by channel. pointwise: a product of the pixels as they are.
/// windows: a product a group, of the values under each window where they lie, channels last.
enum class StageKind { depthwise, pointwise, windows };

/// Owned by a plan, and immutable: the weights point into memory.
struct PackedStage {
  StageKind kind = StageKind::pointwise;
  StageGeometry geometry;
  Extent kernel, strides, dilation;
  bool adds_input = false;
  int64_t multiplier = 1;                    // copies of each input channel: depthwise only
  simd::DepthwiseWeights depthwise;          // of depthwise
  std::vector<simd::ProductWeights> groups;  // of the others
  std::vector<AlignedBytes> memory;

  /// Channels side by side.
  int block() const { return kind == StageKind::depthwise ? depthwise.block : groups[0].block; }
  /// Positions that a window covers.
  int64_t extent_y() const { return (kernel.height - 1) * dilation.height + 1; }
  int64_t extent_x() const { return (kernel.width - 1) * dilation.width + 1; }
  /// Channels of its input as it reads them.
  int64_t in_channels() const { return geometry.in.channels * multiplier; }
};

PackedStage pack_stage(const LayerStage& stage, const StageGeometry& geometry, int block);

/// The same, run as kind.
PackedStage pack_stage_as(StageKind kind, const LayerStage& stage, const StageGeometry& geometry,
                          int block);

/// The activation of all of a stage's channels; what it points to is added to memory.
simd::Activation pack_activation(const LayerStage& stage, int block,
                                 std::vector<AlignedBytes>* memory);

}  // namespace sepconv
