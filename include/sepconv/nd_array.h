// Arrays of any number of axes, as networks take and give them, and as .npy files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sepconv/error.h"

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

/// The array that the bytes of a .npy file hold.
/// errors     FormatError: no .npy file, a type that networks do not have, Fortran order
NdArray parse_npy(std::string_view bytes);

/// An array as the bytes of a .npy file.
std::string format_npy(const ConstNdRef& array);

}  // namespace sepconv
