// Nodes in order, and graphs that have none.
#include <gtest/gtest.h>

#include "network/graph/graph.h"

namespace sepconv::network {
namespace {

// in > "b" > "a" > out, the nodes in the wrong order.
Graph reversed_chain() {
  Graph graph;
  graph.values = {{"in", nullptr}, {"middle", nullptr}, {"out", nullptr}};
  graph.nodes = {{"a", "Relu", 13, {}, {1}, {2}}, {"b", "Relu", 13, {}, {0}, {1}}};
  graph.inputs = {{{"in"}, 0}};
  graph.outputs = {{{"out"}, 2}};
  return graph;
}

std::string message_of(Graph graph) {
  try {
    sort_nodes(graph);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "no error";
}

TEST(SortNodes, puts_makers_before_takers) {
  Graph graph = reversed_chain();
  sort_nodes(graph);
  EXPECT_EQ(graph.nodes[0].name, "b");
  EXPECT_EQ(graph.nodes[1].name, "a");
}

TEST(SortNodes, names_a_node_of_a_circle) {
  Graph graph = reversed_chain();
  graph.nodes[1].inputs = {2};
  EXPECT_NE(message_of(graph).find("'a' (Relu, opset 13)"), std::string::npos);
  EXPECT_NE(message_of(graph).find("circle"), std::string::npos);
}

TEST(SortNodes, names_a_value_that_nothing_makes) {
  Graph graph = reversed_chain();
  graph.values.push_back({"lost", nullptr});
  graph.nodes[1].inputs = {3};
  EXPECT_EQ(message_of(graph), "node 'b' (Relu, opset 13) takes 'lost', which nothing makes");
}

TEST(SortNodes, names_a_value_that_is_made_twice) {
  Graph graph = reversed_chain();
  graph.nodes[1].outputs = {2};
  EXPECT_EQ(message_of(graph), "node 'b' (Relu, opset 13) makes 'out', which is made already");
}

}  // namespace
}  // namespace sepconv::network
