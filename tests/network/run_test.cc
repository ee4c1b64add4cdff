// Plans that run: constants made early, layouts, and several threads at once.
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "network/plan/plan.h"

namespace sepconv::network {
namespace {

Constant constant(NdShape shape, const std::vector<float>& values) {
  auto array = std::make_shared<NdArray>(ElementType::f32, std::move(shape));
  std::copy(values.begin(), values.end(), array->as<float>());
  return array;
}

// relu(pointwise(x)) * (2 * 3), of maps with two channels; the weights swap channels.
Graph small_graph() {
  Graph graph;
  graph.values = {{"x", nullptr},
                  {"weights", constant({2, 2, 1, 1}, {0, 1, 1, 0})},
                  {"two", constant({}, {2})},
                  {"three", constant({1}, {3})},
                  {"mixed", nullptr},
                  {"six", nullptr},
                  {"positive", nullptr},
                  {"y", nullptr}};
  graph.nodes = {{"mix", "Conv", 13, {}, {0, 1}, {4}},
                 {"six", "Mul", 13, {}, {2, 3}, {5}},
                 {"positive", "Relu", 13, {}, {4}, {6}},
                 {"scale", "Mul", 13, {}, {6, 5}, {7}}};
  graph.inputs = {{{"x", ElementType::f32, {1, 2, -1, -1}}, 0}};
  graph.outputs = {{{"y"}, 7}};
  return graph;
}

std::vector<float> run_small(const ExecutionPlan& plan, const std::vector<float>& in) {
  Context context;
  std::vector<NdArray> out;
  plan.run(std::vector<const void*>{in.data()}, std::vector<size_t>{0}, out, context);
  return {out[0].as<float>(), out[0].as<float>() + out[0].count()};
}

const std::vector<float> kIn = {1, -2, 3, 4, -5, 6};  // 1x2x1x3
const std::vector<float> kOut = {24, 0, 36, 6, 0, 18};

TEST(ExecutionPlan, gives_plain_outputs_of_maps_that_had_their_channels_last) {
  const Graph graph = small_graph();
  const ExecutionPlan plan(graph, {{{ElementType::f32, {1, 2, 1, 3}}}}, 1 << 20);
  EXPECT_EQ(run_small(plan, kIn), kOut);
  EXPECT_EQ(run_small(plan, kIn), kOut);
}

// The last output is the largest: its plain form is placed first, where the others must not be.
TEST(ExecutionPlan, keeps_each_output_while_others_are_brought_into_their_layout) {
  Graph graph = small_graph();
  graph.values.push_back({"sums", constant({6, 2, 1, 1}, std::vector<float>(12, 1))});
  graph.values.push_back({"wide", nullptr});
  graph.nodes.push_back({"widen", "Conv", 13, {}, {6, 8}, {9}});
  graph.outputs = {{{"mixed"}, 4}, {{"y"}, 7}, {{"wide"}, 9}};
  const ExecutionPlan plan(graph, {{{ElementType::f32, {1, 2, 1, 3}}}}, 1 << 20);
  Context context;
  std::vector<NdArray> out;
  plan.run(std::vector<const void*>{kIn.data()}, std::vector<size_t>{0, 1, 2}, out, context);
  const auto values = [&](int i) {
    return std::vector<float>(out[i].as<float>(), out[i].as<float>() + out[i].count());
  };
  EXPECT_EQ(values(0), (std::vector<float>{4, -5, 6, 1, -2, 3}));
  EXPECT_EQ(values(1), kOut);
  const std::vector<float> sums = {5, 0, 9, 5, 0, 9, 5, 0, 9, 5, 0, 9, 5, 0, 9, 5, 0, 9};
  EXPECT_EQ(values(2), sums);
}

TEST(ExecutionPlan, makes_constants_before_the_run) {
  const Graph graph = small_graph();
  const ExecutionPlan plan(graph, {{{ElementType::f32, {1, 2, 1, 3}}}}, 1 << 20);
  for (const Step& step : plan.steps()) {
    EXPECT_TRUE(step.node == nullptr || step.node->name != "six");
  }
}

TEST(ExecutionPlan, runs_in_threads_at_once) {
  const Graph graph = small_graph();
  const ExecutionPlan plan(graph, {{{ElementType::f32, {1, 2, 1, 3}}}}, 1 << 20);
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) result = run_small(plan, kIn);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, kOut);
}

TEST(ExecutionPlan, refuses_more_memory_than_allowed) {
  const Graph graph = small_graph();
  EXPECT_THROW(ExecutionPlan(graph, {{{ElementType::f32, {1, 2, 99, 99}}}}, 1 << 10), ModelError);
}

TEST(ExecutionPlan, names_the_node_whose_sizes_do_not_fit) {
  const Graph graph = small_graph();
  try {
    ExecutionPlan(graph, {{{ElementType::f32, {1, 3, 4, 4}}}}, 1 << 20);
    FAIL() << "no error";
  } catch (const ModelError& error) {
    EXPECT_EQ(std::string(error.what()).find("node 'mix' (Conv, opset 13): "), 0);
  }
}

}  // namespace
}  // namespace sepconv::network
