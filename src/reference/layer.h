// Layers, written to be believed: one double sum a value, one whole map a stage. Tests hold the
// fast way against it.
#pragma once

#include <vector>

#include "sepconv/layer.h"
#include "sepconv/tensor.h"

namespace sepconv::reference {

/// A tensor in double, packed: value (n, y, x, c) at ((n * height + y) * width + x) * channels + c.
struct Tensor {
  TensorShape shape;
  std::vector<double> values;

  double& at(int64_t n, int64_t y, int64_t x, int64_t c);
  /// Zero beyond the map.
  double at(int64_t n, int64_t y, int64_t x, int64_t c) const;
};

Tensor zeros(const TensorShape& shape);

/// The values of in, of any strides.
Tensor read(const ConstTensorRef& in);

double activate(const Activation& activation, double value, int64_t channel);

/// One stage, its adds_input left out.
Tensor run_stage(const Tensor& in, const LayerStage& stage);

/// All stages in turn.
Tensor run_layer(const Tensor& in, const std::vector<LayerStage>& stages);

}  // namespace sepconv::reference
