// Convolutions of networks as stages of a LayerPlan, whose tensors they read in place.
#pragma once

#include "network/ops/operator.h"
#include "network/ops/sums/window.h"
#include "sepconv/layer.h"

namespace sepconv::network {

/// The stage of a Conv whose weights, and bias where it has one, are constants.
/// errors     InvalidArgument: attributes and weights that do not fit
LayerStage conv_stage(const Request& request);

/// The stages of a layer, for an input of this spec.
std::vector<LayerStage> chain_stages(const std::vector<Stage>& chain, Spec spec);

/// A map of [batch, channels, width] or [batch, channels, height, width] as layers have it.
TensorShape map_shape(const NdShape& shape);
TensorStrides map_strides(const Spec& spec);

/// Stages on input 0, a map.
Prepared layer_on_map(const Spec& in, std::vector<LayerStage> stages);

/// Says in prepared what a plan that it runs does, and counts it.
void describe_layer(const LayerPlan& plan, Prepared& prepared);

}  // namespace sepconv::network
