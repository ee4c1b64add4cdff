// ONNX models through their official schema: the only file that knows protobuf.
#include "network/onnx/read_model.h"

#include <fmt/format.h>

#include <cstring>
#include <unordered_map>

#include "network/onnx/files.h"
#include "onnx.pb.h"

namespace sepconv::network {
namespace {

constexpr int64_t kOldestOpset = 7;  // before it, operators had broadcasting of their own

ElementType element_type(int onnx_type, const std::string& owner) {
  switch (onnx_type) {
    case onnx::TensorProto::FLOAT:
      return ElementType::f32;
    case onnx::TensorProto::DOUBLE:
      return ElementType::f64;
    case onnx::TensorProto::INT64:
      return ElementType::i64;
    case onnx::TensorProto::INT32:
      return ElementType::i32;
    case onnx::TensorProto::INT8:
      return ElementType::i8;
    case onnx::TensorProto::UINT8:
      return ElementType::u8;
    case onnx::TensorProto::BOOL:
      return ElementType::boolean;
    default:
      throw ModelError(
          fmt::format("'{}' has ONNX's element type {}; expected FLOAT, DOUBLE, "
                      "INT64, INT32, INT8, UINT8 or BOOL",
                      owner, onnx_type));
  }
}

// The numbers in a field that a type has of its own, to the type itself.
template <class T, class Field>
void copy_numbers(const Field& numbers, NdArray& array) {
  for (int64_t i = 0; i < array.count(); ++i) array.as<T>()[i] = static_cast<T>(numbers[i]);
}

int64_t field_count(const onnx::TensorProto& tensor, ElementType type) {
  switch (type) {
    case ElementType::f32:
      return tensor.float_data_size();
    case ElementType::f64:
      return tensor.double_data_size();
    case ElementType::i64:
      return tensor.int64_data_size();
    default:
      return tensor.int32_data_size();
  }
}

void copy_fields(const onnx::TensorProto& tensor, NdArray& array) {
  switch (array.type()) {
    case ElementType::f32:
      return copy_numbers<float>(tensor.float_data(), array);
    case ElementType::f64:
      return copy_numbers<double>(tensor.double_data(), array);
    case ElementType::i64:
      return copy_numbers<int64_t>(tensor.int64_data(), array);
    case ElementType::i32:
      return copy_numbers<int32_t>(tensor.int32_data(), array);
    default:
      return copy_numbers<uint8_t>(tensor.int32_data(), array);
  }
}

int64_t number_of(const std::string& text, const std::string& owner) {
  try {
    return std::stoll(text);
  } catch (const std::exception&) {
    throw ModelError(fmt::format("external data of '{}': '{}' is no number", owner, text));
  }
}

NdArray read_external_tensor(const onnx::TensorProto& tensor, ElementType type,
                             const NdShape& shape, const std::string& folder) {
  ExternalData from;
  for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") from.location = entry.value();
    if (entry.key() == "offset") from.offset = number_of(entry.value(), tensor.name());
    if (entry.key() == "length") from.length = number_of(entry.value(), tensor.name());
  }
  const int64_t bytes = element_count(shape) * size_of(type);
  const std::string path = external_path(folder, from, bytes);
  NdArray array(type, shape);
  read_external(path, from.offset, array.data(), bytes);
  return array;
}

// Memory is taken only once as many elements are seen to be there.
Constant read_tensor(const onnx::TensorProto& tensor, const std::string& folder,
                     const std::string& owner) {
  const ElementType type = element_type(tensor.data_type(), owner);
  const NdShape shape(tensor.dims().begin(), tensor.dims().end());
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    return std::make_shared<NdArray>(read_external_tensor(tensor, type, shape, folder));
  }
  const int64_t count = element_count(shape), raw = std::ssize(tensor.raw_data());
  const int64_t held = tensor.has_raw_data() ? raw / size_of(type) : field_count(tensor, type);
  if (held != count || (tensor.has_raw_data() && raw % size_of(type) != 0)) {
    throw ModelError(fmt::format("tensor '{}' is {} and holds {} elements; expected {}", owner,
                                 to_string(shape), held, count));
  }
  auto array = std::make_shared<NdArray>(type, shape);
  if (tensor.has_raw_data()) {
    std::memcpy(array->data(), tensor.raw_data().data(), raw);
  } else {
    copy_fields(tensor, *array);
  }
  return array;
}

