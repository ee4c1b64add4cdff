// LayerGradient: stages packed both ways round, bands that stay in the second cache, shares of the
// batch that are summed by themselves.
#include "layer/backward/plan.h"

#include <algorithm>

#include "base/check.h"
#include "layer/plan_impl.h"

namespace sepconv {
namespace {

using Impl = LayerGradient::Impl;

// Rows that wait in scratch, in the second and third cache: narrower bands move their neighbours'
// rows and add to the gradients of weights more often, which costs more than a cache further away.
// Where there are more weights than that, as many: all of them are read, and added to, once a band.
constexpr int64_t kBandBytes = 1024 * 1024;
// Windows gathered at once.
constexpr int64_t kWindowBytes = 128 * 1024;
// Gradients of weights are added up once a share: as many shares as keep workers busy, but each of
// so many pixels that the adding takes a few hundredths of the time.
constexpr int64_t kMostShares = 16;
constexpr int64_t kPixelsOfShare = 384;
// Images are cut where a batch has fewer, into parts of so many rows or more: their neighbours'
// rows are computed again.
constexpr int64_t kFewImages = 8;
constexpr int64_t kRowsOfPart = 8;

// True where an activation's output says as much of its derivative as its input does.
bool output_decides(const Activation& activation) {
  switch (activation.kind) {
    case ActivationKind::none:
    case ActivationKind::relu:
    case ActivationKind::relu6:
    case ActivationKind::clip:
      return true;
    case ActivationKind::leaky_relu:
      return activation.slope >= 0;
    default:  // prelu's slopes have gradients, which take sums
      return false;
  }
}

void remove_activation(PackedStage* stage) {
  stage->depthwise.activation = {};
  for (simd::ProductWeights& group : stage->groups) group.activation = {};
}

GradientStage make_stage(const LayerStage& given, const StageGeometry& geometry, int block) {
  GradientStage stage;
  stage.forward = pack_stage(given, geometry, block);
  stage.transposed = transpose_stage(given, stage.forward);
  stage.activation = pack_activation(given, block, &stage.memory);
  stage.output_decides = output_decides(given.options.activation);
  stage.has_slopes = given.options.activation.kind == ActivationKind::prelu;
  return stage;
}

// The most rows that the steps of all parts have in scratch.
struct StageRows {
  int64_t inputs = 0, gradients = 0;
  int64_t new_gradients = 0;

  void add(const StageStep& step) {
    inputs = std::max(inputs, step.inputs.last - step.first_input);
    gradients = std::max(gradients, step.gradients.last - step.first_gradient);
    new_gradients = std::max(new_gradients, step.gradients.last - step.gradients.first);
  }
};

// Lays out one scratch.
class Layout {
 public:
  Layout(Impl* plan, int64_t band_rows) : plan_(*plan), most_(plan->stages.size()) {
    plan_.band_rows = band_rows;
    plan_.floats = plan_.pointers = 0;
    for (int64_t part = 0; part < plan_.parts; ++part) {
      GradientSchedule schedule(plan_.forward(), {part, plan_.parts}, band_rows);
      while (schedule.next()) add_step(schedule.step());
    }
    for (size_t s = 0; s < most_.size(); ++s) place_stage(s);
    place_borders();
    rows_bytes_ = plan_.floats * int64_t{sizeof(float)};
    place_windows();
    place_sums();
  }

  int64_t rows_bytes() const { return rows_bytes_; }

 private:
  void add_step(const GradientStep& step) {
    for (size_t s = 0; s < most_.size(); ++s) {
      most_[s].add(step.stages[s]);
      const Range& asking = s > 0 ? step.stages[s - 1].gradients : step.in_gradient;
      for (const TransposedPhase& phase : plan_.stages[s].transposed.phases) {
        if (phase.has_taps) add_pointers(phase.stage, asking);
      }
      add_pointers(plan_.stages[s].forward, step.stages[s].gradients);
      if (s > 0) add_pointers(plan_.stages[s - 1].forward, step.stages[s].inputs);
    }
  }

