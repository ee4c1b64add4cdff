// From a graph and its inputs' shapes to steps: every node is prepared, what is constant is made
// at once, and maps are brought into the layouts that operators take.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "network/ops/moving/indexed_copy.h"
#include "network/plan/plan.h"

namespace sepconv::network {
namespace {

// Larger constants are made in the arena when the network runs: files are small that claim them.
constexpr int64_t kMostFolded = int64_t{64} << 20;

class Drafter {
 public:
  Drafter(const Graph& graph, int64_t most_bytes) : graph_(graph), most_bytes_(most_bytes) {
    tensor_of_.assign(graph.values.size(), kNoValue);
    for (size_t v = 0; v < graph.values.size(); ++v) {
      if (const Constant& constant = graph.values[v].constant) {
        tensor_of_[v] = add({{constant->type(), constant->shape()}, constant});
      }
    }
  }

  Draft draft(const std::vector<Operand>& inputs) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      PlanTensor tensor{inputs[i].spec, inputs[i].constant};
      if (!tensor.constant) tensor.input = static_cast<int>(i);
      tensor_of_[graph_.inputs[i].value] = add(std::move(tensor));
    }
    for (const Node& node : graph_.nodes) {
      try {
        add_node(node);
      } catch (const InvalidArgument& error) {
        throw ModelError(fmt::format("{}: {}", describe(node), error.what()));
      }
    }
    for (const Border& output : graph_.outputs) {
      draft_.outputs.push_back(in_layout(tensor_of_[output.value], Layout::plain));
    }
    // Outputs live until all steps are done, those that bring other outputs into their layout too.
    for (const int tensor : draft_.outputs) {
      draft_.tensors[tensor].last_step = static_cast<int>(draft_.steps.size());
    }
    return std::move(draft_);
  }

 private:
  int64_t bytes_of(const Spec& spec) const {
    const int64_t bytes = checked_multiply(element_count(spec.shape), size_of(spec.type), "bytes");
    require(bytes <= most_bytes_, "a value of {} {} has {} bytes; expected at most {}",
            to_string(spec.shape), sepconv::name(spec.type), bytes, most_bytes_);
    return bytes;
  }

  int add(PlanTensor tensor) {
    const int number = static_cast<int>(draft_.tensors.size());
    tensor.root = number;
    tensor.first_step = static_cast<int>(draft_.steps.size());
    draft_.tensors.push_back(std::move(tensor));
    return number;
  }

  // The memory of a tensor under another shape.
  int add_alias(int tensor, const Spec& spec) {
    if (const Constant constant = draft_.tensors[tensor].constant) {
      auto copy = std::make_shared<NdArray>(spec.type, spec.shape);
      std::memcpy(copy->data(), constant->data(), bytes_of(spec));
      return add({spec, copy});
    }
    const int alias = add({spec, nullptr, draft_.tensors[tensor].input});
    draft_.tensors[alias].root = draft_.tensors[tensor].root;
    return alias;
  }

  // The same values with their elements in another order.
  int in_layout(int tensor, Layout layout) {
    Spec spec = draft_.tensors[tensor].spec;
    if (spec.layout == layout || spec.shape.size() != 4) return tensor;
    const auto [place, is_new] = other_layout_.try_emplace(tensor, kNoValue);
    if (!is_new) return place->second;
    const Spec from = spec;
    spec.layout = layout;
    int made = kNoValue;
    if (spec.shape[1] == 1 || spec.shape[2] * spec.shape[3] == 1) {
      made = add_alias(tensor, spec);
    } else {
      made =
          run_or_add({nullptr, layout_kernel(from, layout), {tensor}, {}, {}, 0}, {spec}).front();
    }
    other_layout_.insert_or_assign(tensor, made);
    return made;
  }

  // Adds a step; or runs it now, where all that it takes is known.
  std::vector<int> run_or_add(Step step, const std::vector<Spec>& specs) {
    int64_t bytes = 0;
    for (const Spec& spec : specs) bytes = std::max(bytes, bytes_of(spec));
    const bool is_known =
        bytes <= kMostFolded && std::all_of(step.in.begin(), step.in.end(), [&](int tensor) {
          return tensor == kNoValue || draft_.tensors[tensor].constant;
        });
    std::vector<std::shared_ptr<NdArray>> arrays;
    for (const Spec& spec : specs) {
      if (is_known) arrays.push_back(std::make_shared<NdArray>(spec.type, spec.shape));
      step.out.push_back(add({spec, is_known ? arrays.back() : nullptr}));
    }
    if (is_known) {
      run_now(step, arrays);
      return step.out;
    }
    for (const int tensor : step.in) {
      if (tensor == kNoValue) continue;
      draft_.tensors[tensor].last_step = static_cast<int>(draft_.steps.size());
    }
    draft_.steps.push_back(step);
    return step.out;
  }

