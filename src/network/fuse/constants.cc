// Constants made of constants, and copies that are none.
#include <fmt/format.h>

#include <cstring>

#include "network/fuse/editor.h"
#include "network/fuse/fuse.h"
#include "network/ops/operator.h"

namespace sepconv::network {
namespace {

// As large as weights are; what is larger is made in the arena when the network runs.
constexpr int64_t kMostFolded = int64_t{64} << 20;

// The one output of a node whose inputs are all constant; null where it is better made later.
Constant made_of_constants(const Node& node, const Graph& graph) {
  std::vector<Operand> operands;
  std::vector<const void*> in;
  for (const int value : node.inputs) {
    if (value == kNoValue) {
      operands.push_back({{}, nullptr, false});
      in.push_back(nullptr);
      continue;
    }
    const Constant& constant = graph.values[value].constant;
    operands.push_back({{constant->type(), constant->shape()}, constant});
    in.push_back(constant->data());
  }
  const Operator* op = find_operator(node.op);
  const Prepared prepared = op->prepare(Request(node, std::move(operands)));
  if (prepared.constant) return prepared.constant;
  const Spec& spec = prepared.out[0];
  const int64_t bytes = checked_multiply(element_count(spec.shape), size_of(spec.type), "bytes");
  if (bytes > kMostFolded || spec.layout != Layout::plain) return nullptr;
  auto made = std::make_shared<NdArray>(spec.type, spec.shape);
  Context context;
  if (prepared.shares_input) {
    if (bytes > 0) std::memcpy(made->data(), in[0], bytes);
  } else {
    prepared.kernel({in, {made->data()}, context});
  }
  return made;
}

bool is_constant(const Node& node, const Graph& graph) {
  for (const int value : node.inputs) {
    if (value != kNoValue && !graph.values[value].constant) return false;
  }
  return node.outputs.size() == 1 && find_operator(node.op) != nullptr;
}

}  // namespace

void fold_constants(Graph& graph) {
  GraphEditor editor(graph);
  for (Node& node : editor.nodes()) {
    if (!is_constant(node, graph)) continue;
    Constant made;
    try {
      made = made_of_constants(node, graph);
    } catch (const InvalidArgument& error) {
      throw ModelError(fmt::format("{}: {}", describe(node), error.what()));
    }
    if (!made) continue;
    graph.values[node.outputs[0]].constant = std::move(made);
    editor.remove(node);
  }
}

void fuse(Graph& graph) {
  fold_constants(graph);
  find_activations(graph);
  make_layers(graph);
  join_layers(graph);
}

}  // namespace sepconv::network
