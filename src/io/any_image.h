// AnyImage: an image that owns its samples and whose sample type is known only at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "sepconv/image.h"

namespace sepconv::io {

/// What a file says of its picture beyond the samples.
struct ImageTraits {
  int orientation = 1;         // TIFF's numbers, 1 is upright; samples stay in the stored order
  bool premultiplied = false;  // colour is already multiplied by alpha
};

/// An image read from a file, or one to be written to a file. Two channels are grey and alpha,
/// four are colour and alpha.
class AnyImage {
 public:
  AnyImage() = default;

  /// All zero. Memory is taken from the system as rows are written, not before.
  /// errors     std::bad_alloc
  AnyImage(SampleType type, ImageShape shape);

  SampleType type() const { return type_; }
  const ImageShape& shape() const { return shape_; }
  int64_t row_bytes() const { return shape_.width * shape_.channels * sample_bytes(type_); }
  std::byte* row(int64_t y) { return samples_.get() + y * row_bytes(); }
  const std::byte* row(int64_t y) const { return samples_.get() + y * row_bytes(); }

  ImageRef ref() { return {samples_.get(), type_, shape_, shape_.width * shape_.channels}; }
  ConstImageRef ref() const {
    return {samples_.get(), type_, shape_, shape_.width * shape_.channels};
  }

  /// Keeps the orientation, and a note of it where it is not upright.
  void set_orientation(int orientation);

  bool has_alpha() const { return shape_.channels == 2 || shape_.channels == 4; }

  ImageTraits traits;
  std::vector<std::string> notes;  // what the reader left alone, for people: one sentence each

 private:
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }
  };
  SampleType type_ = SampleType::u8;
  ImageShape shape_;
  std::unique_ptr<std::byte[], Free> samples_;
};

}  // namespace sepconv::io
