// Network: a graph, checks of what callers give, and the plans of the shapes that came last.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <filesystem>
#include <limits>

#include "base/context_pool.h"
#include "network/data/examples.h"
#include "network/fuse/fuse.h"
#include "network/onnx/files.h"
#include "network/onnx/read_model.h"
#include "network/plan/plan.h"

namespace sepconv {
namespace {

using network::Constant;
using network::ExecutionPlan;
using network::Graph;
using network::Operand;

constexpr size_t kMostPlans = 8;
// Inputs whose values decide shapes are small; a map among them is a model that we cannot plan.
constexpr int64_t kMostPlannedBytes = int64_t{1} << 20;

// What one call needs beside its context; kept for the next one, which then allocates nothing.
struct Call {
  std::vector<const ConstNdRef*> given;
  std::vector<const void*> addresses;
  std::vector<size_t> listed;
};

bool fits(const NetworkValue& declared, const ConstNdRef& given) {
  if (given.type != declared.type) return false;
  if (!declared.has_shape) return true;
  return std::equal(given.shape.begin(), given.shape.end(), declared.shape.begin(),
                    declared.shape.end(),
                    [](int64_t size, int64_t wanted) { return wanted < 0 || size == wanted; });
}

std::string describe(const NetworkValue& value) {
  return fmt::format("{} {}", value.has_shape ? to_string(value.shape) : "any shape",
                     name(value.type));
}

}  // namespace

struct Network::Impl {
  // A plan, and the inputs that it is for: their shapes, and the values that it depends on.
  struct Kept {
    std::vector<Operand> inputs;
    std::shared_ptr<const ExecutionPlan> plan;
  };

  explicit Impl(const NetworkOptions& given) : options(given), contexts(given.threads) {}

  Graph graph;
  NetworkOptions options;
  std::vector<NetworkValue> inputs, outputs;
  std::vector<bool> is_planned;
  std::mutex mutex;
  std::deque<Kept> kept;  // the last one used first
  network::Pool<Call> calls;
  ContextPool contexts;

  void prepare();
  std::unique_ptr<Call> call(const std::map<std::string, ConstNdRef>& given,
                             const std::vector<std::string>& names);
  void check(const std::map<std::string, ConstNdRef>& given, Call& call) const;
  void list(const std::vector<std::string>& names, Call& call) const;
  bool is_for(const Kept& one, const std::vector<const ConstNdRef*>& given) const;
  std::vector<Operand> operands_of(const std::vector<const ConstNdRef*>& given) const;
  std::shared_ptr<const ExecutionPlan> plan_for(const std::vector<const ConstNdRef*>& given);
};

void Network::Impl::prepare() {
  for (const network::Border& input : graph.inputs) inputs.push_back(input.declared);
  for (const network::Border& output : graph.outputs) outputs.push_back(output.declared);
  for (const network::Node& node : graph.nodes) network::known_operator(node);
  network::fuse(graph);
  is_planned = network::planned_inputs(graph);
  // Sizes that are known are planned for at once, so that a model that cannot run does not load.
  std::vector<ConstNdRef> sizes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const NdShape& shape = inputs[i].shape;
    const bool is_known = inputs[i].has_shape && !is_planned[i] &&
                          std::none_of(shape.begin(), shape.end(), [](int64_t s) { return s < 0; });
    if (!is_known) return;
    sizes.push_back({nullptr, inputs[i].type, shape});
  }
  std::vector<const ConstNdRef*> given;
  for (const ConstNdRef& size : sizes) given.push_back(&size);
  plan_for(given);
}

std::unique_ptr<Call> Network::Impl::call(const std::map<std::string, ConstNdRef>& given,
                                          const std::vector<std::string>& names) {
  auto one = calls.take();
  if (one == nullptr) one = std::make_unique<Call>();
  check(given, *one);
  list(names, *one);
  return one;
}

// Messages are made only where they are thrown: they allocate.
void Network::Impl::check(const std::map<std::string, ConstNdRef>& given, Call& call) const {
  call.given.clear();
  call.addresses.clear();
  for (const NetworkValue& input : inputs) {
    const auto place = given.find(input.name);
    require(place != given.end(), "network: input '{}' is missing", input.name);
    const ConstNdRef& array = place->second;
    if (!fits(input, array)) {
      throw InvalidArgument(fmt::format("network: input '{}' is {} {}; expected {}", input.name,
                                        to_string(array.shape), name(array.type), describe(input)));
    }
    require(array.data != nullptr || network::element_count(array.shape) == 0,
            "network: input '{}' has no data", input.name);
    call.given.push_back(&array);
    call.addresses.push_back(array.data);
  }
  for (const auto& [name, array] : given) {
    require(
        std::any_of(inputs.begin(), inputs.end(), [&](const auto& i) { return i.name == name; }),
        "network: there is no input '{}'", name);
  }
}

void Network::Impl::list(const std::vector<std::string>& names, Call& call) const {
  call.listed.clear();
  for (const std::string& name : names) {
    const auto place = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const auto& output) { return output.name == name; });
    require(place != outputs.end(), "network: there is no output '{}'", name);
    call.listed.push_back(place - outputs.begin());
  }
  for (size_t i = 0; names.empty() && i < outputs.size(); ++i) call.listed.push_back(i);
}

