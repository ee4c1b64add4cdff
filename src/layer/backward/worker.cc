// A step: input rows are computed again, stage by stage; gradients come back the other way, add up
// to those of weights, and end as rows of the input's gradient.
#include "layer/backward/worker.h"

#include <algorithm>
#include <cstring>

#include "layer/backward/channels.h"
#include "layer/backward/stage_run.h"
#include "layer/backward/weight_sums.h"
#include "simd/layer/gradient/derivative.h"
#include "simd/layer/pack.h"

namespace sepconv {
namespace {

// Rows of a map that slide through scratch.
class SlidingRows {
 public:
  SlidingRows() = default;
  SlidingRows(const RowsPlace& place, float* scratch, int block)
      : place_(place), row_stride_(place.width * block), pixel_stride_(block) {
    data_ = scratch + place.offset;
  }

  BlockRows rows() const {
    return {data_, first_, row_stride_, pixel_stride_, place_.block_stride};
  }

  // Rows before first are forgotten; the others move to the front.
  void keep_from(int64_t first, int64_t last) {
    if (first != first_ && first < last) {
      for (int64_t b = 0; b < place_.blocks; ++b) {
        float* block = data_ + b * place_.block_stride;
        std::memmove(block, block + (first - first_) * row_stride_,
                     (last - first) * row_stride_ * sizeof(float));
      }
    }
    first_ = first;
  }

 private:
  RowsPlace place_;
  int64_t row_stride_ = 0, pixel_stride_ = 0;
  float* data_ = nullptr;
  int64_t first_ = 0;
};

// A tensor's row x of image n; the vector code takes one type for reading and writing.
simd::PixelRow tensor_row(const ConstTensorRef& tensor, int64_t n, int64_t y) {
  const auto* data = static_cast<const float*>(tensor.data);
  return {const_cast<float*>(data) + n * tensor.strides.batch + y * tensor.strides.row,
          tensor.strides.pixel, tensor.strides.channel};
}

class PartRunner {
 public:
  PartRunner(const GradientWorker& worker, int64_t n, const PartOfImage& part)
      : worker_(worker), plan_(worker.plan), n_(n), part_(part) {
    for (const GradientStage& stage : plan_.stages) {
      inputs_.push_back(sliding(stage.inputs));
      gradients_.push_back(sliding(stage.gradients));
      outputs_.push_back(stage.is_apart ? sliding(stage.outputs) : SlidingRows());
    }
    float* floats = worker.floats();
    scratch_.rows = reinterpret_cast<const float**>(floats + plan_.floats);
    scratch_.zeros = floats + plan_.zeros;
    scratch_.windows = floats + plan_.windows;
    scratch_.windows_pixels = plan_.windows_pixels;
    scratch_.staged = floats + plan_.staged;
  }

  void run() {
    GradientSchedule schedule(plan_.forward(), part_, plan_.band_rows);
    while (schedule.next()) run_step(schedule.step());
  }

 private:
  const GradientStage& stage(size_t s) const { return plan_.stages[s]; }
  bool is_last(size_t s) const { return s + 1 == plan_.stages.size(); }

  SlidingRows sliding(const RowsPlace& place) const {
    return {place, worker_.floats(), plan_.block};
  }
  BlockRows rows_at(const RowsPlace& place, int64_t first) const {
    SlidingRows rows = sliding(place);
    rows.keep_from(first, first);
    return rows.rows();
  }
  simd::BlockedRow blocked(const BlockRows& rows, int64_t y) const {
    return {rows.row(y), rows.pixel_stride, rows.block_stride, plan_.block};
  }

  void run_step(const GradientStep& step) {
    const size_t count = plan_.stages.size();
    for (size_t s = 0; s < count; ++s) {
      const StageStep& rows = step.stages[s];
      inputs_[s].keep_from(rows.first_input, rows.inputs.first);
      if (s > 0 && stage(s - 1).is_apart) {
        outputs_[s - 1].keep_from(rows.first_input, rows.inputs.first);
      }
      gradients_[s].keep_from(rows.first_gradient, rows.gradients.first);
    }
    for (size_t s = 0; s < count; ++s) make_inputs(s, step.stages[s].inputs);
    for (size_t s = count; s-- > 0;) {
      const Range& rows = step.stages[s].gradients;
      if (rows.first >= rows.last) continue;
      make_gradients(s, rows);
      add_weights(s, own(s, rows));
    }
    write_in_gradient(step.in_gradient);
  }

