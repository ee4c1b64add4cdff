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

/// One axis of a stage: its sizes, and the zeros before and after the map.
struct Axis {
  int64_t size, taps, stride, dilation;
  int64_t before = 0, after = 0;

  int64_t extent() const { return (taps - 1) * dilation + 1; }
  int64_t outputs() const { return (size + before + after - extent()) / stride + 1; }
};

struct Axes {
  Axis y, x;
};

Axes axes_of(const TensorShape& in, const LayerStage& stage);

double activate(const Activation& activation, double value, int64_t channel);

/// One stage, its adds_input left out.
Tensor run_stage(const Tensor& in, const LayerStage& stage);

/// All stages in turn.
Tensor run_layer(const Tensor& in, const std::vector<LayerStage>& stages);

}  // namespace sepconv::reference
