// An image of any sample type for tests: patterns that find rounding and border mistakes, rows with
// padding between them, and the comparison with the reference.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "reference/filter.h"
#include "sepconv/filter.h"

namespace sepconv::test {

enum class Pattern { noise, extremes, ramp_x, ramp_y, constant };
inline constexpr Pattern kPatterns[] = {Pattern::noise, Pattern::extremes, Pattern::ramp_x,
                                        Pattern::ramp_y, Pattern::constant};
inline constexpr SampleType kTypes[] = {SampleType::u8,  SampleType::u16, SampleType::i16,
                                        SampleType::i32, SampleType::f32, SampleType::f64};
inline constexpr Border kBorders[] = {Border::zero,      Border::constant,   Border::replicate,
                                      Border::symmetric, Border::reflect101, Border::wrap};

inline bool is_integer(SampleType type) {
  return type != SampleType::f32 && type != SampleType::f64;
}

/// The lowest and highest sample of a type; floats take -1 to 1.
inline std::pair<double, double> range_of(SampleType type) {
  switch (type) {
    case SampleType::u8:
      return {0, 255};
    case SampleType::u16:
      return {0, 65535};
    case SampleType::i16:
      return {-32768, 32767};
    case SampleType::i32:
      return {-2147483648.0, 2147483647.0};
    default:
      return {-1, 1};
  }
}

class TypedImage {
 public:
  TypedImage(SampleType type, ImageShape shape, int64_t padding = 0)
      : type_(type),
        shape_(shape),
        stride_(shape.width * shape.channels + padding),
        bytes_(((shape.height - 1) * stride_ + shape.width * shape.channels) * sample_bytes(type)) {
  }

  ConstImageRef in() const { return {bytes_.data(), type_, shape_, stride_}; }
  ImageRef out() { return {bytes_.data(), type_, shape_, stride_}; }
  const std::vector<std::byte>& bytes() const { return bytes_; }

  double get(int64_t x, int64_t y, int c) const {
    return reference::sample_at(in(), x, y, c, Border::zero, 0);
  }

  void set(int64_t x, int64_t y, int c, double value) {
    const int64_t index = y * stride_ + x * shape_.channels + c;
    const double rounded = reference::round_to(type_, value);
    switch (type_) {
      case SampleType::u8:
        return put<uint8_t>(index, rounded);
      case SampleType::u16:
        return put<uint16_t>(index, rounded);
      case SampleType::i16:
        return put<int16_t>(index, rounded);
      case SampleType::i32:
        return put<int32_t>(index, rounded);
      case SampleType::f32:
        return put<float>(index, rounded);
      case SampleType::f64:
        return put<double>(index, rounded);
    }
  }

  void fill(Pattern pattern, std::mt19937& random) {
    const auto [low, high] = range_of(type_);
    std::uniform_real_distribution<double> any(low, high);
    const double constant = any(random);
    for (int64_t y = 0; y < shape_.height; ++y) {
      for (int64_t x = 0; x < shape_.width; ++x) {
        for (int c = 0; c < shape_.channels; ++c) {
          double value = any(random);
          if (pattern == Pattern::extremes) value = value > (low + high) / 2 ? high : low;
          if (pattern == Pattern::ramp_x) value = low + (high - low) * (x + 1) / (shape_.width + 1);
          if (pattern == Pattern::ramp_y)
            value = low + (high - low) * (y + 1) / (shape_.height + 1);
          if (pattern == Pattern::constant) value = constant;
          set(x, y, c, value);
        }
      }
    }
  }

 private:
  template <class T>
  void put(int64_t index, double value) {
    reinterpret_cast<T*>(bytes_.data())[index] = static_cast<T>(value);
  }

  SampleType type_;
  ImageShape shape_;
  int64_t stride_;
  std::vector<std::byte> bytes_;
};

/// The largest |out - exact| over an image, exact values as reference::filter gives them. What lies
/// outside the range of an integer type counts as clamped.
inline double largest_error(const TypedImage& out, const std::vector<double>& exact) {
  const ConstImageRef image = out.in();
  const auto [low, high] = range_of(image.type);
  double largest = 0;
  size_t i = 0;
  for (int64_t y = 0; y < image.shape.height; ++y) {
    for (int64_t x = 0; x < image.shape.width; ++x) {
      for (int c = 0; c < image.shape.channels; ++c) {
        double expected = exact[i++];
        if (is_integer(image.type)) expected = std::clamp(expected, low, high);
        largest = std::max(largest, std::abs(out.get(x, y, c) - expected));
      }
    }
  }
  return largest;
}

/// Runs the plan of a request on an image.
inline TypedImage filtered(const TypedImage& in, SampleType out_type, const Kernel& kernel,
                           const FilterOptions& options, int64_t padding = 0) {
  const FilterPlan plan(in.in().shape, in.in().type, out_type, kernel, options);
  TypedImage out(out_type, plan.out_shape(), padding);
  plan.run(in.in(), out.out());
  return out;
}

}  // namespace sepconv::test
