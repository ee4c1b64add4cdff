// GaussianPlan::run: the axes by taps in one go, then pass after pass over groups of lines.
#include <algorithm>

#include "base/aligned.h"
#include "base/parallel.h"
#include "filter/array/check.h"
#include "filter/gaussian/impl.h"
#include "filter/gaussian/lines.h"

namespace sepconv {
namespace {

// One pass from one array to another, or within one.
struct PassRun {
  const RecursivePass& pass;
  const ConstArrayRef& from;
  const ArrayRef& to;
  LineOrder order;
};

void filter_group(const PassRun& run, int64_t group, void* scratch) {
  simd::LineWork work;
  work.in.data = run.from.data;
  work.in.type = run.from.type;
  work.in.stride = run.from.strides[run.pass.axis];
  work.out.data = run.to.data;
  work.out.type = run.to.type;
  work.out.stride = run.to.strides[run.pass.axis];
  work.scratch = scratch;
  const int64_t first = group * simd::kLinesTogether;
  work.lines = std::min<int64_t>(run.order.lines() - first, simd::kLinesTogether);
  run.order.set_offsets(first, run.from.strides, work.in.offsets);
  run.order.set_offsets(first, run.to.strides, work.out.offsets);
  simd::filter_lines(run.pass.filter, work);
}

// A worker's scratch: lines, or rows of the pass by taps; behind them the first worker has the
// buffer between the passes.
class Scratch {
 public:
  Scratch(const GaussianPlan::Impl& plan, Context& context) : context_(context) {
    buffer_bytes_ = plan.buffer_bytes();
    worker_bytes_ = plan.worker_bytes();
    // All of it before anything is written: a failed allocation leaves out untouched.
    for (int worker = 0; worker < context.threads(); ++worker) lines_of(worker);
  }

  std::byte* buffer() { return lines_of(0) + worker_bytes_; }
  std::byte* lines_of(int worker) {
    return context_.scratch(worker, worker_bytes_ + (worker == 0 ? buffer_bytes_ : 0));
  }

 private:
  Context& context_;
  int64_t buffer_bytes_ = 0;
  int64_t worker_bytes_ = 0;
};

void run_pass(const PassRun& run, Scratch& scratch, int threads) {
  const int64_t groups = (run.order.lines() + simd::kLinesTogether - 1) / simd::kLinesTogether;
  const int workers = static_cast<int>(std::min<int64_t>(threads, groups));
  parallel_for_tasks(workers, groups, [&](int worker, int64_t group) {
    filter_group(run, group, scratch.lines_of(worker));
  });
}

}  // namespace

void GaussianPlan::run(const ConstArrayRef& in, const ArrayRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void GaussianPlan::run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const {
  const GaussianWay& way = impl_->chosen();
  if (!way.is_recursive()) return way.fir->run(in, out, context);
  check_array(in, "in", impl_->shape, impl_->in_type);
  check_array(out, "out", impl_->shape, impl_->out_type);
  check_no_overlap(in, out);

  Scratch scratch(*impl_, context);
  const ArrayRef between =
      impl_->needs_buffer()
          ? ArrayRef::packed(scratch.buffer(), impl_->type_between(way), impl_->shape)
          : out;
  ConstArrayRef from = in;
  if (way.fir) {
    way.fir->run(in, between, context);
    from = between;
  }
  for (const RecursivePass& pass : way.passes) {
    const ArrayRef& to = &pass == &way.passes.back() ? out : between;
    run_pass({pass, from, to, LineOrder(impl_->shape, to.strides, pass.axis)}, scratch,
             context.threads());
    from = between;
  }
}

}  // namespace sepconv
