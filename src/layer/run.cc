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

}  // namespace

void run_layer(const LayerPlan::Impl& plan, const ConstTensorRef& in, const TensorRef& out,
               Context& context) {
  check_tensor(in, "in", plan.in);
  check_tensor(out, "out", plan.out());
  const SampleLattice written = lattice_of(out);
  require(has_distinct_samples(written), "layer: values of out share memory");
  require(are_apart(lattice_of(in), written), "layer: out overlaps in; expected separate memory");

  const int64_t height = plan.out().height, rows = plan.out().batch * height;
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), rows));
  const auto run_share = [&](int worker) {
    const LayerWorker work{plan, in, out, context.scratch(worker, plan.cut.scratch_bytes())};
    const int64_t last = (worker + 1) * rows / workers;
    for (int64_t row = worker * rows / workers; row < last;) {
      const int64_t n = row / height, y = row % height;
      const int64_t end = std::min(height, y + last - row);
      run_rows(work, n, {y, end});
      row += end - y;
    }
  };
  parallel_for(workers,
               std::ref(run_share));  // by reference: the closure is not copied to the heap
}

void LayerPlan::run(const ConstTensorRef& in, const TensorRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void LayerPlan::run(const ConstTensorRef& in, const TensorRef& out, Context& context) const {
  run_layer(*impl_, in, out, context);
}

}  // namespace sepconv
