// Gradients of a stage's weights: rows of its input times rows of the gradients in its sums.
#pragma once

#include <vector>

#include "layer/backward/stage_run.h"

namespace sepconv {

struct WeightSums {
  StageRun run;  // as the stage runs forward; out is the gradients in its sums, pixels side by side
  const std::vector<int64_t>& offsets;  // of each group's sums, or those of depthwise taps
  float* sums;
  float* group_gradients;  // scratch: as many pixels as windows have, channels of a group
};

/// Adds the gradients of run.rows to the sums, which are packed as the weights are.
void add_weight_sums(const WeightSums& weights, const StageScratch& scratch);

/// The sums of a stage, in the order of LayerStage::weights.
void unpack_weight_sums(const PackedStage& stage, const std::vector<int64_t>& offsets,
                        const float* sums, float* weights);

}  // namespace sepconv
