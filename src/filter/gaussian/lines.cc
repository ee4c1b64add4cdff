// Counting lines: the axes sorted, and mixed-radix numbers.
#include "filter/gaussian/lines.h"

#include <algorithm>
#include <cstdlib>

namespace sepconv {

LineOrder::LineOrder(const std::vector<int64_t>& shape, const std::vector<int64_t>& strides,
                     int axis) {
  for (int a = 0; a < static_cast<int>(shape.size()); ++a) {
    if (a != axis) axes_.push_back(a);
  }
  std::stable_sort(axes_.begin(), axes_.end(),
                   [&](int a, int b) { return std::abs(strides[a]) > std::abs(strides[b]); });
  for (const int a : axes_) {
    sizes_.push_back(shape[a]);
    lines_ *= shape[a];
  }
}

void LineOrder::set_offsets(int64_t first, const std::vector<int64_t>& strides,
                            int64_t* offsets) const {
  for (int64_t k = 0; k < simd::kLinesTogether; ++k) {
    int64_t line = std::min(first + k, lines_ - 1);
    offsets[k] = 0;
    for (size_t a = axes_.size(); a-- > 0; line /= sizes_[a]) {
      offsets[k] += line % sizes_[a] * strides[axes_[a]];
    }
  }
}

}  // namespace sepconv
