// Networks: trained nets read from ONNX files and run on arrays of any number of axes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sepconv/context.h"
#include "sepconv/error.h"
#include "sepconv/image.h"

namespace sepconv {

/// What an array of a network holds.
enum class ElementType { f32, f64, i64, i32, i8, u8, boolean };

/// "f32", "i64", ..., "bool".
const char* name(ElementType type);

/// Bytes of one element.
int64_t size_of(ElementType type);

/// Sizes along the axes; empty for a single number.
using NdShape = std::vector<int64_t>;

/// "1x3x224x224", "?" for the sizes that are -1; "scalar" for no axes.
std::string to_string(const NdShape& shape);

/// An array that somebody else owns, its elements packed, the last axis fastest.
struct ConstNdRef {
  const void* data = nullptr;
  ElementType type = ElementType::f32;
  NdShape shape;
};

/// An array that owns its elements: packed, the last axis fastest, aligned to 64 bytes.
class NdArray {
 public:
  NdArray();
  /// Elements are not initialised.
  /// errors     InvalidArgument: a size is negative, or the array overflows 63 bits of bytes
  NdArray(ElementType type, NdShape shape);

  ElementType type() const { return type_; }
  const NdShape& shape() const { return shape_; }
  int64_t count() const { return count_; }
  int64_t bytes() const { return count_ * size_of(type_); }
  void* data() { return data_.get(); }
  const void* data() const { return data_.get(); }
  template <class T>
  T* as() {
    return static_cast<T*>(data_.get());
  }
  template <class T>
  const T* as() const {
    return static_cast<const T*>(data_.get());
  }
  operator ConstNdRef() const { return {data(), type_, shape_}; }

 private:
  ElementType type_ = ElementType::f32;
  NdShape shape_;
  int64_t count_ = 0;
  std::unique_ptr<void, void (*)(void*)> data_;
};

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
  std::string node;             // its name in the file; empty where a map changes its layout
  std::string kind;             // the operator
  std::string summary;          // shapes, and the stages of layers
  int64_t multiplications = 0;  // of convolutions and products
  int64_t bytes = 0;            // of what it reads and writes, weights apart
  double seconds = 0;           // the shortest of the runs
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

  /// Runs the network so many times on inputs, and says what each step did and took.
  /// errors     as run's; InvalidArgument: runs below 1
  NetworkExplanation profile(const std::map<std::string, ConstNdRef>& inputs, int runs = 10) const;

  struct Impl;  // src/network/network.cc

 private:
  std::unique_ptr<Impl> impl_;
};

/// How a photograph becomes the input of a network: its middle, resized, each level as
/// (level - mean) / deviation, levels from 0 to 255.
struct PhotoOptions {
  double part = 224.0 / 256;  // of the photograph's shorter side that the input shows
  bool cubic = false;  // bicubic, else bilinear; as wide as an output stands for if it shrinks
  std::array<float, 3> mean = {123.675f, 116.28f, 103.53f};
  std::array<float, 3> deviation = {58.395f, 57.12f, 57.375f};
};

/// "imagenet": as torchvision's networks have it, the default. "tf": bicubic, levels from -1 to 1.
/// errors     InvalidArgument: another name
PhotoOptions photo_options(const std::string& preset);

/// A photograph as an input of shape [1, 3, height, width] or [1, height, width, 3]; sizes of -1
/// are 1 and 224.
/// types      u8 or u16, grey or colour, alpha left out
/// errors     InvalidArgument: another type, number of channels or shape
/// source     Pillow's resize, whose answers it has within a level's rounding
NdArray photo_input(const ConstImageRef& photo, NdShape shape, const PhotoOptions& options = {});

/// The array that the bytes of a .npy file hold.
/// errors     FormatError: no .npy file, a type that networks do not have, Fortran order
NdArray parse_npy(std::string_view bytes);

/// An array as the bytes of a .npy file.
std::string format_npy(const ConstNdRef& array);

}  // namespace sepconv
