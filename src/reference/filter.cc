// The slow filter: what every other way must agree with.
#include "reference/filter.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sepconv::reference {
namespace {

double load(const ConstImageRef& in, int64_t index) {
  switch (in.type) {
    case SampleType::u8:
      return static_cast<const uint8_t*>(in.data)[index];
    case SampleType::u16:
      return static_cast<const uint16_t*>(in.data)[index];
    case SampleType::i16:
      return static_cast<const int16_t*>(in.data)[index];
    case SampleType::i32:
      return static_cast<const int32_t*>(in.data)[index];
    case SampleType::f32:
      return static_cast<const float*>(in.data)[index];
    case SampleType::f64:
      return static_cast<const double*>(in.data)[index];
  }
  return 0;
}

bool is_inside(int64_t i, int64_t size) { return 0 <= i && i < size; }

// Walks i back into [0, size), one reflection or period at a time.
int64_t fold(int64_t i, int64_t size, Border border) {
  while (!is_inside(i, size)) {
    switch (border) {
      case Border::replicate:
        i = std::clamp<int64_t>(i, 0, size - 1);
        break;
      case Border::symmetric:
        i = i < 0 ? -1 - i : 2 * size - 1 - i;
        break;
      case Border::reflect101:
        i = size == 1 ? 0 : i < 0 ? -i : 2 * size - 2 - i;
        break;
      case Border::wrap:
        i += i < 0 ? size : -size;
        break;
      case Border::zero:
      case Border::constant:
        return -1;
    }
  }
  return i;
}

}  // namespace

double sample_at(const ConstImageRef& in, int64_t x, int64_t y, int c, Border border,
                 double border_value) {
  const int64_t folded_x = fold(x, in.shape.width, border);
  const int64_t folded_y = fold(y, in.shape.height, border);
  if (folded_x < 0 || folded_y < 0) return border == Border::constant ? border_value : 0.0;
  return load(in, folded_y * in.row_stride + folded_x * in.pixel_stride + c * in.channel_stride);
}

std::vector<double> filter(const ConstImageRef& in, const Kernel& given,
                           const FilterOptions& options) {
  const Kernel kernel = options.convolve ? given.flipped() : given;
  const int64_t kernel_height = kernel.shape()[0], kernel_width = kernel.shape()[1];
  const int64_t anchor_y = kernel.anchor()[0], anchor_x = kernel.anchor()[1];
  const Rect roi = options.roi.value_or(Rect{0, 0, in.shape.width, in.shape.height});

  std::vector<double> out;
  out.reserve(roi.width * roi.height * in.shape.channels);
  for (int64_t y = roi.y; y < roi.y + roi.height; ++y) {
    for (int64_t x = roi.x; x < roi.x + roi.width; ++x) {
      for (int c = 0; c < in.shape.channels; ++c) {
        double sum = 0;
        for (int64_t j = 0; j < kernel_height; ++j) {
          for (int64_t i = 0; i < kernel_width; ++i) {
            sum += kernel.taps()[j * kernel_width + i] *
                   sample_at(in, x + i - anchor_x, y + j - anchor_y, c, options.border,
                             options.border_value);
          }
        }
        out.push_back(options.scale * sum + options.offset);
      }
    }
  }
  return out;
}

double round_to(SampleType type, double value) {
  const auto clamped = [&](auto limits) {
    return std::clamp<double>(std::nearbyint(value), limits.min(), limits.max());
  };
  switch (type) {
    case SampleType::u8:
      return clamped(std::numeric_limits<uint8_t>());
    case SampleType::u16:
      return clamped(std::numeric_limits<uint16_t>());
    case SampleType::i16:
      return clamped(std::numeric_limits<int16_t>());
    case SampleType::i32:
      return clamped(std::numeric_limits<int32_t>());
    case SampleType::f32:
      return static_cast<float>(value);
    case SampleType::f64:
      return value;
  }
  return value;
}

}  // namespace sepconv::reference
