// Nodes in the order of their data.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>

#include "network/graph/graph.h"

namespace sepconv::network {
namespace {

constexpr int kNobody = -1;   // made by no node
constexpr int kOutside = -2;  // an input or a constant

// The node that makes each value.
std::vector<int> makers_of(const Graph& graph) {
  std::vector<int> makers(graph.values.size(), kNobody);
  for (size_t v = 0; v < graph.values.size(); ++v) {
    if (graph.values[v].constant) makers[v] = kOutside;
  }
  for (const Border& input : graph.inputs) makers[input.value] = kOutside;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    for (const int value : graph.nodes[n].outputs) {
      if (value == kNoValue) continue;
      if (makers[value] != kNobody) {
        throw ModelError(fmt::format("{} makes '{}', which is made already",
                                     describe(graph.nodes[n]), graph.values[value].name));
      }
      makers[value] = static_cast<int>(n);
    }
  }
  return makers;
}

void check_made(const Graph& graph, const std::vector<int>& makers) {
  for (const Node& node : graph.nodes) {
    for (const int value : node.inputs) {
      if (value == kNoValue || makers[value] != kNobody) continue;
      throw ModelError(fmt::format("{} takes '{}', which nothing makes", describe(node),
                                   graph.values[value].name));
    }
  }
  for (const Border& output : graph.outputs) {
    if (makers[output.value] != kNobody) continue;
    throw ModelError(fmt::format("output '{}' is made by no node", output.declared.name));
  }
}

}  // namespace

std::string describe(const Node& node) {
  return fmt::format("node '{}' ({}, opset {})", node.name, node.op, node.opset);
}

void sort_nodes(Graph& graph) {
  const std::vector<int> makers = makers_of(graph);
  check_made(graph, makers);
  const size_t count = graph.nodes.size();
  std::vector<std::vector<int>> followers(count);
  std::vector<int> waiting_for(count, 0);
  for (size_t n = 0; n < count; ++n) {
    for (const int value : graph.nodes[n].inputs) {
      if (value == kNoValue || makers[value] < 0) continue;
      followers[makers[value]].push_back(static_cast<int>(n));
      ++waiting_for[n];
    }
  }
  // The smallest number first, so that nodes in order stay where they are.
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (size_t n = 0; n < count; ++n) {
    if (waiting_for[n] == 0) ready.push(static_cast<int>(n));
  }
  std::vector<Node> sorted;
  while (!ready.empty()) {
    const int n = ready.top();
    ready.pop();
    for (const int follower : followers[n]) {
      if (--waiting_for[follower] == 0) ready.push(follower);
    }
    sorted.push_back(std::move(graph.nodes[n]));
  }
  if (sorted.size() != count) {
    const auto stuck =
        std::find_if(waiting_for.begin(), waiting_for.end(), [](int inputs) { return inputs > 0; });
    throw ModelError(fmt::format("{} waits for its own result: nodes are in a circle",
                                 describe(graph.nodes[stuck - waiting_for.begin()])));
  }
  graph.nodes = std::move(sorted);
}

}  // namespace sepconv::network
