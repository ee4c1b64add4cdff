// Activations that are spelt as products: found by their factors, in whatever order they come.
#include <cmath>
#include <numbers>

#include "network/fuse/editor.h"
#include "network/fuse/fuse.h"

namespace sepconv::network {
namespace {

// A value as coefficient * the product of others.
struct Product {
  double coefficient = 1;
  std::vector<int> factors;
};

constexpr int kDeepest = 4;  // products in a product: no activation has more

void multiply_in(GraphEditor& editor, int value, int depth, Product& product) {
  const Node* node = editor.maker(value);
  const bool is_product = node != nullptr && (node->op == "Mul" || node->op == "Div");
  if (!is_product || depth == kDeepest) {
    product.factors.push_back(value);
    return;
  }
  for (size_t i = 0; i < node->inputs.size(); ++i) {
    const bool divides = i == 1 && node->op == "Div";
    if (const auto scalar = editor.scalar(node->inputs[i])) {
      product.coefficient *= divides ? 1.0 / *scalar : *scalar;
    } else if (divides) {
      product.factors.push_back(kNoValue);  // a quotient: no activation
    } else {
      multiply_in(editor, node->inputs[i], depth + 1, product);
    }
  }
}

// Constants in files are rounded to float, and written with few digits by some.
bool is_about(double value, double expected) {
  return std::abs(value - expected) <= 1e-6 * std::abs(expected);
}

bool is_scalar(const GraphEditor& editor, int value, double expected) {
  const auto scalar = editor.scalar(value);
  return scalar && is_about(*scalar, expected);
}

// Whether node is x + term.
bool is_sum(const GraphEditor& editor, const Node* node, int x, double term) {
  if (node == nullptr || node->op != "Add") return false;
  return (node->inputs[0] == x && is_scalar(editor, node->inputs[1], term)) ||
         (node->inputs[1] == x && is_scalar(editor, node->inputs[0], term));
}

float number(const Node& node, const char* name, float otherwise) {
  const auto place = node.attributes.find(name);
  const auto* value = place == node.attributes.end() ? nullptr : std::get_if<float>(&place->second);
  return value ? *value : otherwise;
}

bool is_clip_to_six(const GraphEditor& editor, const Node& node) {
  if (node.op != "Clip") return false;
  if (node.inputs.size() == 1) return number(node, "min", -1) == 0 && number(node, "max", -1) == 6;
  return node.inputs.size() == 3 && editor.scalar(node.inputs[1]) == 0.0f &&
         editor.scalar(node.inputs[2]) == 6.0f;
}

// Whether gate is erf(x / sqrt 2) + 1.
bool is_gelu_gate(GraphEditor& editor, const Node& gate, int x) {
  if (gate.op != "Add") return false;
  for (const size_t i : {0, 1}) {
    const Node* erf = editor.maker(gate.inputs[i]);
    if (erf == nullptr || erf->op != "Erf" || !is_scalar(editor, gate.inputs[1 - i], 1)) continue;
    Product inside;
    multiply_in(editor, erf->inputs[0], 0, inside);
    return inside.factors == std::vector{x} &&
           is_about(inside.coefficient, 1 / std::numbers::sqrt2);
  }
  return false;
}

// The operator that coefficient * x * gate is, or null.
const char* activation_of(GraphEditor& editor, double coefficient, int x, int gate_value) {
  const Node* gate = editor.maker(gate_value);
  if (gate == nullptr || gate->inputs.empty()) return nullptr;
  if (is_about(coefficient, 1)) {
    if (gate->op == "Sigmoid" && gate->inputs[0] == x) return kSwish;
    const bool is_sixth =
        is_about(number(*gate, "alpha", 0.2f), 1.0 / 6) && number(*gate, "beta", 0.5f) == 0.5f;
    return gate->op == "HardSigmoid" && gate->inputs[0] == x && is_sixth ? "HardSwish" : nullptr;
  }
  if (is_about(coefficient, 1.0 / 6) && is_clip_to_six(editor, *gate)) {
    return is_sum(editor, editor.maker(gate->inputs[0]), x, 3) ? "HardSwish" : nullptr;
  }
  return is_about(coefficient, 0.5) && is_gelu_gate(editor, *gate, x) ? "Gelu" : nullptr;
}

void replace(Node& node, GraphEditor& editor) {
  Product product;
  multiply_in(editor, node.outputs[0], 0, product);
  if (product.factors.size() != 2) return;
  for (const size_t i : {0, 1}) {
    const int x = product.factors[i];
    const char* op = activation_of(editor, product.coefficient, x, product.factors[1 - i]);
    if (op == nullptr) continue;
    editor.set_input(node, x);
    node.op = op;
    node.attributes.clear();
    return;
  }
}

}  // namespace

void find_activations(Graph& graph) {
  GraphEditor editor(graph);
  // The outermost products first: those inside them may then be needed no more.
  for (auto node = editor.nodes().rbegin(); node != editor.nodes().rend(); ++node) {
    if (node->op == "Mul" || node->op == "Div") replace(*node, editor);
  }
}

}  // namespace sepconv::network
