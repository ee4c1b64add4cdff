// What is left of graphs after their rewrites; tests/python/network/test_fusion.py holds the
// answers.
#include "network/fuse/fuse.h"

#include <gtest/gtest.h>

namespace sepconv::network {
namespace {

// Nodes in a row, each taking the result of the one before first, and constants.
class GraphWriter {
 public:
  GraphWriter() {
    graph_.values = {{"x", nullptr}};
    graph_.inputs = {{{"x", ElementType::f32, {1, 2, 8, 8}}, 0}};
  }

  int constant(NdShape shape, float value) {
    auto array = std::make_shared<NdArray>(ElementType::f32, std::move(shape));
    std::fill_n(array->as<float>(), array->count(), value);
    graph_.values.push_back({"constant", array});
    return last();
  }

  int node(const std::string& op, std::vector<int> inputs,
           std::map<std::string, Attribute> attributes = {}) {
    graph_.values.push_back({op, nullptr});
    graph_.nodes.push_back({op, op, 13, std::move(attributes), std::move(inputs), {last()}});
    return last();
  }

  int pointwise(int x) { return node("Conv", {x, constant({2, 2, 1, 1}, 0.5f)}); }
  int depthwise(int x) {
    return node("Conv", {x, constant({2, 1, 3, 3}, 0.5f)},
                {{"group", int64_t{2}}, {"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  }

  // The graph with its last value as output, rewritten.
  Graph fused() {
    graph_.outputs = {{{"y"}, last()}};
    fuse(graph_);
    return graph_;
  }

 private:
  int last() const { return static_cast<int>(graph_.values.size()) - 1; }

  Graph graph_;
};

TEST(Fuse, makes_constants_of_constants) {
  GraphWriter writer;
  const int three = writer.node("Add", {writer.constant({}, 1), writer.constant({}, 2)});
  writer.node("Max", {0, three});
  const Graph graph = writer.fused();
  ASSERT_EQ(graph.nodes.size(), 1);
  EXPECT_EQ(*graph.values[three].constant->as<float>(), 3);
}

TEST(Fuse, takes_norms_factors_terms_and_bounds_into_a_layer) {
  GraphWriter writer;
  const int ones = writer.constant({2}, 1);
  int y = writer.node("BatchNormalization", {writer.pointwise(0), ones, ones, ones, ones});
  y = writer.node("Mul", {y, writer.constant({1, 2, 1, 1}, 2)});
  y = writer.node("Add", {writer.constant({2, 1, 1}, 3), y});
  y = writer.node("Max", {y, writer.constant({}, 0)});
  writer.node("Min", {y, writer.constant({}, 6)});
  const Graph graph = writer.fused();
  ASSERT_EQ(graph.nodes.size(), 1);
  EXPECT_EQ(graph.nodes[0].stages[0].layer.options.activation.kind, ActivationKind::relu6);
}

TEST(Fuse, joins_an_inverted_residual_with_its_sum) {
  GraphWriter writer;
  const int x = writer.node("Relu", {0});
  const int wide = writer.node("Relu", {writer.pointwise(x)});
  writer.node("Add", {writer.pointwise(writer.depthwise(wide)), x});
  const Graph graph = writer.fused();
  ASSERT_EQ(graph.nodes.size(), 2);
  EXPECT_EQ(graph.nodes[1].stages.size(), 3);
  EXPECT_TRUE(graph.nodes[1].stages.back().layer.adds_input);
}

TEST(Fuse, takes_a_relu_into_a_sum) {
  GraphWriter writer;
  writer.node("Relu", {writer.node("Add", {0, 0})});
  const Graph graph = writer.fused();
  ASSERT_EQ(graph.nodes.size(), 1);
  EXPECT_TRUE(graph.nodes[0].attributes.contains(kBeforeRelu));
}

TEST(Fuse, keeps_a_map_that_others_take_too) {
  GraphWriter writer;
  const int wide = writer.depthwise(0);
  writer.node("Add", {writer.pointwise(wide), wide});
  EXPECT_EQ(writer.fused().nodes.size(), 3);
}

TEST(Fuse, finds_hard_swish_however_it_is_spelt) {
  for (const bool divides_last : {true, false}) {
    GraphWriter writer;
    const int sum = writer.node("Add", {0, writer.constant({}, 3)});
    const int gate = writer.node("Clip", {sum, writer.constant({}, 0), writer.constant({}, 6)});
    if (divides_last) {
      writer.node("Div", {writer.node("Mul", {0, gate}), writer.constant({}, 6)});
    } else {
      writer.node("Mul", {writer.node("Mul", {gate, writer.constant({}, 1.0f / 6)}), 0});
    }
    const Graph graph = writer.fused();
    ASSERT_EQ(graph.nodes.size(), 1);
    EXPECT_EQ(graph.nodes[0].op, "HardSwish");
  }
}

TEST(Fuse, finds_gelu_and_swish) {
  GraphWriter gelu;
  const int erf = gelu.node("Erf", {gelu.node("Div", {0, gelu.constant({}, 1.41421354f)})});
  const int gate = gelu.node("Add", {erf, gelu.constant({}, 1)});
  gelu.node("Mul", {gelu.node("Mul", {0, gate}), gelu.constant({}, 0.5f)});
  const Graph found = gelu.fused();
  ASSERT_EQ(found.nodes.size(), 1);
  EXPECT_EQ(found.nodes[0].op, "Gelu");

  GraphWriter swish;
  swish.node("Mul", {swish.node("Sigmoid", {0}), 0});
  EXPECT_EQ(swish.fused().nodes.size(), 1);
}

TEST(Fuse, leaves_products_of_another_factor) {
  GraphWriter writer;
  const int sum = writer.node("Add", {0, writer.constant({}, 3)});
  const int gate = writer.node("Clip", {sum, writer.constant({}, 0), writer.constant({}, 6)});
  writer.node("Div", {writer.node("Mul", {0, gate}), writer.constant({}, 5)});
  EXPECT_EQ(writer.fused().nodes.size(), 4);
}

}  // namespace
}  // namespace sepconv::network