  void run_now(const Step& step, const std::vector<std::shared_ptr<NdArray>>& arrays) {
    std::vector<const void*> in;
    std::vector<void*> out;
    for (const int tensor : step.in) {
      in.push_back(tensor == kNoValue ? nullptr : draft_.tensors[tensor].constant->data());
    }
    for (const auto& array : arrays) out.push_back(array->data());
    step.kernel({in, out, context_});
  }

  // The tensors that a node takes, in the layouts that its operator wants.
  std::vector<int> inputs_of(const Node& node, const Operator& op) {
    std::vector<int> tensors;
    bool some_are_last = false;
    for (const int value : node.inputs) {
      tensors.push_back(value == kNoValue ? kNoValue : tensor_of_[value]);
      some_are_last |= tensors.back() != kNoValue &&
                       draft_.tensors[tensors.back()].spec.layout == Layout::channels_last;
    }
    for (size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i] == kNoValue) continue;
      const bool is_planned = std::count(op.planned.begin(), op.planned.end(), i) > 0;
      if (is_planned || op.layouts == Layouts::plain) {
        tensors[i] = in_layout(tensors[i], Layout::plain);
      } else if (op.layouts == Layouts::same && some_are_last) {
        tensors[i] = in_layout(tensors[i], Layout::channels_last);
      }
    }
    return tensors;
  }

  void add_node(const Node& node) {
    const Operator& op = known_operator(node);
    std::vector<int> tensors = inputs_of(node, op);
    std::vector<Operand> operands;
    for (const int tensor : tensors) {
      operands.push_back(tensor == kNoValue ? Operand{{}, nullptr, false}
                                            : Operand{draft_.tensors[tensor].spec,
                                                      draft_.tensors[tensor].constant});
    }
    Prepared prepared = op.prepare(Request(node, std::move(operands)));
    require(prepared.out.size() >= node.outputs.size(), "has {} outputs; expected {}",
            node.outputs.size(), prepared.out.size());
    std::vector<int> made;
    if (prepared.constant) {
      made = {add({prepared.out[0], prepared.constant})};
    } else if (prepared.shares_input) {
      made = {add_alias(tensors[0], prepared.out[0])};
    } else {
      made = run_or_add({&node,
                         std::move(prepared.kernel),
                         std::move(tensors),
                         {},
                         std::move(prepared.summary),
                         prepared.multiplications},
                        prepared.out);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] != kNoValue) tensor_of_[node.outputs[i]] = made[i];
    }
  }

  const Graph& graph_;
  int64_t most_bytes_;
  Context context_;
  Draft draft_;
  std::vector<int> tensor_of_;  // of each of the graph's values
  std::map<int, int> other_layout_;
};

}  // namespace

const Operator& known_operator(const Node& node) {
  const Operator* op = find_operator(node.op);
  if (op == nullptr) throw ModelError(describe(node) + ": the operator is unknown");
  return *op;
}

Draft draft_plan(const Graph& graph, const std::vector<Operand>& inputs, int64_t most_bytes) {
  return Drafter(graph, most_bytes).draft(inputs);
}

std::vector<bool> planned_inputs(const Graph& graph) {
  std::vector<bool> is_needed(graph.values.size(), false);
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (node->op == "Shape") continue;
    const bool makes_needed = std::any_of(node->outputs.begin(), node->outputs.end(),
                                          [&](int v) { return v != kNoValue && is_needed[v]; });
    const std::vector<size_t>& planned = known_operator(*node).planned;
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const bool is_planned = std::count(planned.begin(), planned.end(), i) > 0;
      if (node->inputs[i] != kNoValue && (makes_needed || is_planned)) {
        is_needed[node->inputs[i]] = true;
      }
    }
  }
  std::vector<bool> inputs;
  for (const Border& input : graph.inputs) inputs.push_back(is_needed[input.value]);
  return inputs;
}

}  // namespace sepconv::network
