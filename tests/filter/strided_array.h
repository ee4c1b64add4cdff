// Arrays in memory of their own, laid out in any order: what tests of arrays filter.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

#include "sepconv/array.h"

namespace sepconv::test {

inline constexpr SampleType kTypes[] = {SampleType::u8,  SampleType::u16, SampleType::i16,
                                        SampleType::i32, SampleType::f32, SampleType::f64};
inline constexpr Border kBorders[] = {Border::zero,      Border::constant,   Border::replicate,
                                      Border::symmetric, Border::reflect101, Border::wrap};

inline bool is_integer(SampleType type) {
  return type != SampleType::f32 && type != SampleType::f64;
}

/// An array in memory of its own, its axes laid out in any order, forwards or backwards, with gaps.
class Array {
 public:
  Array(SampleType type, std::vector<int64_t> shape) : type_(type), shape_(std::move(shape)) {
    strides_.resize(shape_.size());
    int64_t stride = 1;
    for (size_t a = shape_.size(); a-- > 0; stride *= shape_[a]) strides_[a] = stride;
    bytes_.resize(stride * sample_bytes(type));
  }

  /// The same shape with shuffled axes, some backwards, and every stride scaled by gap.
  void shuffle_layout(std::mt19937& random, int64_t gap) {
    std::vector<size_t> order(shape_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    int64_t stride = gap;
    first_ = 0;
    for (const size_t a : order) {
      strides_[a] = random() % 3 == 0 ? -stride : stride;
      if (strides_[a] < 0) first_ += (shape_[a] - 1) * stride;
      stride *= shape_[a];
    }
    bytes_.resize(stride * sample_bytes(type_));
  }

  const std::vector<int64_t>& shape() const { return shape_; }
  SampleType type() const { return type_; }
  const std::vector<std::byte>& bytes() const { return bytes_; }
  int64_t count() const {
    return std::accumulate(shape_.begin(), shape_.end(), int64_t{1}, std::multiplies<>());
  }
  ConstArrayRef in() const { return {data(), type_, shape_, strides_}; }
  ArrayRef out() { return {const_cast<std::byte*>(data()), type_, shape_, strides_}; }

  double get(const std::vector<int64_t>& at) const {
    return visit_type(type_, [&]<class T>(std::type_identity<T>) {
      return static_cast<double>(reinterpret_cast<const T*>(bytes_.data())[index(at)]);
    });
  }
  void set(const std::vector<int64_t>& at, double value) {
    visit_type(type_, [&]<class T>(std::type_identity<T>) {
      reinterpret_cast<T*>(bytes_.data())[index(at)] = static_cast<T>(value);
    });
  }

  /// Calls body with every index in turn.
  template <class Body>
  void for_each(Body body) const {
    std::vector<int64_t> at(shape_.size(), 0);
    for (int64_t i = 0; i < count(); ++i) {
      body(at);
      for (size_t a = shape_.size(); a-- > 0 && ++at[a] == shape_[a];) at[a] = 0;
    }
  }

  void fill(std::mt19937& random) {
    for_each([&](const std::vector<int64_t>& at) {
      const double any = std::uniform_real_distribution<double>(-1, 1)(random);
      const double highest = type_ == SampleType::u8 ? 255 : type_ == SampleType::i32 ? 1e9 : 30000;
      set(at, is_integer(type_) ? std::floor(std::abs(any) * highest) : any);
    });
  }

 private:
  const std::byte* data() const { return bytes_.data() + first_ * sample_bytes(type_); }
  int64_t index(const std::vector<int64_t>& at) const {
    return std::inner_product(at.begin(), at.end(), strides_.begin(), first_);
  }

  SampleType type_;
  std::vector<int64_t> shape_, strides_;
  int64_t first_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace sepconv::test
