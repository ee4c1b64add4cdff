// A graph while it is rewritten: who makes and who takes each value.
#pragma once

#include <optional>
#include <vector>

#include "network/graph/graph.h"

namespace sepconv::network {

/// Nodes stay where they are while an editor lives; its end takes away those that nobody needs.
class GraphEditor {
 public:
  explicit GraphEditor(Graph& graph);
  ~GraphEditor();
  GraphEditor(const GraphEditor&) = delete;
  GraphEditor& operator=(const GraphEditor&) = delete;

  std::vector<Node>& nodes() { return graph_.nodes; }

  /// The node that makes a value, or null.
  Node* maker(int value);

  /// The one node that takes a value and nobody else does; null also for outputs.
  Node* only_user(int value);

  /// Null where the value is left out or not constant.
  const NdArray* constant(int value) const;

  /// The constant of one f32 element, or nothing.
  std::optional<float> scalar(int value) const;

  /// first makes what follower made, which is gone.
  void take_over(Node& first, Node& follower);

  /// second takes what first took, which is gone.
  void put_before(Node& first, Node& second);

  /// node takes this value only.
  void set_input(Node& node, int value);

  void remove(Node& node);

 private:
  void count_users(const Node& node, int change);
  void remove_unused();

  Graph& graph_;
  std::vector<int> makers_;              // of each value: a node's number or -1
  std::vector<std::vector<int>> users_;  // of each value: nodes' numbers, outputs as -1
};

}  // namespace sepconv::network
