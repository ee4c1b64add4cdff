// Makers and users, kept right while nodes come together.
#include "network/fuse/editor.h"

#include <algorithm>

namespace sepconv::network {
namespace {

constexpr int kOutside = -1;  // the network's caller

bool is_gone(const Node& node) { return node.outputs.empty(); }

}  // namespace

GraphEditor::GraphEditor(Graph& graph)
    : graph_(graph), makers_(graph.values.size(), kOutside), users_(graph.values.size()) {
  for (const Node& node : graph.nodes) {
    for (const int value : node.outputs) {
      if (value != kNoValue) makers_[value] = static_cast<int>(&node - graph.nodes.data());
    }
    count_users(node, 1);
  }
  for (const Border& output : graph.outputs) users_[output.value].push_back(kOutside);
}

GraphEditor::~GraphEditor() {
  remove_unused();
  std::erase_if(graph_.nodes, is_gone);
}

Node* GraphEditor::maker(int value) {
  return value == kNoValue || makers_[value] == kOutside ? nullptr : &graph_.nodes[makers_[value]];
}

Node* GraphEditor::only_user(int value) {
  if (users_[value].size() != 1 || users_[value][0] == kOutside) return nullptr;
  return &graph_.nodes[users_[value][0]];
}

const NdArray* GraphEditor::constant(int value) const {
  return value == kNoValue ? nullptr : graph_.values[value].constant.get();
}

std::optional<float> GraphEditor::scalar(int value) const {
  const NdArray* array = constant(value);
  const bool is_one = array != nullptr && array->type() == ElementType::f32 && array->count() == 1;
  return is_one ? std::optional(*array->as<float>()) : std::nullopt;
}

void GraphEditor::count_users(const Node& node, int change) {
  const int number = static_cast<int>(&node - graph_.nodes.data());
  for (const int value : node.inputs) {
    if (value == kNoValue) continue;
    std::vector<int>& users = users_[value];
    if (change > 0) {
      users.push_back(number);
    } else {
      users.erase(std::find(users.begin(), users.end(), number));
    }
  }
}

void GraphEditor::remove(Node& node) {
  count_users(node, -1);
  for (const int value : node.outputs) {
    if (value != kNoValue) makers_[value] = kOutside;
  }
  node.inputs.clear();
  node.outputs.clear();
}

// What a node stands for: itself, if it has taken in no other.
void append_operators(const Node& node, std::vector<std::string>& list) {
  if (node.fused.empty()) list.push_back(node.op);
  list.insert(list.end(), node.fused.begin(), node.fused.end());
}

void GraphEditor::take_over(Node& first, Node& follower) {
  const int made = follower.outputs[0];
  if (first.fused.empty()) first.fused = {first.op};
  append_operators(follower, first.fused);
  remove(follower);
  makers_[first.outputs[0]] = kOutside;
  first.outputs = {made};
  makers_[made] = static_cast<int>(&first - graph_.nodes.data());
}

void GraphEditor::put_before(Node& first, Node& second) {
  const int taken = first.inputs[0];
  append_operators(second, first.fused);
  second.fused = std::move(first.fused);
  remove(first);
  set_input(second, taken);
}

void GraphEditor::set_input(Node& node, int value) {
  count_users(node, -1);
  node.inputs = {value};
  count_users(node, 1);
}

// From the last to the first, so that one look is enough.
void GraphEditor::remove_unused() {
  for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
    const bool is_used = std::any_of(node->outputs.begin(), node->outputs.end(), [&](int value) {
      return value != kNoValue && !users_[value].empty();
    });
    if (!is_used && !is_gone(*node)) remove(*node);
  }
}

}  // namespace sepconv::network
