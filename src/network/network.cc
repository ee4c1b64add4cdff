// Network: a graph, checks of what callers give, and the plans of the shapes that came last.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <filesystem>
#include <limits>

#include "base/context_pool.h"
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
  struct Kept {
    std::string key;
    std::shared_ptr<const ExecutionPlan> plan;
  };

  Graph graph;
  NetworkOptions options;
  std::vector<NetworkValue> inputs, outputs;
  std::vector<bool> is_planned;
  ContextPool contexts{1};
  std::mutex mutex;
  std::deque<Kept> kept;  // the last one used first

  void prepare();
  std::vector<const ConstNdRef*> checked(const std::map<std::string, ConstNdRef>& given) const;
  std::vector<size_t> listed(const std::vector<std::string>& names) const;
  std::string key_of(const std::vector<const ConstNdRef*>& given) const;
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

std::vector<const ConstNdRef*> Network::Impl::checked(
    const std::map<std::string, ConstNdRef>& given) const {
  std::vector<const ConstNdRef*> found;
  for (const NetworkValue& input : inputs) {
    const auto place = given.find(input.name);
    require(place != given.end(), "network: input '{}' is missing", input.name);
    const ConstNdRef& array = place->second;
    require(fits(input, array), "network: input '{}' is {} {}; expected {}", input.name,
            to_string(array.shape), name(array.type), describe(input));
    require(array.data != nullptr || network::element_count(array.shape) == 0,
            "network: input '{}' has no data", input.name);
    found.push_back(&array);
  }
  for (const auto& [name, array] : given) {
    require(
        std::any_of(inputs.begin(), inputs.end(), [&](const auto& i) { return i.name == name; }),
        "network: there is no input '{}'", name);
  }
  return found;
}

std::vector<size_t> Network::Impl::listed(const std::vector<std::string>& names) const {
  std::vector<size_t> numbers;
  for (const std::string& name : names) {
    const auto place = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const auto& output) { return output.name == name; });
    require(place != outputs.end(), "network: there is no output '{}'", name);
    numbers.push_back(place - outputs.begin());
  }
  for (size_t i = 0; names.empty() && i < outputs.size(); ++i) numbers.push_back(i);
  return numbers;
}

std::string Network::Impl::key_of(const std::vector<const ConstNdRef*>& given) const {
  std::string key;
  for (size_t i = 0; i < given.size(); ++i) {
    key += to_string(given[i]->shape) + ";";
    if (!is_planned[i]) continue;
    const int64_t bytes = network::element_count(given[i]->shape) * size_of(given[i]->type);
    require(bytes <= kMostPlannedBytes,
            "network: shapes depend on the values of input '{}', {} bytes; expected at most {}",
            inputs[i].name, bytes, kMostPlannedBytes);
    key.append(static_cast<const char*>(given[i]->data), bytes);
  }
  return key;
}

std::shared_ptr<const ExecutionPlan> Network::Impl::plan_for(
    const std::vector<const ConstNdRef*>& given) {
  const std::string key = key_of(given);
  {
    const std::lock_guard lock(mutex);
    const auto place =
        std::find_if(kept.begin(), kept.end(), [&](const Kept& one) { return one.key == key; });
    if (place != kept.end()) {
      std::rotate(kept.begin(), place, place + 1);
      return kept.front().plan;
    }
  }
  std::vector<Operand> operands;
  for (size_t i = 0; i < given.size(); ++i) {
    Operand operand{{given[i]->type, given[i]->shape}, nullptr};
    if (is_planned[i]) {
      auto copy = std::make_shared<NdArray>(given[i]->type, given[i]->shape);
      if (copy->bytes() > 0) std::memcpy(copy->data(), given[i]->data, copy->bytes());
      operand.constant = copy;
    }
    operands.push_back(std::move(operand));
  }
  auto plan = std::make_shared<const ExecutionPlan>(graph, operands, options.most_bytes);
  const std::lock_guard lock(mutex);
  kept.push_front({key, plan});
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
    : impl_(std::make_unique<Impl>()) {
  check_threads(options.threads, "network");
  impl_->options = options;
  impl_->contexts = ContextPool(options.threads);
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
  std::vector<NdArray> result;
  impl_->contexts.lend([&](Context& context) { result = run(names, inputs, context); });
  return result;
}

std::vector<NdArray> Network::run(const std::vector<std::string>& names,
                                  const std::map<std::string, ConstNdRef>& inputs,
                                  Context& context) const {
  const std::vector<const ConstNdRef*> given = impl_->checked(inputs);
  const std::vector<size_t> listed = impl_->listed(names);
  const auto plan = impl_->plan_for(given);
  std::vector<const void*> addresses;
  for (const ConstNdRef* array : given) addresses.push_back(array->data);
  std::vector<NdArray> result;
  plan->run(addresses, listed, result, context);
  return result;
}

NetworkExplanation Network::profile(const std::map<std::string, ConstNdRef>& inputs,
                                    int runs) const {
  require(runs >= 1, "network: runs is {}; expected 1 or more", runs);
  const std::vector<const ConstNdRef*> given = impl_->checked(inputs);
  const auto plan = impl_->plan_for(given);
  std::vector<const void*> addresses;
  for (const ConstNdRef* array : given) addresses.push_back(array->data);
  NetworkExplanation explanation = plan->explain();
  std::vector<double> seconds(explanation.steps.size(), std::numeric_limits<double>::infinity());
  std::vector<NdArray> result;
  impl_->contexts.lend([&](Context& context) {
    for (int i = 0; i < runs; ++i) plan->run(addresses, {}, result, context, seconds.data());
  });
  for (size_t s = 0; s < seconds.size(); ++s) explanation.steps[s].seconds = seconds[s];
  return explanation;
}

}  // namespace sepconv
