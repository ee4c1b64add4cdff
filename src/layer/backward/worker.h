// One worker's share of a gradient: parts of images, band by band.
#pragma once

#include "layer/backward/plan.h"

namespace sepconv {

/// Where a worker reads, writes and works. The tensors are checked.
struct GradientWorker {
  const LayerGradient::Impl& plan;
  const LayerGradientIn& in;
  const TensorRef& in_gradient;
  std::byte* scratch;  // plan.scratch_bytes()

  float* floats() const { return reinterpret_cast<float*>(scratch); }
  float* sums() const { return floats() + plan.sums; }
};

/// All parts of a share; its gradients of weights and biases are then in sums().
void run_share(const GradientWorker& worker, int64_t share);

}  // namespace sepconv
