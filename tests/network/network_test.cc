// Network: what its runs allocate, and the inputs that it makes up.
#include "sepconv/network.h"

#include <gtest/gtest.h>
#include <onnx.pb.h>

#include <algorithm>
#include <initializer_list>

#include "network/allocations.h"

namespace sepconv {
namespace {

class ModelWriter {
 public:
  ModelWriter() {
    model_.set_ir_version(7);
    model_.add_opset_import()->set_version(13);
    graph().set_name("test");
  }

  onnx::NodeProto& node(const char* op, std::initializer_list<std::string> inputs,
                        const char* output) {
    onnx::NodeProto& made = *graph().add_node();
    made.set_op_type(op);
    made.set_name(output);
    for (const std::string& input : inputs) made.add_input(input);
    made.add_output(output);
    return made;
  }

  void weights(const char* name, std::initializer_list<int64_t> shape) {
    onnx::TensorProto& made = *graph().add_initializer();
    made.set_name(name);
    made.set_data_type(onnx::TensorProto::FLOAT);
    int64_t count = 1;
    for (const int64_t size : shape) {
      made.add_dims(size);
      count *= size;
    }
    for (int64_t i = 0; i < count; ++i) made.add_float_data(0.125f * static_cast<float>(i % 5));
  }

  // Sizes of -1 are open.
  void input(const char* name, std::initializer_list<int64_t> shape) {
    auto& type = value(*graph().add_input(), name);
    for (const int64_t size : shape) {
      auto& axis = *type.mutable_shape()->add_dim();
      if (size < 0) axis.set_dim_param("n");
      if (size >= 0) axis.set_dim_value(size);
    }
  }

  void output(const char* name) { value(*graph().add_output(), name); }

  std::string bytes() const { return model_.SerializeAsString(); }

 private:
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  static onnx::TypeProto_Tensor& value(onnx::ValueInfoProto& info, const char* name) {
    info.set_name(name);
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    return type;
  }

  onnx::ModelProto model_;
};

void set_integers(onnx::NodeProto& node, const char* name, std::initializer_list<int64_t> values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
}

// Layers, pools, sums, a gate and a classifier; two outputs.
std::string classifier() {
  ModelWriter writer;
  writer.input("image", {-1, 3, -1, -1});
  writer.weights("stem", {16, 3, 3, 3});
  writer.weights("square", {16, 16, 1, 1});
  writer.weights("matrix", {32, 5});
  set_integers(writer.node("Conv", {"image", "stem"}, "a"), "strides", {2, 2});
  writer.node("Relu", {"a"}, "b");
  set_integers(writer.node("MaxPool", {"b"}, "c"), "kernel_shape", {2, 2});
  writer.node("Conv", {"c", "square"}, "d");
  writer.node("GlobalAveragePool", {"d"}, "e");
  writer.node("Sigmoid", {"e"}, "gate");
  writer.node("Mul", {"d", "gate"}, "f");
  writer.node("Add", {"f", "c"}, "g");
  auto& joined = writer.node("Concat", {"f", "g"}, "h");
  onnx::AttributeProto& axis = *joined.add_attribute();
  axis.set_name("axis");
  axis.set_type(onnx::AttributeProto::INT);
  axis.set_i(1);
  writer.node("GlobalAveragePool", {"h"}, "i");
  writer.node("Flatten", {"i"}, "j");
  writer.node("Gemm", {"j", "matrix"}, "logits");
  writer.node("Softmax", {"logits"}, "classes");
  writer.output("classes");
  writer.output("gate");
  return writer.bytes();
}

using Arrays = std::map<std::string, NdArray>;

std::map<std::string, ConstNdRef> refs(const Arrays& arrays) {
  return {arrays.begin(), arrays.end()};
}

TEST(Network, run_allocates_nothing_after_the_first_call) {
  const Network network(classifier(), "");
  const Arrays arrays = network.example_inputs({{"image", {2, 3, 33, 41}}});
  const auto inputs = refs(arrays);
  const std::vector<std::string> names = {"gate", "classes"};
  std::vector<NdArray> results, own;
  Context context;
  network.run(names, inputs, results);
  network.run(names, inputs, own, context);
  const void* const written = results[1].data();
  const int64_t before = allocation_count();
  network.run(names, inputs, results);
  network.run(names, inputs, own, context);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(results[1].data(), written);
  EXPECT_EQ(to_string(results[1].shape()), "2x5");
}

TEST(Network, results_that_do_not_fit_are_made_anew) {
  const Network network(classifier(), "");
  const Arrays one = network.example_inputs({{"image", {1, 3, 32, 32}}});
  const Arrays two = network.example_inputs({{"image", {2, 3, 32, 32}}});
  std::vector<NdArray> results;
  network.run({"classes"}, refs(one), results);
  network.run({}, refs(two), results);
  ASSERT_EQ(results.size(), 2);
  EXPECT_EQ(to_string(results[0].shape()), "2x5");
  EXPECT_EQ(to_string(results[1].shape()), "2x16x1x1");
  network.run({"classes"}, refs(one), results);
  ASSERT_EQ(results.size(), 1);
  EXPECT_EQ(to_string(results[0].shape()), "1x5");
}

TEST(Network, makes_up_inputs_of_usual_sizes) {
  const Network network(classifier(), "");
  const Arrays usual = network.example_inputs();
  const NdArray& image = usual.at("image");
  EXPECT_EQ(to_string(image.shape()), "1x3x224x224");
  const auto [least, most] =
      std::minmax_element(image.as<float>(), image.as<float>() + image.count());
  EXPECT_LT(-1.01f, *least);
  EXPECT_LT(*least, -0.9f);
  EXPECT_GT(*most, 0.9f);
  EXPECT_LT(*most, 1.01f);
  EXPECT_THROW(network.example_inputs({{"picture", {1}}}), InvalidArgument);
}

TEST(Network, a_profile_says_what_became_each_step) {
  const Network network(classifier(), "");
  const Arrays arrays = network.example_inputs({{"image", {1, 3, 32, 32}}});
  const NetworkExplanation explanation = network.profile(refs(arrays), 2);
  const NetworkStep& stem = explanation.steps.front();
  EXPECT_EQ(stem.kind, "layer");
  EXPECT_EQ(stem.fused, "Conv, Relu");
  EXPECT_EQ(stem.multiplications, 15 * 15 * 16 * 27);
  for (const NetworkStep& step : explanation.steps) {
    EXPECT_GE(step.seconds, 0);
    EXPECT_GT(step.predicted_seconds, 0);
  }
  EXPECT_NE(explanation.to_text().find("layer of Conv, Relu: "), std::string::npos);
}

}  // namespace
}  // namespace sepconv
