// 3x3 derivative kernels, all integers: Sobel, Scharr, Prewitt and the two Laplacians.
#include "base/check.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

// smooth across, (-1 0 1) along the axis: correlation with it rises to the right and downwards.
Kernel smoothed_difference(Axis axis, int64_t side, int64_t middle) {
  const int64_t a = side, b = middle;
  if (axis == Axis::x) return Kernel::from_integers({3, 3}, {-a, 0, a, -b, 0, b, -a, 0, a});
  return Kernel::from_integers({3, 3}, {-a, -b, -a, 0, 0, 0, a, b, a});
}

}  // namespace

Kernel sobel(Axis axis) { return smoothed_difference(axis, 1, 2); }

Kernel scharr(Axis axis) { return smoothed_difference(axis, 3, 10); }

Kernel prewitt(Axis axis) { return smoothed_difference(axis, 1, 1); }

Kernel laplacian(int neighbours) {
  require(neighbours == 4 || neighbours == 8, "laplacian: {} neighbours; expected 4 or 8",
          neighbours);
  if (neighbours == 4) return Kernel::from_integers({3, 3}, {0, 1, 0, 1, -4, 1, 0, 1, 0});
  return Kernel::from_integers({3, 3}, {1, 1, 1, 1, -8, 1, 1, 1, 1});
}

}  // namespace sepconv
