// Layers that follow each other, as one.
#include <algorithm>

#include "network/fuse/editor.h"
#include "network/fuse/fuse.h"

namespace sepconv::network {
namespace {

bool is_pointwise(const LayerStage& layer) { return layer.groups == 1 && layer.kernel == Extent{}; }

// One filter a channel; channels are as many as groups.
bool is_depthwise(const LayerStage& layer) {
  return layer.groups > 1 && layer.groups == layer.out_channels;
}

const LayerStage& last(const Node& node) { return node.stages.back().layer; }

// Whether second, which alone takes what first makes, is better run with it. What is handed over
// must be rows of one depthwise stage: others gain nothing or do work twice.
bool belong_together(const Node& first, const Node& second) {
  if (last(first).adds_input || second.stages.size() != 1) return false;
  const LayerStage& next = second.stages[0].layer;
  if (is_pointwise(next)) return is_depthwise(last(first));
  return is_depthwise(next) && first.stages.size() == 1 && is_pointwise(last(first));
}

void append(GraphEditor& editor, Node& first, Node& second) {
  std::vector<Stage> stages = std::move(first.stages);
  for (Stage& stage : second.stages) stages.push_back(std::move(stage));
  editor.put_before(first, second);
  second.stages = std::move(stages);
}

// Add of a layer's result and its input. Whether the shapes are the same is seen when they are
// known; a stage with an input of other channels than its output cannot have one.
bool is_residual(const Node& add, const Node& layer) {
  return add.op == "Add" &&
         std::count(add.inputs.begin(), add.inputs.end(), layer.inputs[0]) == 1 &&
         last(layer).options.activation.kind == ActivationKind::none;
}

bool is_layer(const Node& node) { return node.op == kLayer && !node.outputs.empty(); }

// Sums of blocks whose activation comes after: one pass over memory, not two.
void join_relus(GraphEditor& editor) {
  for (Node& node : editor.nodes()) {
    if (node.op != "Add" || node.outputs.empty()) continue;
    Node* next = editor.only_user(node.outputs[0]);
    if (next == nullptr || next->op != "Relu") continue;
    node.attributes[kBeforeRelu] = int64_t{1};
    editor.take_over(node, *next);
  }
}

}  // namespace

void join_layers(Graph& graph) {
  GraphEditor editor(graph);
  for (Node& node : editor.nodes()) {
    if (!is_layer(node)) continue;
    Node* next = editor.only_user(node.outputs[0]);
    if (next == nullptr) continue;
    if (is_layer(*next) && belong_together(node, *next)) {
      append(editor, node, *next);
    } else if (node.stages.size() > 1 && is_residual(*next, node)) {
      node.stages.back().layer.adds_input = true;
      editor.take_over(node, *next);
    }
  }
  join_relus(editor);
}

}  // namespace sepconv::network