NetworkValue read_value(const onnx::ValueInfoProto& info) {
  if (!info.type().has_tensor_type()) {
    throw ModelError(fmt::format("'{}' is no tensor; sequences and maps are unknown", info.name()));
  }
  const onnx::TypeProto::Tensor& tensor = info.type().tensor_type();
  NetworkValue value{
      info.name(), element_type(tensor.elem_type(), info.name()), {}, tensor.has_shape()};
  for (const onnx::TensorShapeProto::Dimension& size : tensor.shape().dim()) {
    value.shape.push_back(size.has_dim_value() ? size.dim_value() : -1);
  }
  return value;
}

// Builds the graph; names become numbers.
class Reader {
 public:
  Reader(const onnx::ModelProto& model, const std::string& folder)
      : model_(model), folder_(folder) {}

  Graph read() {
    read_opset();
    const onnx::GraphProto& graph = model_.graph();
    if (graph.sparse_initializer_size() > 0) throw ModelError("sparse initializers are unknown");
    for (const onnx::TensorProto& tensor : graph.initializer()) {
      graph_.values[named(tensor.name())].constant = read_tensor(tensor, folder_, tensor.name());
    }
    for (const onnx::ValueInfoProto& input : graph.input()) {
      // Models of old versions list their weights among the inputs.
      const int value = named(input.name());
      if (!graph_.values[value].constant) graph_.inputs.push_back({read_value(input), value});
    }
    for (const onnx::NodeProto& node : graph.node()) read_node(node);
    for (const onnx::ValueInfoProto& output : graph.output()) {
      graph_.outputs.push_back({read_value(output), named(output.name())});
    }
    if (graph_.outputs.empty()) throw ModelError("the model has no outputs");
    sort_nodes(graph_);
    return std::move(graph_);
  }

 private:
  void read_opset() {
    for (const onnx::OperatorSetIdProto& set : model_.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") opset_ = set.version();
    }
    if (opset_ >= kOldestOpset) return;
    throw ModelError(
        fmt::format("the model is of opset {}; expected {} or newer", opset_, kOldestOpset));
  }

  // Of a value that must have a name.
  int named(const std::string& name) {
    if (name.empty()) throw ModelError("an input, output or initializer has no name");
    return number(name);
  }

  int number(const std::string& name) {
    if (name.empty()) return kNoValue;
    const auto [place, is_new] = numbers_.try_emplace(name, std::ssize(graph_.values));
    if (is_new) graph_.values.push_back({name, nullptr});
    return place->second;
  }

  Attribute read_attribute(const onnx::AttributeProto& attribute, const Node& node) {
    switch (attribute.type()) {
      case onnx::AttributeProto::INT:
        return attribute.i();
      case onnx::AttributeProto::FLOAT:
        return attribute.f();
      case onnx::AttributeProto::STRING:
        return attribute.s();
      case onnx::AttributeProto::INTS:
        return std::vector<int64_t>(attribute.ints().begin(), attribute.ints().end());
      case onnx::AttributeProto::FLOATS:
        return std::vector<float>(attribute.floats().begin(), attribute.floats().end());
      case onnx::AttributeProto::TENSOR:
        return read_tensor(attribute.t(), folder_, node.name + "." + attribute.name());
      default:
        throw ModelError(fmt::format("{}: attribute '{}' is of ONNX's type {}, which is unknown",
                                     describe(node), attribute.name(),
                                     static_cast<int>(attribute.type())));
    }
  }

  void read_node(const onnx::NodeProto& proto) {
    Node node{proto.name(), proto.op_type(), opset_, {}, {}, {}};
    if (node.name.empty()) node.name = proto.output_size() > 0 ? proto.output(0) : "";
    if (!proto.domain().empty() && proto.domain() != "ai.onnx") {
      node.op = proto.domain() + "." + node.op;
    }
    for (const std::string& name : proto.input()) node.inputs.push_back(number(name));
    for (const std::string& name : proto.output()) node.outputs.push_back(number(name));
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
      node.attributes.insert_or_assign(attribute.name(), read_attribute(attribute, node));
    }
    graph_.nodes.push_back(std::move(node));
  }

  const onnx::ModelProto& model_;
  const std::string& folder_;
  int64_t opset_ = 0;
  std::unordered_map<std::string, int> numbers_;
  Graph graph_;
};

}  // namespace

Graph parse_model(std::string_view model, const std::string& folder) {
  onnx::ModelProto proto;
  if (!proto.ParseFromArray(model.data(), static_cast<int>(model.size())) || !proto.has_graph()) {
    throw ModelError("this is no ONNX model");
  }
  return Reader(proto, folder).read();
}

}  // namespace sepconv::network
