// LayerPlan: checks, then weights packed and work cut.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "layer/plan_impl.h"
#include "simd/layer/pack.h"

namespace sepconv {
namespace {

// The widest block, unless narrower ones leave a quarter fewer lanes empty.
int block_for(const std::vector<StageGeometry>& chain) {
  const auto lanes = [&](int block) {
    int64_t sum = 0;
    for (const StageGeometry& stage : chain) {
      sum += round_up(stage.in.channels, block) * round_up(stage.out.channels, block);
    }
    return sum;
  };
  const std::vector<int> blocks = simd::layer_blocks();
  return 4 * lanes(blocks.back()) < 3 * lanes(blocks.front()) ? blocks.back() : blocks.front();
}

AlignedBytes zero_row(const LayerPlan::Impl& plan) {
  int64_t width = 0;
  for (const PackedStage& stage : plan.stages) width = std::max(width, stage.geometry.in.width);
  const size_t bytes = width * plan.block * sizeof(float);
  AlignedBytes zeros = allocate_aligned(bytes);
  std::memset(zeros.get(), 0, bytes);
  return zeros;
}

}  // namespace

LayerPlan::Impl make_layer(const TensorShape& in, std::vector<LayerStage> stages,
                           const LayerOptions& options, const CutRequest& request) {
  require(options.threads >= 1 && options.threads <= 1024,
          "layer: threads is {}; expected 1 to 1024", options.threads);
  const std::vector<StageGeometry> chain = checked_geometry(in, stages);
  LayerPlan::Impl plan;
  plan.in = in;
  plan.options = options;
  plan.block = block_for(chain);
  for (size_t s = 0; s < stages.size(); ++s) {
    plan.stages.push_back(pack_stage(stages[s], chain[s], plan.block));
  }
  plan.given = std::move(stages);
  plan.cut = make_cut(plan.stages, plan.block, request);
  plan.zeros = zero_row(plan);
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
