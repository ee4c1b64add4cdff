// Demand runs backwards twice: rows of the input's gradient ask for gradients of later stages, and
// those for the inputs under them.
#include "layer/backward/schedule.h"

#include <algorithm>

namespace sepconv {
namespace {

// numerator / denominator, rounded down.
int64_t floor_divide(int64_t numerator, int64_t denominator) {
  return numerator / denominator - (numerator % denominator < 0 ? 1 : 0);
}

Range hull(const Range& a, const Range& b) {
  if (a.first >= a.last) return b;
  if (b.first >= b.last) return a;
  return {std::min(a.first, b.first), std::max(a.last, b.last)};
}

// The input rows under one output row; beyond the last one, none.
Range under(const PackedStage& stage, int64_t y) { return input_rows(stage, {y, y + 1}); }

}  // namespace

Range output_rows(const PackedStage& stage, const Range& in) {
  const int64_t stride = stage.strides.height, top = stage.geometry.margins.top;
  const int64_t first = -floor_divide(-(in.first + top - stage.extent_y() + 1), stride);
  const int64_t last = floor_divide(in.last - 1 + top, stride) + 1;
  return {std::clamp<int64_t>(first, 0, stage.geometry.out.height),
          std::clamp<int64_t>(last, 0, stage.geometry.out.height)};
}

GradientSchedule::GradientSchedule(const std::vector<const PackedStage*>& stages,
                                   const PartOfImage& part, int64_t band_rows)
    : stages_(stages), rows_(part.of(stages[0]->geometry.in.height)), band_rows_(band_rows) {
  step_.in_gradient = {rows_.first, rows_.first};
  step_.stages.resize(stages.size());
  Range rows = rows_;
  for (size_t s = 0; s < stages.size(); ++s) {
    rows = hull(part.of(stages[s]->geometry.out.height), output_rows(*stages[s], rows));
    step_.stages[s].gradients = {rows.first, rows.first};
    last_gradients_.push_back(rows.last);
  }
  for (size_t s = stages.size(); s-- > 0;) {
    int64_t first = under(*stages[s], step_.stages[s].gradients.first).first;
    if (s > 0) first = std::min(first, step_.stages[s - 1].gradients.first);
    if (s + 1 < stages.size()) {
      first = std::min(first, under(*stages[s], step_.stages[s + 1].inputs.first).first);
    }
    step_.stages[s].inputs = {first, first};
  }
}

bool GradientSchedule::next() {
  if (step_.in_gradient.last == rows_.last) return false;
  const int64_t first = step_.in_gradient.last;
  step_.in_gradient = {first, std::min(first + band_rows_, rows_.last)};
  add_gradients(step_.in_gradient.last == rows_.last);
  add_inputs();
  set_first_rows();
  return true;
}

void GradientSchedule::add_gradients(bool is_last) {
  Range asking = step_.in_gradient;
  for (size_t s = 0; s < stages_.size(); ++s) {
    Range& rows = step_.stages[s].gradients;
    const int64_t needed = asking.first < asking.last ? output_rows(*stages_[s], asking).last : 0;
    rows = {rows.last, std::max(rows.last, is_last ? last_gradients_[s] : needed)};
    asking = rows;
  }
}

void GradientSchedule::add_inputs() {
  for (size_t s = stages_.size(); s-- > 0;) {
    StageStep& stage = step_.stages[s];
    int64_t last = stage.inputs.last;
    const auto add_under = [&](const Range& rows) {
      if (rows.first < rows.last) last = std::max(last, input_rows(*stages_[s], rows).last);
    };
    add_under(stage.gradients);
    if (s + 1 < stages_.size()) add_under(step_.stages[s + 1].inputs);
    // what this stage's input was before its activation decides the gradients of the stage before
    if (s > 0) last = std::max(last, step_.stages[s - 1].gradients.last);
    stage.inputs = {stage.inputs.last, last};
  }
}

void GradientSchedule::set_first_rows() {
  for (size_t s = 0; s < stages_.size(); ++s) {
    StageStep& stage = step_.stages[s];
    const int64_t asking = s == 0 ? step_.in_gradient.first : step_.stages[s - 1].gradients.first;
    stage.first_gradient =
        std::min(output_rows(*stages_[s], {asking, asking + 1}).first, stage.gradients.first);
    int64_t first = under(*stages_[s], stage.gradients.first).first;
    if (s > 0) first = std::min(first, step_.stages[s - 1].gradients.first);
    if (s + 1 < stages_.size()) {
      first = std::min(first, under(*stages_[s], step_.stages[s + 1].inputs.first).first);
    }
    stage.first_input = std::min(first, stage.inputs.first);
  }
}

}  // namespace sepconv
