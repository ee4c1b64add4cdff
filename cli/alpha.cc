// Alpha, sample by sample.
#include "cli/alpha.h"

#include <algorithm>
#include <cmath>

namespace sepconv::cli {
namespace {

/// The value of an opaque pixel; for floating types none is known, and 1 is usual.
double opaque(SampleType type) {
  switch (type) {
    case SampleType::u8:
      return 255;
    case SampleType::u16:
      return 65535;
    case SampleType::i16:
      return 32767;
    case SampleType::f32:
    case SampleType::f64:
      return 1;
  }
  return 1;
}

bool is_floating(SampleType type) { return type == SampleType::f32 || type == SampleType::f64; }

double load(const std::byte* row, SampleType type, int64_t i) {
  switch (type) {
    case SampleType::u8:
      return reinterpret_cast<const uint8_t*>(row)[i];
    case SampleType::u16:
      return reinterpret_cast<const uint16_t*>(row)[i];
    case SampleType::i16:
      return reinterpret_cast<const int16_t*>(row)[i];
    case SampleType::f32:
      return reinterpret_cast<const float*>(row)[i];
    case SampleType::f64:
      return reinterpret_cast<const double*>(row)[i];
  }
  return 0;
}

void store(std::byte* row, SampleType type, int64_t i, double value) {
  const double level = std::clamp(std::nearbyint(value), 0.0, opaque(type));
  switch (type) {
    case SampleType::u8:
      reinterpret_cast<uint8_t*>(row)[i] = static_cast<uint8_t>(level);
      return;
    case SampleType::u16:
      reinterpret_cast<uint16_t*>(row)[i] = static_cast<uint16_t>(level);
      return;
    case SampleType::i16:
      reinterpret_cast<int16_t*>(row)[i] = static_cast<int16_t>(level);
      return;
    case SampleType::f32:
      reinterpret_cast<float*>(row)[i] = static_cast<float>(value);
      return;
    case SampleType::f64:
      reinterpret_cast<double*>(row)[i] = value;
      return;
  }
}

}  // namespace

bool has_transparency(const io::AnyImage& image) {
  if (!image.has_alpha()) return false;
  const int channels = image.shape().channels;
  for (int64_t y = 0; y < image.shape().height; ++y) {
    for (int64_t x = 0; x < image.shape().width; ++x) {
      const double alpha = load(image.row(y), image.type(), x * channels + channels - 1);
      if (alpha < opaque(image.type())) return true;
    }
  }
  return false;
}

void copy_alpha(const io::AnyImage& in, const Rect& roi, io::AnyImage& out) {
  const bool keeps_value = is_floating(in.type()) || is_floating(out.type());
  const double factor = keeps_value ? 1 : opaque(out.type()) / opaque(in.type());
  const int channels = in.shape().channels;
  for (int64_t y = 0; y < roi.height; ++y) {
    for (int64_t x = 0; x < roi.width; ++x) {
      const double alpha =
          load(in.row(roi.y + y), in.type(), (roi.x + x) * channels + channels - 1);
      store(out.row(y), out.type(), x * channels + channels - 1, factor * alpha);
    }
  }
}

}  // namespace sepconv::cli
