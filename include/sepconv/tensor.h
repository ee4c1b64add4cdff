// Tensors as layers see them: batches of maps, their samples any distance apart. Refs do not own.
#pragma once

#include <cstdint>
#include <string>

#include "sepconv/image.h"

namespace sepconv {

/// A batch of maps of height x width positions with channels values each.
struct TensorShape {
  int64_t batch = 1;
  int64_t height = 1;
  int64_t width = 1;
  int64_t channels = 1;

  friend bool operator==(const TensorShape&, const TensorShape&) = default;
};

/// "1x112x112x32": batch, height, width, channels, whatever the layout.
std::string to_string(const TensorShape& shape);

/// Values of a tensor; overflow is the caller's to exclude.
int64_t value_count(const TensorShape& shape);

/// The order of the axes in packed memory, the last one's values side by side: channels last (as
/// TensorFlow has it) or planes (as PyTorch does).
enum class TensorLayout { nhwc, nchw };

/// Distances between neighbours along each axis.
/// units      values, of any sign, and 0; those of axes of size 1 do not matter
struct TensorStrides {
  int64_t batch = 0;
  int64_t row = 0;
  int64_t pixel = 0;
  int64_t channel = 0;

  friend bool operator==(const TensorStrides&, const TensorStrides&) = default;
};

/// Those of a packed tensor.
TensorStrides packed_strides(const TensorShape& shape, TensorLayout layout);

/// An input tensor that somebody else owns.
struct ConstTensorRef {
  const void* data = nullptr;  // the value at index 0 of every axis
  SampleType type = SampleType::f32;
  TensorShape shape;
  TensorStrides strides;

  ConstTensorRef() = default;
  ConstTensorRef(const void* data_in, SampleType type_in, const TensorShape& shape_in,
                 const TensorStrides& strides_in)
      : data(data_in), type(type_in), shape(shape_in), strides(strides_in) {}
  ConstTensorRef(const float* data_in, const TensorShape& shape_in,
                 TensorLayout layout = TensorLayout::nhwc)
      : ConstTensorRef(data_in, SampleType::f32, shape_in, packed_strides(shape_in, layout)) {}
};

/// An output tensor that somebody else owns; no two of its values may share memory.
struct TensorRef {
  void* data = nullptr;
  SampleType type = SampleType::f32;
  TensorShape shape;
  TensorStrides strides;

  TensorRef() = default;
  TensorRef(void* data_in, SampleType type_in, const TensorShape& shape_in,
            const TensorStrides& strides_in)
      : data(data_in), type(type_in), shape(shape_in), strides(strides_in) {}
  TensorRef(float* data_in, const TensorShape& shape_in, TensorLayout layout = TensorLayout::nhwc)
      : TensorRef(data_in, SampleType::f32, shape_in, packed_strides(shape_in, layout)) {}

  operator ConstTensorRef() const { return {data, type, shape, strides}; }
};

}  // namespace sepconv
