// Names and sizes of sample types and shapes.
#include "sepconv/image.h"

#include <fmt/format.h>

namespace sepconv {

const char* name(SampleType type) {
  switch (type) {
    case SampleType::u8:
      return "u8";
    case SampleType::u16:
      return "u16";
    case SampleType::i16:
      return "i16";
    case SampleType::i32:
      return "i32";
    case SampleType::f32:
      return "f32";
    case SampleType::f64:
      return "f64";
  }
  return "?";
}

int64_t sample_bytes(SampleType type) {
  switch (type) {
    case SampleType::u8:
      return 1;
    case SampleType::u16:
    case SampleType::i16:
      return 2;
    case SampleType::i32:
    case SampleType::f32:
      return 4;
    case SampleType::f64:
      return 8;
  }
  return 0;
}

std::string to_string(const ImageShape& shape) {
  return fmt::format("{}x{}x{}", shape.width, shape.height, shape.channels);
}

}  // namespace sepconv
