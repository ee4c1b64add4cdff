// LayerPlan: checks, then weights packed and work cut.
#include <algorithm>
#include <cstring>
#include <span>

#include "base/check.h"
#include "layer/plan_impl.h"
#include "simd/layer/pack.h"

namespace sepconv {
namespace {

AlignedBytes zero_row(const LayerPlan::Impl& plan) {
  int64_t floats = 0;
  for (const PackedStage& stage : plan.stages) {
    floats = std::max(floats, stage.geometry.in.width * plan.block);
  }
  for (const RowBuffer& buffer : plan.cut.buffers) floats = std::max(floats, buffer.row_stride);
  if (plan.cut.buffers[0].may_be_in_place)
    floats = std::max(floats, plan.in.width * plan.in.channels + plan.block);
  const size_t bytes = floats * sizeof(float);
  AlignedBytes zeros = allocate_aligned(bytes);
  std::memset(zeros.get(), 0, bytes);
  return zeros;
}

// A last product may write in narrower blocks than the others read: its outputs are channels last.
int last_block(const LayerStage& stage, const StageGeometry& geometry, int block) {
  return is_depthwise(stage, geometry) ? block
                                       : std::min(block, block_for({&stage, 1}, {&geometry, 1}));
}

}  // namespace

int block_for(std::span<const LayerStage> stages, std::span<const StageGeometry> chain) {
  const auto work = [&](int block) {
    int64_t sum = 0;
    for (size_t s = 0; s < chain.size(); ++s) {
      const int64_t groups = is_depthwise(stages[s], chain[s]) ? 1 : stages[s].groups;
      const int64_t filters = stages[s].out_channels;
      const int64_t taps = std::ssize(stages[s].weights) / filters;
      const TensorShape& out = chain[s].out;
      sum += out.height * out.width * taps * groups * round_up(filters / groups, block);
    }
    return sum;
  };
  const std::vector<int> blocks = simd::layer_blocks();
  const int narrow = blocks.back(), wide = blocks.front();
  return 6 * work(narrow) <= 5 * work(wide) ? narrow : wide;
}

LayerPlan::Impl make_layer(const TensorShape& in, std::vector<LayerStage> stages,
                           const LayerOptions& options, const CutRequest& request) {
  check_threads(options.threads, "layer");
  const std::vector<StageGeometry> chain = checked_geometry(in, stages);
  LayerPlan::Impl plan;
  plan.in = in;
  plan.options = options;
  plan.block = block_for(stages, chain);
  for (size_t s = 0; s < stages.size(); ++s) {
    const bool is_last = s + 1 == stages.size();
    const int block = is_last ? last_block(stages[s], chain[s], plan.block) : plan.block;
    plan.stages.push_back(pack_stage(stages[s], chain[s], block));
  }
  plan.given = std::move(stages);
  plan.cut = make_cut(plan.stages, plan.block, request);
  plan.zeros = zero_row(plan);
  plan.contexts = ContextPool(options.threads);
  return plan;
}

LayerPlan::LayerPlan(const TensorShape& in, std::vector<LayerStage> stages,
                     const LayerOptions& options)
    : impl_(std::make_unique<const Impl>(make_layer(in, std::move(stages), options))) {}
LayerPlan::~LayerPlan() = default;
LayerPlan::LayerPlan(LayerPlan&&) noexcept = default;
LayerPlan& LayerPlan::operator=(LayerPlan&&) noexcept = default;

const TensorShape& LayerPlan::in_shape() const { return impl_->in; }
const TensorShape& LayerPlan::out_shape() const { return impl_->out(); }
int64_t LayerPlan::scratch_bytes() const { return impl_->cut.scratch_bytes(); }

}  // namespace sepconv
