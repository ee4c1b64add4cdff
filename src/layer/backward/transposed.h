// A stage turned round: the gradient in its input as stages without strides on the gradient in its
// sums, one for each place of an input value between the strides.
#pragma once

#include <vector>

#include "layer/packed.h"

namespace sepconv {

/// Input rows row, row + strides.height, ... and columns likewise. Their value i has, under tap 0
/// of stage, row i - top and column i - left of the gradients.
struct TransposedPhase {
  int64_t row = 0, column = 0;
  int64_t top = 0, left = 0;
  bool has_taps = true;  // else these values are part of no output
  PackedStage stage;
};

struct TransposedStage {
  Extent strides;
  std::vector<TransposedPhase> phases;
};

/// packed is stage as it runs forward. The transposed stage gives all of packed's in_channels():
/// those of a multiplier are still to be added up.
TransposedStage transpose_stage(const LayerStage& stage, const PackedStage& packed);

}  // namespace sepconv