  // Rows under the taps of output rows.
  void add_pointers(const PackedStage& stage, const Range& rows) {
    if (rows.first >= rows.last) return;
    const int64_t apart = (rows.last - rows.first - 1) * stage.strides.height;
    plan_.pointers = std::max(plan_.pointers, apart + stage.extent_y());
  }

  int64_t take(int64_t floats) {
    const int64_t offset = plan_.floats;
    plan_.floats += round_up(floats, kAlignment / int64_t{sizeof(float)});
    return offset;
  }

  RowsPlace place(int64_t rows, int64_t width, int64_t channels) {
    RowsPlace place;
    place.rows = rows;
    place.width = width;
    place.blocks = round_up(channels, plan_.block) / plan_.block;
    // a spare pixel, so that blocks are no power of two apart, where they would share cache lines
    place.block_stride = (rows * width + 1) * plan_.block;
    place.offset = take(place.blocks * place.block_stride);
    return place;
  }

  void place_stage(size_t s) {
    GradientStage& stage = plan_.stages[s];
    const auto& [in, out, margins] = stage.forward.geometry;
    stage.inputs = place(most_[s].inputs, in.width, stage.forward.in_channels());
    stage.gradients = place(most_[s].gradients, out.width, out.channels);
    if (stage.is_apart) {
      stage.outputs = place(most_[s + 1].inputs, out.width, out.channels);
      stage.activated = place(1, out.width, out.channels);
    }
    if (stage.forward.multiplier > 1) {
      const int64_t rows = s > 0 ? most_[s - 1].new_gradients : plan_.band_rows;
      stage.unfolded = place(rows, in.width, stage.forward.in_channels());
    }
  }

  void place_borders() {
    const TensorShape& out = plan_.out();
    if (plan_.stages.back().activation.kind != simd::ActivationKind::none) {
      plan_.last_values = place(most_.back().new_gradients, out.width, out.channels);
    }
    plan_.in_gradients = place(plan_.band_rows, plan_.in.width, plan_.in.channels);
    if (plan_.adds_input()) plan_.residual = place(1, out.width, out.channels);
  }

  void place_windows() {
    int64_t width = 0, depth = 0, staged = 0, group = 0;
    const auto add_stage = [&](const PackedStage& stage, int64_t out_width) {
      if (stage.kind != StageKind::windows) return;
      depth = std::max(depth, stage.groups[0].depth);
      if (stage.groups.size() == 1) return;
      staged = std::max(staged, out_width * round_up(stage.geometry.out.channels, plan_.block));
      group = std::max(group, round_up(stage.groups[0].channels, plan_.block));
    };
    for (const GradientStage& stage : plan_.stages) {
      const auto& [in, out, margins] = stage.forward.geometry;
      width = std::max({width, in.width, out.width});
      add_stage(stage.forward, out.width);
      for (const TransposedPhase& phase : stage.transposed.phases) {
        if (phase.has_taps) add_stage(phase.stage, in.width);
      }
    }
    depth = round_up(depth, plan_.block);
    if (depth > 0) {
      const int64_t fitting = kWindowBytes / (depth * int64_t{sizeof(float)});
      plan_.windows_pixels = std::min(std::max<int64_t>(fitting, 16), width);
    }
    plan_.windows = take(depth * plan_.windows_pixels);
    plan_.group_gradients = take(group * plan_.windows_pixels);
    plan_.staged = take(staged);
    plan_.zeros_floats = width * plan_.block;
    plan_.zeros = take(plan_.zeros_floats);
  }

  void place_sums() {
    plan_.sums = plan_.floats;
    for (GradientStage& stage : plan_.stages) {
      stage.weight_sums.clear();
      const int64_t channels = stage.forward.geometry.out.channels;
      for (const simd::ProductWeights& group : stage.forward.groups) {
        stage.weight_sums.push_back(take(group.depth * round_up(group.channels, plan_.block)) -
                                    plan_.sums);
      }
      if (stage.forward.kind == StageKind::depthwise) {
        const int64_t taps = stage.forward.kernel.height * stage.forward.kernel.width;
        stage.weight_sums.push_back(take(taps * round_up(channels, plan_.block)) - plan_.sums);
      }
      stage.bias_sums = take(round_up(channels, plan_.block)) - plan_.sums;
      if (stage.has_slopes) stage.slope_sums = take(round_up(channels, plan_.block)) - plan_.sums;
    }
    plan_.sums_floats = plan_.floats - plan_.sums;
  }

