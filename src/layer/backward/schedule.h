// Which rows of which maps a gradient has in scratch, step by step: arithmetic only. The plan sizes
// its buffers by it, workers follow it.
#pragma once

#include <vector>

#include "layer/cut.h"

namespace sepconv {

/// Rows of a stage that a step makes, and from where on rows are still needed.
struct StageStep {
  Range inputs;             // new rows of its input
  Range gradients;          // new rows of the gradients in its sums
  int64_t first_input = 0;  // rows before this one are done with
  int64_t first_gradient = 0;
};

/// A band of rows of the gradient in the input.
struct GradientStep {
  Range in_gradient;
  std::vector<StageStep> stages;
};

/// One of the parts that an image's rows are in.
struct PartOfImage {
  int64_t index = 0;
  int64_t count = 1;

  /// Its rows of a map of height rows.
  Range of(int64_t height) const { return {index * height / count, (index + 1) * height / count}; }
};

/// The steps of a part: every row of the gradient in the input that is the part's, and for every
/// stage at least the part's rows of output, from top to bottom.
class GradientSchedule {
 public:
  GradientSchedule(const std::vector<const PackedStage*>& stages, const PartOfImage& part,
                   int64_t band_rows);

  /// The next step, in step(); false after the last one.
  bool next();
  const GradientStep& step() const { return step_; }

 private:
  void add_gradients(bool is_last);
  void add_inputs();
  void set_first_rows();

  std::vector<const PackedStage*> stages_;
  Range rows_;
  int64_t band_rows_;
  std::vector<int64_t> last_gradients_;  // one a stage: where the last step ends
  GradientStep step_;
};

/// Output rows of a stage that input rows are part of.
Range output_rows(const PackedStage& stage, const Range& in);

}  // namespace sepconv
