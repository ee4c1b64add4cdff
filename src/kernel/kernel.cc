// The Kernel value: its checks, its integers, its sums. The factories are in the files beside it.
#include "sepconv/kernel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "kernel/outer.h"

namespace sepconv {
namespace {

constexpr size_t kMaxAxes = 8;
constexpr int64_t kLargestInteger = int64_t{1} << 53;  // every integer up to it is a double
constexpr int64_t kLargestDivisor = int64_t{1} << 62;

// The number of taps of a shape; refuses what a kernel cannot be before anything is allocated.
int64_t checked_tap_count(const std::vector<int64_t>& shape) {
  require(!shape.empty() && shape.size() <= kMaxAxes, "kernel: {} axes; expected 1 to {}",
          shape.size(), kMaxAxes);
  int64_t count = 1;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    require(shape[axis] >= 1, "kernel: size {} along axis {}; expected 1 or more", shape[axis],
            axis);
    count = checked_multiply(count, shape[axis], "kernel: number of taps");
    require(count <= kMaxTaps, "kernel: more than {} taps", kMaxTaps);
  }
  return count;
}

void check_count(const std::vector<int64_t>& shape, size_t given) {
  const int64_t expected = checked_tap_count(shape);
  require(static_cast<int64_t>(given) == expected,
          "kernel: {} taps; expected {} (as the shape says)", given, expected);
}

std::vector<double> divided(const std::vector<int64_t>& integers, int64_t divisor) {
  std::vector<double> taps(integers.size());
  for (size_t i = 0; i < taps.size(); ++i) {
    require(-kLargestInteger <= integers[i] && integers[i] <= kLargestInteger,
            "kernel: integer {} at tap {}; expected at most 2^53 in magnitude", integers[i], i);
    taps[i] = static_cast<double>(integers[i]) / static_cast<double>(divisor);
  }
  return taps;
}

}  // namespace

Kernel::Kernel(std::vector<int64_t> shape, std::vector<double> taps)
    : shape_(std::move(shape)), taps_(std::move(taps)) {
  check_count(shape_, taps_.size());
  for (size_t i = 0; i < taps_.size(); ++i) {
    require(std::isfinite(taps_[i]), "kernel: tap {} is {}; expected a finite number", i, taps_[i]);
  }
  for (const int64_t size : shape_) anchor_.push_back(size / 2);
}

Kernel Kernel::from_integers(std::vector<int64_t> shape, std::vector<int64_t> integers,
                             int64_t divisor) {
  require(divisor >= 1 && divisor <= kLargestDivisor &&
              static_cast<int64_t>(static_cast<double>(divisor)) == divisor,
          "kernel: divisor {}; expected 1 or more, and exact in double", divisor);
  check_count(shape, integers.size());
  Kernel kernel(std::move(shape), divided(integers, divisor));
  kernel.integers_ = std::move(integers);
  kernel.divisor_ = divisor;
  return kernel;
}

Kernel Kernel::outer(const std::vector<std::vector<double>>& factors) {
  std::vector<int64_t> shape;
  for (const auto& factor : factors) shape.push_back(static_cast<int64_t>(factor.size()));
  checked_tap_count(shape);
  return Kernel(std::move(shape), kernels::outer_product(factors));
}

Kernel Kernel::with_anchor(std::vector<int64_t> anchor) const {
  require(anchor.size() == shape_.size(), "kernel: anchor of {} axes; expected {}", anchor.size(),
          shape_.size());
  for (size_t axis = 0; axis < anchor.size(); ++axis) {
    require(0 <= anchor[axis] && anchor[axis] < shape_[axis],
            "kernel: anchor {} along axis {}; expected 0 to {}", anchor[axis], axis,
            shape_[axis] - 1);
  }
  Kernel kernel = *this;
  kernel.anchor_ = std::move(anchor);
  return kernel;
}

Kernel Kernel::flipped() const {
  // Reversing every axis of a dense array reverses the order of its elements.
  Kernel kernel = *this;
  std::reverse(kernel.taps_.begin(), kernel.taps_.end());
  std::reverse(kernel.integers_.begin(), kernel.integers_.end());
  for (size_t axis = 0; axis < shape_.size(); ++axis) {
    kernel.anchor_[axis] = shape_[axis] - 1 - anchor_[axis];
  }
  return kernel;
}

// Integers are summed before the division, so that a box sums to one and an edge kernel to zero.
double Kernel::sum() const {
  long double sum = 0;
  for (const double tap : taps_) sum += is_integer() ? 0 : tap;
  for (const int64_t integer : integers_) sum += integer;
  return static_cast<double>(sum / divisor_);
}

double Kernel::l1_norm() const {
  long double sum = 0;
  for (const double tap : taps_) sum += is_integer() ? 0 : std::abs(tap);
  for (const int64_t integer : integers_) sum += std::abs(integer);
  return static_cast<double>(sum / divisor_);
}

}  // namespace sepconv
