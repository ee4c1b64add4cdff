// Exact sums, and the rounding that uses them near ties.
#include "filter/exact.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "filter/border.h"

namespace sepconv {
namespace {

double sample_of(const ConstImageRef& in, const SamplePlace& at) {
  return visit_type(in.type, [&]<class T>(std::type_identity<T>) {
    return static_cast<double>(*static_cast<const T*>(in.sample(at.x, at.y, at.channel)));
  });
}

// scale * tap * value as products of doubles: tap * value is its rounded product and the rest.
void add_scaled(ExactSum* sum, double scale, double tap, double value) {
  const double product = tap * value;
  const double rest = std::fma(tap, value, -product);
  sum->add_product(scale, product);
  sum->add_product(scale, rest);
}

// The sign of (exact value of the sample) - level. Integer kernels are compared times divisor.
int sign_of_difference(const ExactFilter& filter, const ConstImageRef& in, const SamplePlace& at,
                       double level) {
  const Kernel& kernel = filter.kernel;
  const FilterOptions& options = filter.options;
  const int64_t height = kernel.shape()[0], width = kernel.shape()[1];
  const double divisor = kernel.is_integer() ? static_cast<double>(kernel.divisor()) : 1.0;
  ExactSum sum;
  sum.add_product(options.offset, divisor);
  sum.add_product(-level, divisor);
  for (int64_t j = 0; j < height; ++j) {
    const int64_t y = border_index(at.y + j - kernel.anchor()[0], in.shape.height, options.border);
    for (int64_t i = 0; i < width; ++i) {
      const int64_t x = border_index(at.x + i - kernel.anchor()[1], in.shape.width, options.border);
      const int64_t k = j * width + i;
      const double tap =
          kernel.is_integer() ? static_cast<double>(kernel.integers()[k]) : kernel.taps()[k];
      const bool is_outside = x == kNoSample || y == kNoSample;
      const double value = is_outside ? options.border_value : sample_of(in, {x, y, at.channel});
      add_scaled(&sum, options.scale, tap, value);
    }
  }
  return sum.sign();
}

double round_exactly(const ExactFilter& filter, const ConstImageRef& in, const SamplePlace& at,
                     double value) {
  const double below = std::floor(value);
  if (std::abs(value - below - 0.5) > filter.doubt) return std::nearbyint(value);
  const int sign = sign_of_difference(filter, in, at, below + 0.5);
  if (sign != 0) return sign < 0 ? below : below + 1;
  return std::fmod(below, 2) == 0 ? below : below + 1;
}

template <class T>
T level_of(const ExactFilter& filter, const ConstImageRef& in, const SamplePlace& at,
           double value) {
  const double lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();
  if (std::isnan(value)) value = 0;
  if (lowest - 1 < value && value < highest + 1) value = round_exactly(filter, in, at, value);
  return static_cast<T>(std::clamp(value, lowest, highest));
}

template <class T>
void store_levels(const ExactFilter& filter, const ConstImageRef& in, const Rect& row,
                  const double* values, T* out) {
  const int channels = in.shape.channels;
  for (int64_t i = 0; i < row.width * channels; ++i) {
    const SamplePlace at{row.x + i / channels, row.y, static_cast<int>(i % channels)};
    out[i] = level_of<T>(filter, in, at, values[i]);
  }
}

}  // namespace

void ExactSum::add(double value) {
  size_t kept = 0;
  for (const double part : parts_) {
    const double sum = value + part;
    const double virtual_part = sum - value;
    const double rest = (value - (sum - virtual_part)) + (part - virtual_part);
    if (rest != 0) parts_[kept++] = rest;
    value = sum;
  }
  parts_.resize(kept);
  if (value != 0) parts_.push_back(value);
}

void ExactSum::add_product(double a, double b) {
  const double product = a * b;
  add(std::fma(a, b, -product));
  add(product);
}

int ExactSum::sign() const {
  if (parts_.empty()) return 0;
  return parts_.back() < 0 ? -1 : 1;
}

double exact_level(const ExactFilter& filter, const ConstImageRef& in, const SamplePlace& place,
                   double value) {
  return visit_type(filter.out_type, [&]<class T>(std::type_identity<T>) -> double {
    // Floats are never rounded apart.
    if constexpr (!std::is_integral_v<T>)
      return value;
    else
      return level_of<T>(filter, in, place, value);
  });
}

void store_exactly(const ExactFilter& filter, const ConstImageRef& in, const Rect& row,
                   const double* values, void* out) {
  visit_type(filter.out_type, [&]<class T>(std::type_identity<T>) {
    // Floats are never rounded apart.
    if constexpr (std::is_integral_v<T>) {
      store_levels(filter, in, row, values, static_cast<T*>(out));
    }
  });
}

}  // namespace sepconv
