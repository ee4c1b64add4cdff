// LayerGradient::run: checks the tensors, gives shares to workers and adds up what they summed.
#include <algorithm>

#include "base/check.h"
#include "base/lattice.h"
#include "base/parallel.h"
#include "layer/backward/weight_sums.h"
#include "layer/backward/worker.h"

namespace sepconv {
namespace {

using Impl = LayerGradient::Impl;

void check_tensor(const ConstTensorRef& tensor, const std::string& which,
                  const TensorShape& shape) {
  require(tensor.data != nullptr, "layer gradient: {} has no data", which);
  require(tensor.shape == shape, "layer gradient: {} is {}; the plan is for {}", which,
          to_string(tensor.shape), to_string(shape));
  require(tensor.type == SampleType::f32, "layer gradient: {} is {}; expected f32", which,
          name(tensor.type));
}

// Where something is, as messages call it.
struct Named {
  std::string name;
  SampleLattice lattice;
};

void add_values(const std::string& which, const std::span<float>& values, size_t expected,
                std::vector<Named>* written) {
  require(values.data() != nullptr, "layer gradient: {} has no data", which);
  require(values.size() == expected, "layer gradient: {} has {} values; expected {}", which,
          values.size(), expected);
  const TensorShape shape{1, 1, 1, static_cast<int64_t>(expected)};
  written->push_back({which, lattice_of(ConstTensorRef(values.data(), shape))});
}

std::vector<Named> checked_outputs(const Impl& plan, const LayerGradientOut& out) {
  check_tensor(out.in, "gradient of in", plan.in);
  std::vector<Named> written = {{"gradient of in", lattice_of(out.in)}};
  require(has_distinct_samples(written[0].lattice),
          "layer gradient: values of gradient of in share memory");
  require(out.stages.size() == plan.given.size(),
          "layer gradient: gradients of {} stages; the plan has {}", out.stages.size(),
          plan.given.size());
  for (size_t s = 0; s < plan.given.size(); ++s) {
    const std::string of = " of stage " + std::to_string(s);
    add_values("gradient of weights" + of, out.stages[s].weights, plan.given[s].weights.size(),
               &written);
    add_values("gradient of bias" + of, out.stages[s].bias,
               static_cast<size_t>(plan.given[s].out_channels), &written);
    const std::span<float>& slopes = out.stages[s].slopes;
    if (slopes.empty()) continue;
    const int64_t expected = plan.stages[s].has_slopes ? plan.given[s].out_channels : 0;
    add_values("gradient of slopes" + of, slopes, static_cast<size_t>(expected), &written);
  }
  return written;
}

void check(const Impl& plan, const LayerGradientIn& in, const LayerGradientOut& out) {
  check_tensor(in.in, "in", plan.in);
  check_tensor(in.out_gradient, "gradient of out", plan.out());
  std::vector<Named> read = {{"in", lattice_of(in.in)},
                             {"gradient of out", lattice_of(in.out_gradient)}};
  if (in.out.data != nullptr) {
    check_tensor(in.out, "out", plan.out());
    read.push_back({"out", lattice_of(in.out)});
  }
  const std::vector<Named> written = checked_outputs(plan, out);
  for (size_t i = 0; i < written.size(); ++i) {
    std::vector<Named> others = read;
    others.insert(others.end(), written.begin(), written.begin() + static_cast<int64_t>(i));
    for (const Named& other : others) {
      require(are_apart(written[i].lattice, other.lattice),
              "layer gradient: {} overlaps {}; expected separate memory", written[i].name,
              other.name);
    }
  }
}

// total += the sums of workers, in the order of their shares.
void add_sums(std::span<const GradientWorker> workers, float* total) {
  const int64_t floats = workers[0].plan.sums_floats;
  const auto count = static_cast<int64_t>(workers.size());
  parallel_for(static_cast<int>(count), [&](int worker) {
    const int64_t first = worker * floats / count, last = (worker + 1) * floats / count;
    for (const GradientWorker& of : workers) {
      const float* sums = of.sums();
      for (int64_t i = first; i < last; ++i) total[i] += sums[i];
    }
  });
}

void write_sums(const Impl& plan, const float* total, const LayerGradientOut& out) {
  for (size_t s = 0; s < plan.stages.size(); ++s) {
    const GradientStage& stage = plan.stages[s];
    const auto& [weights, bias, slopes] = out.stages[s];
    unpack_weight_sums(stage.forward, stage.weight_sums, total, weights.data());
    std::copy_n(total + stage.bias_sums, bias.size(), bias.data());
    if (!slopes.empty()) std::copy_n(total + stage.slope_sums, slopes.size(), slopes.data());
  }
}

}  // namespace

void run_gradient(const Impl& plan, const LayerGradientIn& in, const LayerGradientOut& out,
                  Context& context) {
  check(plan, in, out);
  const int64_t bytes = round_up(plan.scratch_bytes(), kAlignment);
  const int64_t count = std::min<int64_t>(context.threads(), plan.shares);
  std::vector<GradientWorker> workers;
  for (int worker = 0; worker < count; ++worker) {
    const int64_t more = worker == 0 ? plan.total_bytes() : 0;
    workers.push_back({plan, in, out.in, context.scratch(worker, bytes + more)});
  }
  auto* total = reinterpret_cast<float*>(workers[0].scratch + bytes);
  std::fill_n(total, plan.sums_floats, 0.0f);
  for (int64_t share = 0; share < plan.shares; share += count) {
    const auto busy = static_cast<int>(std::min(count, plan.shares - share));
    parallel_for(busy, [&](int worker) { run_share(workers[worker], share + worker); });
    add_sums({workers.data(), static_cast<size_t>(busy)}, total);
  }
  write_sums(plan, total, out);
}

void LayerGradient::run(const LayerGradientIn& in, const LayerGradientOut& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void LayerGradient::run(const LayerGradientIn& in, const LayerGradientOut& out,
                        Context& context) const {
  run_gradient(*impl_, in, out, context);
}

}  // namespace sepconv
