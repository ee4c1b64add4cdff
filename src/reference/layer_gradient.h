// Gradients of layers, written to be believed: whole maps, every product added by itself, in
// double. Tests hold the fast way against it.
#pragma once

#include <limits>
#include <vector>

#include "reference/layer.h"

namespace sepconv::reference {

/// Gradients in a stage's weights, bias and slopes, laid out as those are.
struct StageGradient {
  std::vector<double> weights, bias, slopes;
};

struct LayerGradient {
  Tensor in;
  std::vector<StageGradient> stages;
  // How near any sum came to a corner of its activation, where a rounding decides the derivative.
  double nearest_corner = std::numeric_limits<double>::infinity();
};

/// The derivative of activate at value: at corners 0, but the slope of
/// leaky_relu and prelu at 0, and 1 of hard_swish at 3.
double derivative(const Activation& activation, double value, int64_t channel);

/// The gradients of sum(out_gradient * run_layer(in, stages)).
LayerGradient run_layer_gradient(const Tensor& in, const std::vector<LayerStage>& stages,
                                 const Tensor& out_gradient);

}  // namespace sepconv::reference
