// The lines of an array along one axis, by number.
#pragma once

#include <vector>

#include "simd/recursive/lines.h"

namespace sepconv {

/// How lines along an axis are counted: the other axes, the one of the smallest stride fastest, so
/// that lines that lie side by side have numbers that do.
class LineOrder {
 public:
  /// strides are those of the array whose lines shall lie side by side.
  LineOrder(const std::vector<int64_t>& shape, const std::vector<int64_t>& strides, int axis);

  int64_t lines() const { return lines_; }

  /// Where lines [first, first + kLinesTogether) begin in an array of these strides, in samples.
  /// Beyond the last line it is the last one again.
  void set_offsets(int64_t first, const std::vector<int64_t>& strides, int64_t* offsets) const;

 private:
  std::vector<int> axes_;  // the slowest first
  std::vector<int64_t> sizes_;
  int64_t lines_ = 1;
};

}  // namespace sepconv
