// The inside of a LayerPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <vector>

#include "base/context_pool.h"
#include "layer/cut.h"
#include "sepconv/layer.h"

namespace sepconv {

struct LayerPlan::Impl {
  TensorShape in;
  std::vector<LayerStage> given;
  LayerOptions options;
  int block = 1;  // channels side by side in scratch
  std::vector<PackedStage> stages;
  LayerCut cut;
  AlignedBytes zeros;  // a row beyond the map, as wide as any stage's
  ContextPool contexts{1};

  const TensorShape& out() const { return stages.back().geometry.out; }
  bool adds_input() const { return stages.back().adds_input; }
};

/// Channels side by side in scratch: the widest block, unless narrower ones leave a quarter fewer
/// lanes empty.
int block_for(const std::vector<StageGeometry>& chain);

/// The inside of a plan; with a request, cut as that says.
LayerPlan::Impl make_layer(const TensorShape& in, std::vector<LayerStage> stages,
                           const LayerOptions& options, const CutRequest& request = {});

/// As LayerPlan::run.
void run_layer(const LayerPlan::Impl& plan, const ConstTensorRef& in, const TensorRef& out,
               Context& context);

}  // namespace sepconv
