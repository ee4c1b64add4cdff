// The 3x3 derivative kernels.
#include "kernel/kernel_testing.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

TEST(Edges, are_integer_kernels_of_sum_zero_and_divisor_one) {
  for (const Axis axis : {Axis::x, Axis::y}) {
    for (const Kernel& kernel : {sobel(axis), scharr(axis), prewitt(axis)}) {
      EXPECT_TRUE(kernel.is_integer());
      EXPECT_EQ(kernel.divisor(), 1);
      EXPECT_EQ(kernel.sum(), 0);
      EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{3, 3}));
    }
  }
}

TEST(Edges, rise_to_the_right_and_downwards) {
  EXPECT_EQ(sobel(Axis::x).integers(), (std::vector<int64_t>{-1, 0, 1, -2, 0, 2, -1, 0, 1}));
  EXPECT_EQ(sobel(Axis::y).integers(), (std::vector<int64_t>{-1, -2, -1, 0, 0, 0, 1, 2, 1}));
  EXPECT_EQ(scharr(Axis::x).integers(), (std::vector<int64_t>{-3, 0, 3, -10, 0, 10, -3, 0, 3}));
  EXPECT_EQ(prewitt(Axis::y).integers(), (std::vector<int64_t>{-1, -1, -1, 0, 0, 0, 1, 1, 1}));
}

TEST(Laplacian, has_four_or_eight_neighbours) {
  EXPECT_EQ(laplacian().integers(), (std::vector<int64_t>{0, 1, 0, 1, -4, 1, 0, 1, 0}));
  EXPECT_EQ(laplacian(8).integers(), (std::vector<int64_t>{1, 1, 1, 1, -8, 1, 1, 1, 1}));
  EXPECT_THROW(laplacian(6), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
