// What a stage does to shapes: checked, its padding as numbers. The plan asks first of all.
#pragma once

#include <string>
#include <vector>

#include "sepconv/layer.h"
#include "sepconv/tensor.h"

namespace sepconv {

struct StageGeometry {
  TensorShape in, out;
  Margins margins;
};

/// "depthwise 3x3", "pointwise 1x1", "convolution 3x3" or "grouped 3x3".
std::string stage_name(const LayerStage& stage, int64_t in_channels);

/// True of 1x1 kernels that mix all channels and keep the map's size.
bool is_pointwise(const LayerStage& stage, const StageGeometry& geometry);

/// True where every input channel has filters of its own.
bool is_depthwise(const LayerStage& stage, const StageGeometry& geometry);

/// The shapes along a chain of stages.
/// errors     InvalidArgument: everything that a LayerPlan refuses, naming stage and argument
std::vector<StageGeometry> checked_geometry(const TensorShape& in,
                                            const std::vector<LayerStage>& stages);

}  // namespace sepconv
