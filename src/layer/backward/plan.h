// The inside of a LayerGradient: what plan.cc decides, and run.cc and worker.cc use.
#pragma once

#include <optional>
#include <vector>

#include "base/context_pool.h"
#include "layer/backward/schedule.h"
#include "layer/backward/transposed.h"
#include "sepconv/layer_gradient.h"

namespace sepconv {

/// Rows that wait in scratch: [block][row][pixel][lane].
struct RowsPlace {
  int64_t offset = -1;  // floats from the start of scratch; -1: none
  int64_t rows = 0;     // at most
  int64_t width = 0;
  int64_t blocks = 0;
  int64_t block_stride = 0;  // floats
};

struct GradientStage {
  PackedStage forward;  // as it is computed again: the last one without its activation
  TransposedStage transposed;
  simd::Activation activation;
  std::vector<AlignedBytes> memory;  // of activation
  bool output_decides = false;       // the derivative, as well as the sums do
  bool has_slopes = false;           // that have gradients: of prelu
  // The input of the next stage is not what forward gives: its activation, which needs sums, comes
  // after, or channels are repeated.
  bool is_apart = false;
  RowsPlace inputs;                  // as the stage reads them
  RowsPlace outputs;                 // of forward, where is_apart
  RowsPlace gradients;               // in its sums
  RowsPlace activated;               // a row of outputs on its way to be repeated
  RowsPlace unfolded;                // gradients in repeated channels, on their way to be added up
  std::vector<int64_t> weight_sums;  // one a group: floats from the start of the sums
  int64_t bias_sums = 0;
  int64_t slope_sums = 0;  // where has_slopes
};

/// The cut, where a caller does not leave it to the plan.
struct GradientRequest {
  std::optional<int64_t> band_rows;
  std::optional<int64_t> parts;  // of an image
};

struct LayerGradient::Impl {
  TensorShape in;
  std::vector<LayerStage> given;
  LayerOptions options;
  int block = 1;
  std::vector<GradientStage> stages;
  int64_t band_rows = 1;
  int64_t parts = 1;   // of an image
  int64_t shares = 1;  // of all parts; each has weight gradients of its own

  // Floats from the start of a worker's scratch.
  int64_t sums = 0, sums_floats = 0;  // gradients of all weights and biases of a share
  RowsPlace last_values;              // of the last stage, or its output
  RowsPlace in_gradients;             // on their way into a tensor
  RowsPlace residual;                 // a row of the output's gradient, where the input was added
  int64_t windows = 0, windows_pixels = 0;
  int64_t group_gradients = 0;  // those of the pixels whose windows are gathered
  int64_t staged = 0;
  int64_t zeros = 0, zeros_floats = 0;  // a row beyond a map
  int64_t floats = 0;
  int64_t pointers = 0;     // behind them
  ContextPool contexts{1};  // of runs without one

  const TensorShape& out() const { return stages.back().forward.geometry.out; }
  bool adds_input() const { return given.back().adds_input; }
  std::vector<const PackedStage*> forward() const;
  int64_t scratch_bytes() const {
    return floats * int64_t{sizeof(float)} + pointers * int64_t{sizeof(float*)};
  }
  /// The sums of all shares: behind the first worker's scratch.
  int64_t total_bytes() const { return sums_floats * int64_t{sizeof(float)}; }
};

LayerGradient::Impl make_gradient(const TensorShape& in, std::vector<LayerStage> stages,
                                  const LayerOptions& options, const GradientRequest& request = {});

/// As LayerGradient::run.
void run_gradient(const LayerGradient::Impl& plan, const LayerGradientIn& in,
                  const LayerGradientOut& out, Context& context);

}  // namespace sepconv
