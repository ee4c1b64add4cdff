// Networks: trained nets read from ONNX files and run on arrays of any number of axes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sepconv/context.h"
#include "sepconv/error.h"
#include "sepconv/nd_array.h"

namespace sepconv {

/// An input or output of a network.
struct NetworkValue {
  std::string name;
  ElementType type = ElementType::f32;
  NdShape shape = {};     // -1 where any size will do
  bool has_shape = true;  // false: any number of axes will do
};

struct NetworkOptions {
  int threads = 1;
  int64_t most_bytes = int64_t{4} << 30;  // that one run may take for values between nodes
};

/// One step of a network's run: a node, or several that became one.
struct NetworkStep {
  std::string node;              // its name in the file; empty where a map changes its layout
  std::string kind;              // the operator; "layer" of convolutions
  std::string fused;             // the operators that became this one: "Conv, Clip, Conv, Add"
  std::string summary;           // shapes, and the stages of layers
  int64_t multiplications = 0;   // of convolutions and products
  int64_t bytes = 0;             // of what it reads and writes, weights apart
  double predicted_seconds = 0;  // by the rates of this machine's profile, see tune()
  double seconds = 0;            // the shortest of the runs
};

/// How a network runs on inputs of certain shapes.
struct NetworkExplanation {
  std::vector<NetworkStep> steps;
  int64_t arena_bytes = 0;  // of all values between nodes, which share one piece of memory

  std::string to_text() const;
};

/// A network read from an ONNX file (opset 7 or newer). For every set of input shapes that arrives
/// it decides once how to run: shapes, constants and memory; the plans of the last few are kept.
/// types      f32, with integers and booleans where operators take them
/// errors     ModelError naming node, operator and opset: files that are no models, operators that
///            are unknown, sizes that do not fit; FormatError: files that cannot be read
/// threads    immutable to callers; any number of threads may run one network, each with a Context
class Network {
 public:
  explicit Network(const std::string& path, const NetworkOptions& options = {});

  /// A model in memory; folder is where its external data would be, none if empty.
  Network(std::string_view model, const std::string& folder, const NetworkOptions& options = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  const std::vector<NetworkValue>& inputs() const;
  const std::vector<NetworkValue>& outputs() const;

  /// The outputs called names, all if there are none, of the network run on inputs.
  /// errors     InvalidArgument: a name that the network does not have, an input that is missing,
  ///            or of another type or shape than inputs() says; ModelError: sizes inside do not fit
  std::vector<NdArray> run(const std::vector<std::string>& names,
                           const std::map<std::string, ConstNdRef>& inputs) const;
  std::vector<NdArray> run(const std::vector<std::string>& names,
                           const std::map<std::string, ConstNdRef>& inputs, Context& context) const;

  /// The same into arrays that the caller keeps: those of an output's type and shape are written,
  /// others replaced.
  /// cost       allocates nothing after the first call of a set of shapes
  void run(const std::vector<std::string>& names, const std::map<std::string, ConstNdRef>& inputs,
           std::vector<NdArray>& results) const;
  void run(const std::vector<std::string>& names, const std::map<std::string, ConstNdRef>& inputs,
           std::vector<NdArray>& results, Context& context) const;

  /// Inputs to measure the network on: floats from -1 to 1, integers of 0 and 1, the same every
  /// time. Shapes are those given by name, else declared; sizes that are open (-1) there are 1
  /// along the first axis and 224 along others. errors     InvalidArgument: a name that the network
  /// does not have, an input of any number of
  ///            axes without a shape
  std::map<std::string, NdArray> example_inputs(
      const std::map<std::string, NdShape>& shapes = {}) const;

  /// Runs the network so many times on inputs, and says what each step did and took.
  /// errors     as run's; InvalidArgument: runs below 1
  NetworkExplanation profile(const std::map<std::string, ConstNdRef>& inputs, int runs = 10) const;

  struct Impl;  // src/network/network.cc

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace sepconv
