// Alpha, sample by sample.
#include "cli/common/alpha.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sepconv::cli {
namespace {

/// The value of an opaque pixel; for floating types none is known, and 1 is usual.
double opaque(SampleType type) {
  return visit_type(type, []<class T>(std::type_identity<T>) -> double {
    if constexpr (std::is_floating_point_v<T>) return 1;
    return static_cast<double>(std::numeric_limits<T>::max());
  });
}

bool is_floating(SampleType type) { return type == SampleType::f32 || type == SampleType::f64; }

double load(const std::byte* row, SampleType type, int64_t i) {
  return visit_type(type, [&]<class T>(std::type_identity<T>) {
    return static_cast<double>(reinterpret_cast<const T*>(row)[i]);
  });
}

void store(std::byte* row, SampleType type, int64_t i, double value) {
  visit_type(type, [&]<class T>(std::type_identity<T>) {
    const double level = std::clamp(std::nearbyint(value), 0.0, opaque(type));
    reinterpret_cast<T*>(row)[i] = static_cast<T>(std::is_floating_point_v<T> ? value : level);
  });
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