  // Those of rows whose gradients this part adds to those of weights.
  Range own(size_t s, const Range& rows) const {
    const Range of = part_.of(stage(s).forward.geometry.out.height);
    return {std::clamp(of.first, rows.first, rows.last),
            std::clamp(of.last, rows.first, rows.last)};
  }

  void make_inputs(size_t s, const Range& rows) {
    const BlockRows to = inputs_[s].rows();
    if (s == 0) {
      const PackedStage& first = stage(0).forward;
      for (int64_t y = rows.first; y < rows.last; ++y) {
        simd::copy_to_blocks({tensor_row(worker_.in.in, n_, y), blocked(to, y), plan_.in.width,
                              plan_.in.channels, first.multiplier});
      }
      return;
    }
    const bool is_apart = stage(s - 1).is_apart;
    run_forward(s - 1, rows, is_apart ? outputs_[s - 1].rows() : to);
    for (int64_t y = rows.first; is_apart && y < rows.last; ++y) finish_outputs(s - 1, y);
  }

  void run_forward(size_t s, const Range& rows, const BlockRows& to) {
    run_stage_rows(forward_run(s, rows, to), scratch_);
  }

  StageRun forward_run(size_t s, const Range& rows, const BlockRows& out) const {
    const StageGeometry& geometry = stage(s).forward.geometry;
    const StagePlace place{geometry.in.height, geometry.in.width, geometry.margins.top,
                           geometry.margins.left, geometry.out.width};
    return {stage(s).forward, place, inputs_[s].rows(), out, rows};
  }

  // Row y of what stage s gives becomes a row of the next one's input.
  void finish_outputs(size_t s, int64_t y) {
    const TensorShape& shape = stage(s).forward.geometry.out;
    const int64_t multiplier = stage(s + 1).forward.multiplier;
    BlockRows from = outputs_[s].rows();
    const BlockRows to = inputs_[s + 1].rows();
    if (!stage(s).output_decides) {
      const BlockRows activated = multiplier > 1 ? rows_at(stage(s).activated, y) : to;
      simd::DerivativeRun run = derivative_run(s, from, activated, {y, y + 1});
      simd::apply_activation(run);
      from = activated;
    }
    if (multiplier > 1) {
      repeat_channels({shape.width, shape.channels, multiplier, blocked(from, y), blocked(to, y)});
    }
  }

  simd::DerivativeRun derivative_run(size_t s, const BlockRows& values, const BlockRows& gradients,
                                     const Range& rows) const {
    const TensorShape& shape = stage(s).forward.geometry.out;
    simd::DerivativeRun run;
    run.activation = stage(s).activation;
    run.block = plan_.block;
    run.channels = shape.channels;
    run.pixels = (rows.last - rows.first) * shape.width;
    if (values.data != nullptr) run.values = {values.row(rows.first), values.block_stride};
    run.gradients = {gradients.row(rows.first), gradients.block_stride};
    return run;
  }

  // The gradients in the sums of stage s.
  void make_gradients(size_t s, const Range& rows) {
    const BlockRows to = gradients_[s].rows();
    if (is_last(s)) {
      copy_rows(worker_.in.out_gradient, rows, to);
    } else {
      run_back(s + 1, rows, to);
    }
    const BlockRows values = values_of(s, rows);
    const Range owned = own(s, rows);
    float* sums = worker_.sums();
    const auto apply = [&](const Range& some, float* bias) {
      if (some.first >= some.last) return;
      simd::DerivativeRun run = derivative_run(s, values, to, some);
      run.bias = bias;
      if (bias != nullptr && stage(s).has_slopes) run.slopes = sums + stage(s).slope_sums;
      simd::apply_derivative(run);
    };
    apply({rows.first, owned.first}, nullptr);
    apply(owned, sums + stage(s).bias_sums);
    apply({owned.last, rows.last}, nullptr);
  }

  // What decides the derivatives of stage s's activation.
  BlockRows values_of(size_t s, const Range& rows) {
    if (!is_last(s)) return stage(s).is_apart ? outputs_[s].rows() : inputs_[s + 1].rows();
    if (stage(s).activation.kind == simd::ActivationKind::none) return {};
    const BlockRows values = rows_at(plan_.last_values, rows.first);
    const bool is_given = worker_.in.out.data != nullptr && stage(s).output_decides;
    if (is_given && !plan_.adds_input()) {
      copy_rows(worker_.in.out, rows, values);
    } else {
      run_forward(s, rows, values);
    }
    return values;
  }

  // Rows of a tensor of the output's shape.
  void copy_rows(const ConstTensorRef& tensor, const Range& rows, const BlockRows& to) const {
    for (int64_t y = rows.first; y < rows.last; ++y) {
      simd::copy_to_blocks(
          {tensor_row(tensor, n_, y), blocked(to, y), tensor.shape.width, tensor.shape.channels});
    }
  }

