// Numbers as kernels: whole ones stay integers.
#include "kernel/from_values.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

TEST(KernelFromValues, makes_integers_of_whole_values) {
  const Kernel kernel = kernel_from_values({3}, {1, -2, 1}, 4);
  EXPECT_EQ(kernel.integers(), (std::vector<int64_t>{1, -2, 1}));
  EXPECT_EQ(kernel.divisor(), 4);
}

TEST(KernelFromValues, leaves_others_real_and_divides_them) {
  const Kernel kernel = kernel_from_values({2}, {1, 0.5}, 2);
  EXPECT_FALSE(kernel.is_integer());
  EXPECT_EQ(kernel.taps(), (std::vector<double>{0.5, 0.25}));
}

TEST(KernelFromValues, leaves_whole_values_real_beyond_what_double_counts) {
  EXPECT_FALSE(kernel_from_values({1}, {1e300}).is_integer());
}

TEST(KernelFromValues, refuses_nan) {
  EXPECT_THROW(kernel_from_values({1}, {std::nan("")}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv::kernels
