// LayerPlan::run: checks the tensors and cuts rows among workers.
#include <algorithm>
#include <functional>

#include "base/check.h"
#include "base/lattice.h"
#include "base/parallel.h"
#include "layer/pipeline.h"

namespace sepconv {
namespace {

void check_tensor(const ConstTensorRef& tensor, const char* which, const TensorShape& shape) {
  require(tensor.data != nullptr, "layer: {} has no data", which);
  if (tensor.shape != shape) {  // texts are made only when they are read
    require(false, "layer: {} is {}; the plan is for {}", which, to_string(tensor.shape),
            to_string(shape));
  }
  require(tensor.type == SampleType::f32, "layer: {} is {}; expected f32", which,
          name(tensor.type));
}

// Multiplications of a depthwise stage take longer: they read what they multiply.
constexpr double kDepthwiseWork = 4;

double work_of(const PackedStage& stage) {
  const double taps = static_cast<double>(value_count(stage.geometry.out)) * stage.kernel.height *
                      stage.kernel.width;
  if (stage.kind == StageKind::depthwise) return kDepthwiseWork * taps;
  return taps * stage.geometry.in.channels / std::ssize(stage.groups);
}

simd::ProductWeights last_product(const LayerPlan::Impl& plan, const Range& channels) {
  const PackedStage& last = plan.stages.back();
  if (last.kind != StageKind::pointwise) return {};
  return part_of_product(last.groups[0], channels.first, channels.last - channels.first);
}

// What each worker makes: rows of all channels; or, of maps of few rows, channels of a last product
// for all rows, whatever comes before the product done by every worker.
class Shares {
 public:
  Shares(const LayerPlan::Impl& plan, const TensorRef& out, int threads)
      : all_{out.shape.batch * out.shape.height, out.shape.channels} {
    workers_ = static_cast<int>(std::min<int64_t>(threads, all_.rows));
    const PackedStage& last = plan.stages.back();
    panel_ = simd::kPanelVectors * last.block();
    const bool can_split = last.kind == StageKind::pointwise && out.strides.channel == 1 &&
                           all_.channels / panel_ >= kLeastPanels * threads;
    if (threads == 1 || !can_split) return;
    double before = 0;
    for (const PackedStage& stage : plan.stages) before += &stage == &last ? 0 : work_of(stage);
    const double most_rows = (all_.rows + workers_ - 1) / workers_;
    const double by_rows = (before + work_of(last)) * most_rows / all_.rows;
    has_parts_ = before + work_of(last) / threads < by_rows;
    if (has_parts_) workers_ = threads;
  }

  int workers() const { return workers_; }
  Range rows(int worker) const {
    return has_parts_ ? Range{0, all_.rows} : Range{first_row(worker), first_row(worker + 1)};
  }
  Range channels(int worker) const {
    return has_parts_ ? Range{first_channel(worker), first_channel(worker + 1)}
                      : Range{0, all_.channels};
  }

 private:
  // Fewer panels would not be worth reading all pixels for.
  static constexpr int64_t kLeastPanels = 4;

  int64_t first_row(int worker) const { return worker * all_.rows / workers_; }
  int64_t first_channel(int worker) const {
    return worker == workers_ ? all_.channels : all_.channels / panel_ * worker / workers_ * panel_;
  }

  struct {
    int64_t rows, channels;
  } all_;
  int64_t panel_ = 1;  // channels that a part is a multiple of
  int workers_ = 1;
  bool has_parts_ = false;
};

}  // namespace

void run_layer(const LayerPlan::Impl& plan, const ConstTensorRef& in, const TensorRef& out,
               Context& context) {
  check_tensor(in, "in", plan.in);
  check_tensor(out, "out", plan.out());
  const SampleLattice written = lattice_of(out);
  require(has_distinct_samples(written), "layer: values of out share memory");
  require(are_apart(lattice_of(in), written), "layer: out overlaps in; expected separate memory");

  const Shares shares(plan, out, context.threads());
  const auto run_share = [&](int worker) {
    std::byte* scratch = context.scratch(worker, plan.cut.scratch_bytes());
    const Range channels = shares.channels(worker);
    const LayerWorker work{plan, in, out, scratch, channels.first, last_product(plan, channels)};
    const int64_t height = plan.out().height;
    const auto [first, last] = shares.rows(worker);
    for (int64_t row = first; row < last;) {
      const int64_t n = row / height, y = row % height;
      const int64_t end = std::min(height, y + last - row);
      run_rows(work, n, {y, end});
      row += end - y;
    }
  };
  // by reference: the closure is not copied to the heap
  parallel_for(shares.workers(), std::ref(run_share));
}

void LayerPlan::run(const ConstTensorRef& in, const TensorRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void LayerPlan::run(const ConstTensorRef& in, const TensorRef& out, Context& context) const {
  run_layer(*impl_, in, out, context);
}

}  // namespace sepconv