  Impl& plan_;
  std::vector<StageRows> most_;
  int64_t rows_bytes_ = 0;
};

// Parts of an image, each with rows of every map.
int64_t parts_of(const Impl& plan) {
  if (plan.in.batch >= kFewImages) return 1;
  int64_t height = plan.in.height;
  for (const GradientStage& stage : plan.stages) {
    height = std::min(height, stage.forward.geometry.out.height);
  }
  const int64_t wanted = (kFewImages + plan.in.batch - 1) / plan.in.batch;
  return std::clamp<int64_t>(height / kRowsOfPart, 1, wanted);
}

int64_t shares_of(const Impl& plan) {
  const TensorShape& out = plan.out();
  const int64_t pixels = out.batch * out.height * out.width;
  const int64_t most = std::min(kMostShares, out.batch * plan.parts);
  return std::clamp<int64_t>(pixels / kPixelsOfShare, 1, most);
}

// The most rows of nearly equal bands that fit; at least one.
void fit_bands(Impl* plan) {
  const int64_t height = (plan->in.height + plan->parts - 1) / plan->parts;
  int64_t weights = 0;
  for (const LayerStage& stage : plan->given) weights += std::ssize(stage.weights);
  const int64_t most = std::max(kBandBytes, weights * int64_t{sizeof(float)});
  for (int64_t bands = 1;; bands += (bands + 1) / 2) {
    const int64_t rows = (height + bands - 1) / bands;
    if (Layout(plan, rows).rows_bytes() <= most || rows == 1) return;
  }
}

}  // namespace

std::vector<const PackedStage*> LayerGradient::Impl::forward() const {
  std::vector<const PackedStage*> all;
  for (const GradientStage& stage : stages) all.push_back(&stage.forward);
  return all;
}

LayerGradient::Impl make_gradient(const TensorShape& in, std::vector<LayerStage> stages,
                                  const LayerOptions& options, const GradientRequest& request) {
  check_threads(options.threads, "layer gradient");
  const std::vector<StageGeometry> chain = checked_geometry(in, stages);
  Impl plan;
  plan.in = in;
  plan.options = options;
  plan.block = block_for(stages, chain);
  for (size_t s = 0; s < stages.size(); ++s) {
    plan.stages.push_back(make_stage(stages[s], chain[s], plan.block));
  }
  plan.given = std::move(stages);
  for (size_t s = 0; s < plan.stages.size(); ++s) {
    GradientStage& stage = plan.stages[s];
    const bool is_last = s + 1 == plan.stages.size();
    if (is_last || !stage.output_decides) remove_activation(&stage.forward);
    stage.is_apart =
        !is_last && (!stage.output_decides || plan.stages[s + 1].forward.multiplier > 1);
  }
  plan.contexts = ContextPool(options.threads);
  plan.parts = request.parts.value_or(parts_of(plan));
  plan.shares = shares_of(plan);
  if (request.band_rows) {
    Layout(&plan, *request.band_rows);
  } else {
    fit_bands(&plan);
  }
  return plan;
}

LayerGradient::LayerGradient(const TensorShape& in, std::vector<LayerStage> stages,
                             const LayerOptions& options)
    : impl_(std::make_unique<const Impl>(make_gradient(in, std::move(stages), options))) {}
LayerGradient::~LayerGradient() = default;
LayerGradient::LayerGradient(LayerGradient&&) noexcept = default;
LayerGradient& LayerGradient::operator=(LayerGradient&&) noexcept = default;

const TensorShape& LayerGradient::in_shape() const { return impl_->in; }
const TensorShape& LayerGradient::out_shape() const { return impl_->out(); }
int64_t LayerGradient::scratch_bytes() const { return impl_->scratch_bytes(); }

}  // namespace sepconv