  // Rows of the gradients in the input of stage s, from those in its sums.
  void run_back(size_t s, const Range& rows, const BlockRows& to) {
    const PackedStage& forward = stage(s).forward;
    if (forward.multiplier == 1) return run_phases(s, rows, to);
    const BlockRows copies = rows_at(stage(s).unfolded, rows.first);
    run_phases(s, rows, copies);
    const TensorShape& in = forward.geometry.in;
    for (int64_t y = rows.first; y < rows.last; ++y) {
      fold_channels(
          {in.width, in.channels, forward.multiplier, blocked(to, y), blocked(copies, y)});
    }
  }

  void run_phases(size_t s, const Range& rows, const BlockRows& to) {
    const auto& [in, out, margins] = stage(s).forward.geometry;
    const auto& [strides, phases] = stage(s).transposed;
    for (const TransposedPhase& phase : phases) {
      const auto count = [&](int64_t size, int64_t first, int64_t stride) {
        return size <= first ? 0 : (size - first - 1) / stride + 1;  // of those below size
      };
      const Range some{count(rows.first, phase.row, strides.height),
                       count(rows.last, phase.row, strides.height)};
      if (some.first >= some.last) continue;
      BlockRows every{to.row(phase.row + some.first * strides.height), some.first,
                      to.row_stride * strides.height, to.pixel_stride * strides.width,
                      to.block_stride};
      every.data += phase.column * to.pixel_stride;
      const int64_t width = count(in.width, phase.column, strides.width);
      const StagePlace place{out.height, out.width, phase.top, phase.left, width};
      if (phase.has_taps) {
        run_stage_rows({phase.stage, place, gradients_[s].rows(), every, some}, scratch_);
      } else {
        fill_with_zeros(s, every, some, width);
      }
    }
  }

  void fill_with_zeros(size_t s, const BlockRows& to, const Range& rows, int64_t width) const {
    for (int64_t b = 0; b < stage(s).inputs.blocks; ++b) {
      for (int64_t y = rows.first; y < rows.last; ++y) {
        float* row = to.row(y) + b * to.block_stride;
        for (int64_t x = 0; x < width; ++x)
          std::fill_n(row + x * to.pixel_stride, plan_.block, 0.0f);
      }
    }
  }

  void add_weights(size_t s, const Range& rows) const {
    if (rows.first >= rows.last) return;
    add_weight_sums({forward_run(s, rows, gradients_[s].rows()), stage(s).weight_sums,
                     worker_.sums(), worker_.floats() + plan_.group_gradients},
                    scratch_);
  }

  void write_in_gradient(const Range& rows) {
    const BlockRows from = rows_at(plan_.in_gradients, rows.first);
    run_back(0, rows, from);
    for (int64_t y = rows.first; y < rows.last; ++y) {
      if (plan_.adds_input()) add_out_gradient(y, from);
      simd::copy_from_blocks({tensor_row(worker_.in_gradient, n_, y), blocked(from, y),
                              plan_.in.width, plan_.in.channels});
    }
  }

  void add_out_gradient(int64_t y, const BlockRows& to) const {
    const BlockRows added = rows_at(plan_.residual, y);
    copy_rows(worker_.in.out_gradient, {y, y + 1}, added);
    for (int64_t b = 0; b < plan_.residual.blocks; ++b) {
      float* sums = to.row(y) + b * to.block_stride;
      const float* values = added.row(y) + b * added.block_stride;
      for (int64_t i = 0; i < to.row_stride; ++i) sums[i] += values[i];
    }
  }

  const GradientWorker& worker_;
  const LayerGradient::Impl& plan_;
  const int64_t n_;
  const PartOfImage part_;
  StageScratch scratch_;
  std::vector<SlidingRows> inputs_, outputs_, gradients_;
};

}  // namespace

void run_share(const GradientWorker& worker, int64_t share) {
  const LayerGradient::Impl& plan = worker.plan;
  std::fill_n(worker.sums(), plan.sums_floats, 0.0f);
  std::fill_n(worker.floats() + plan.zeros, plan.zeros_floats, 0.0f);
  const int64_t parts = plan.in.batch * plan.parts;
  const int64_t last = (share + 1) * parts / plan.shares;
  for (int64_t part = share * parts / plan.shares; part < last; ++part) {
    PartRunner(worker, part / plan.parts, {part % plan.parts, plan.parts}).run();
  }
}

}  // namespace sepconv
