// A network as nodes and values: what onnx/ reads, plan/ rewrites and ops/ run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sepconv/layer.h"
#include "sepconv/network.h"

namespace sepconv::network {

/// Elements of an array; overflow and negative sizes throw InvalidArgument.
int64_t element_count(const NdShape& shape);

/// Values known before any run. Shared, never changed.
using Constant = std::shared_ptr<const NdArray>;

using Attribute =
    std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>, Constant>;

struct Node;

/// A convolution of a layer: its weights, with all that has been taken into them, and the node
/// whose attributes say how the window moves.
struct Stage {
  LayerStage layer;     // all but strides, dilation and padding
  size_t map_axes = 2;  // 1 for [batch, channels, width]
  std::shared_ptr<const Node> window;
};

/// One call of an operator. Values are numbers into Graph::values; an input or output that is left
/// out is kNoValue.
struct Node {
  std::string name;
  std::string op;
  int64_t opset = 0;
  std::map<std::string, Attribute> attributes;
  std::vector<int> inputs;
  std::vector<int> outputs;
  std::vector<Stage> stages = {};       // of kLayer and kSpread
  std::vector<std::string> fused = {};  // operators that became this node, in their order
};

/// The operator that fuse/ makes of convolutions: stages that run as one.
inline constexpr const char* kLayer = "sepconv.Layer";

/// A transposed convolution whose kernels lie side by side: one stage, its weights [filters,
/// channels, kernel height, kernel width]; every tap makes outputs of its own.
inline constexpr const char* kSpread = "sepconv.Spread";

/// The attribute of an Add whose sums below 0 become 0.
inline constexpr const char* kBeforeRelu = "sepconv.relu";

/// x / (1 + exp(-x)), which ONNX spells with two operators.
inline constexpr const char* kSwish = "sepconv.Swish";

inline constexpr int kNoValue = -1;

struct Value {
  std::string name;
  Constant constant;  // or null
};

/// An input or output, and the number of its value.
struct Border {
  NetworkValue declared;
  int value = kNoValue;
};

struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;  // each after those that make its inputs
  std::vector<Border> inputs;
  std::vector<Border> outputs;
};

/// "node 'conv1' (Conv, opset 13)", as messages call it.
std::string describe(const Node& node);

/// Puts nodes in an order in which they can run, the given one where that will do.
/// errors     ModelError: a value made twice, or by nothing; nodes in a circle
void sort_nodes(Graph& graph);

}  // namespace sepconv::network
