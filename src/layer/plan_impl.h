// The inside of a LayerPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <span>
#include <vector>

#include "base/context_pool.h"
#include "layer/cut.h"
#include "sepconv/layer.h"

namespace sepconv {

struct LayerPlan::Impl {
  TensorShape in;
  std::vector<LayerStage> given;
  LayerOptions options;
  int block = 1;  // channels side by side in scratch; a last product may have fewer in vectors
  std::vector<PackedStage> stages;
  LayerCut cut;
  AlignedBytes zeros;  // a row beyond the map, as wide as any stage's
  ContextPool contexts{1};

  const TensorShape& out() const { return stages.back().geometry.out; }
  bool adds_input() const { return stages.back().adds_input; }
};

/// Channels side by side in scratch: the widest block, unless narrower ones save a sixth of the
/// work, which is what they lose in speed.
int block_for(std::span<const LayerStage> stages, std::span<const StageGeometry> chain);

/// The inside of a plan; with a request, cut as that says.
LayerPlan::Impl make_layer(const TensorShape& in, std::vector<LayerStage> stages,
                           const LayerOptions& options, const CutRequest& request = {});

/// As LayerPlan::run.
void run_layer(const LayerPlan::Impl& plan, const ConstTensorRef& in, const TensorRef& out,
               Context& context);

}  // namespace sepconv
