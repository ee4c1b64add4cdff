// AnyImage's memory.
#include "io/any_image.h"

#include <fmt/format.h>

#include <new>

namespace sepconv::io {

AnyImage::AnyImage(SampleType type, ImageShape shape) : type_(type), shape_(shape) {
  // calloc, because the system maps zero pages as they are touched: a header that promises more
  // than its file delivers costs no memory.
  samples_.reset(static_cast<std::byte*>(std::calloc(shape.height, row_bytes())));
  if (!samples_) throw std::bad_alloc();
}

void AnyImage::set_orientation(int orientation) {
  traits.orientation = orientation;
  if (orientation == 1) return;
  notes.push_back(
      fmt::format("orientation {} is not applied: rows are taken as stored", orientation));
}

}  // namespace sepconv::io
