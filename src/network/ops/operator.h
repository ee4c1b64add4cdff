// Operators: each is one function that looks at a node and its inputs' shapes while a plan is made
// and gives its outputs' shapes and the kernel that will make them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/check.h"
#include "network/graph/graph.h"

namespace sepconv::network {

/// How the elements of a value lie: in the order of its axes; or, for maps [batch, channels,
/// height, width], with the channels of a position side by side.
enum class Layout { plain, channels_last };

/// What is known of a value before it is made.
struct Spec {
  ElementType type = ElementType::f32;
  NdShape shape;
  Layout layout = Layout::plain;
};

struct Operand {
  Spec spec;
  Constant constant = {};  // or null
  bool is_present = true;  // false: an optional input that is left out
};

/// Addresses while a network runs; those of inputs that are left out are null.
struct Operands {
  const std::vector<const void*>& in;
  const std::vector<void*>& out;
  Context& context;

  template <class T>
  const T* input(size_t i) const {
    return static_cast<const T*>(in[i]);
  }
  template <class T>
  T* output(size_t i = 0) const {
    return static_cast<T*>(out[i]);
  }
};

using Kernel = std::function<void(const Operands&)>;

struct Prepared {
  std::vector<Spec> out = {};
  Kernel kernel = {};
  bool shares_input = false;    // the output is input 0 under another shape: nothing to run
  Constant constant = {};       // the output, where no input's values count
  std::string summary = {};     // what runs, where the operator's name does not say it
  int64_t multiplications = 0;  // of convolutions and products
};

/// A node, and what is known of its inputs.
class Request {
 public:
  Request(const Node& node, std::vector<Operand> in) : node_(node), in_(std::move(in)) {}

  const Node& node() const { return node_; }
  int64_t opset() const { return node_.opset; }
  size_t input_count() const { return in_.size(); }
  size_t output_count() const { return node_.outputs.size(); }
  bool has_input(size_t i) const { return i < in_.size() && in_[i].is_present; }

  /// These throw InvalidArgument where the input is left out or its values are not known.
  const Operand& input(size_t i) const;
  const Spec& spec(size_t i) const { return input(i).spec; }
  const NdArray& values(size_t i) const;
  std::vector<int64_t> integers(size_t i) const;
  std::vector<float> floats(size_t i) const;

  /// Attributes; InvalidArgument where one is of another type.
  bool has(const std::string& name) const { return node_.attributes.contains(name); }
  int64_t integer(const std::string& name, int64_t otherwise) const;
  float number(const std::string& name, float otherwise) const;
  std::string text(const std::string& name, const std::string& otherwise) const;
  std::vector<int64_t> integers(const std::string& name) const;
  std::vector<float> floats(const std::string& name) const;
  Constant tensor(const std::string& name) const;

  /// Integers that newer opsets have as an input and older ones as an attribute; empty for none.
  std::vector<int64_t> integers(size_t i, const std::string& name) const;

 private:
  const Node& node_;
  std::vector<Operand> in_;
};

/// The layouts that an operator takes its inputs in: plain ones only; any; or all maps in one.
enum class Layouts { plain, any, same };

struct Operator {
  const char* name;
  Prepared (*prepare)(const Request&);
  std::vector<size_t> planned = {};  // inputs whose values a plan depends on
  Layouts layouts = Layouts::plain;
};

/// Null for operators that are not known.
const Operator* find_operator(const std::string& name);

/// The axis that value means; negative ones count from the last.
/// errors     InvalidArgument: there is no such axis
size_t axis_of(int64_t value, size_t axes);

}  // namespace sepconv::network