bool Network::Impl::is_for(const Kept& one, const std::vector<const ConstNdRef*>& given) const {
  for (size_t i = 0; i < given.size(); ++i) {
    if (one.inputs[i].spec.shape != given[i]->shape) return false;
    const Constant& values = one.inputs[i].constant;
    if (values && values->bytes() > 0 &&
        std::memcmp(values->data(), given[i]->data, values->bytes()) != 0) {
      return false;
    }
  }
  return true;
}

std::vector<Operand> Network::Impl::operands_of(const std::vector<const ConstNdRef*>& given) const {
  std::vector<Operand> operands;
  for (size_t i = 0; i < given.size(); ++i) {
    Operand operand{{given[i]->type, given[i]->shape}, nullptr};
    if (is_planned[i]) {
      const int64_t bytes = network::element_count(given[i]->shape) * size_of(given[i]->type);
      require(bytes <= kMostPlannedBytes,
              "network: shapes depend on the values of input '{}', {} bytes; expected at most {}",
              inputs[i].name, bytes, kMostPlannedBytes);
      auto copy = std::make_shared<NdArray>(given[i]->type, given[i]->shape);
      if (bytes > 0) std::memcpy(copy->data(), given[i]->data, bytes);
      operand.constant = copy;
    }
    operands.push_back(std::move(operand));
  }
  return operands;
}

std::shared_ptr<const ExecutionPlan> Network::Impl::plan_for(
    const std::vector<const ConstNdRef*>& given) {
  {
    const std::lock_guard lock(mutex);
    const auto place =
        std::find_if(kept.begin(), kept.end(), [&](const Kept& one) { return is_for(one, given); });
    if (place != kept.end()) {
      std::rotate(kept.begin(), place, place + 1);
      return kept.front().plan;
    }
  }
  std::vector<Operand> operands = operands_of(given);
  auto plan = std::make_shared<const ExecutionPlan>(graph, operands, options.most_bytes);
  const std::lock_guard lock(mutex);
  kept.push_front({std::move(operands), plan});
  if (kept.size() > kMostPlans) kept.pop_back();
  return plan;
}

Network::Network(const std::string& path, const NetworkOptions& options) try
    : Network(network::read_model_file(path), std::filesystem::path(path).parent_path().string(),
              options) {
} catch (const ModelError& error) {
  throw ModelError(fmt::format("{}: {}", path, error.what()));
}

Network::Network(std::string_view model, const std::string& folder, const NetworkOptions& options)
    : impl_(std::make_unique<Impl>(options)) {
  check_threads(options.threads, "network");
  try {
    impl_->graph = network::parse_model(model, folder);
    impl_->prepare();
  } catch (const InvalidArgument& error) {
    throw ModelError(error.what());
  }
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const std::vector<NetworkValue>& Network::inputs() const { return impl_->inputs; }
const std::vector<NetworkValue>& Network::outputs() const { return impl_->outputs; }

std::vector<NdArray> Network::run(const std::vector<std::string>& names,
                                  const std::map<std::string, ConstNdRef>& inputs) const {
  std::vector<NdArray> results;
  run(names, inputs, results);
  return results;
}

std::vector<NdArray> Network::run(const std::vector<std::string>& names,
                                  const std::map<std::string, ConstNdRef>& inputs,
                                  Context& context) const {
  std::vector<NdArray> results;
  run(names, inputs, results, context);
  return results;
}

void Network::run(const std::vector<std::string>& names,
                  const std::map<std::string, ConstNdRef>& inputs,
                  std::vector<NdArray>& results) const {
  impl_->contexts.lend([&](Context& context) { run(names, inputs, results, context); });
}

void Network::run(const std::vector<std::string>& names,
                  const std::map<std::string, ConstNdRef>& inputs, std::vector<NdArray>& results,
                  Context& context) const {
  auto call = impl_->call(inputs, names);
  const auto plan = impl_->plan_for(call->given);
  plan->run(call->addresses, call->listed, results, context);
  impl_->calls.give_back(std::move(call));
}

std::map<std::string, NdArray> Network::example_inputs(
    const std::map<std::string, NdShape>& shapes) const {
  return network::example_inputs(inputs(), shapes);
}

NetworkExplanation Network::profile(const std::map<std::string, ConstNdRef>& inputs,
                                    int runs) const {
  require(runs >= 1, "network: runs is {}; expected 1 or more", runs);
  const auto call = impl_->call(inputs, {});
  const auto plan = impl_->plan_for(call->given);
  NetworkExplanation explanation = plan->explain(impl_->options.threads);
  std::vector<double> seconds(explanation.steps.size(), std::numeric_limits<double>::infinity());
  std::vector<NdArray> result;
  impl_->contexts.lend([&](Context& context) {
    for (int i = 0; i < runs; ++i) plan->run(call->addresses, {}, result, context, seconds.data());
  });
  for (size_t s = 0; s < seconds.size(); ++s) explanation.steps[s].seconds = seconds[s];
  return explanation;
}

}  // namespace sepconv
