// Disk and motion line.
#include <algorithm>

#include "kernel/kernel_testing.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

// The covered part of the pixel at (x, y) by midpoints of a fine grid.
double sampled_coverage(double radius, int64_t x, int64_t y) {
  constexpr int kGrid = 1000;
  int inside = 0;
  for (int j = 0; j < kGrid; ++j) {
    for (int i = 0; i < kGrid; ++i) {
      const double u = x - 0.5 + (i + 0.5) / kGrid, v = y - 0.5 + (j + 0.5) / kGrid;
      inside += u * u + v * v <= radius * radius;
    }
  }
  return double(inside) / (kGrid * kGrid);
}

TEST(Disk, sums_to_one_and_has_the_symmetries_of_a_square) {
  for (const double radius : {0.3, 0.5, 0.51, 0.9, 1.0, 2.5, 5.0, 17.3}) {
    const Kernel kernel = disk(radius);
    EXPECT_NEAR(kernel.sum(), 1, 1e-15) << radius;
    EXPECT_TRUE(testing::is_symmetric_both_ways(kernel)) << radius;
    const int64_t size = kernel.shape()[0];
    for (int64_t i = 0; i < size * size; ++i) {
      ASSERT_EQ(kernel.taps()[i], kernel.taps()[i % size * size + i / size]) << radius;
    }
  }
}

TEST(Disk, covers_pi_r_squared_pixels_in_all) {
  // The middle pixel is covered wholly, so its tap is one over the covered area.
  for (const double radius : {1.0, 2.5, 5.0, 50.25}) {
    const Kernel kernel = disk(radius);
    const double area = 1 / kernel.taps()[kernel.tap_count() / 2];
    EXPECT_NEAR(area, M_PI * radius * radius, 1e-10 * area) << radius;
  }
}

TEST(Disk, weighs_each_pixel_by_its_covered_area) {
  for (const double radius : {0.6, 1.2, 2.5}) {
    const Kernel kernel = disk(radius);
    const int64_t size = kernel.shape()[0], n = size / 2;
    const double area = M_PI * radius * radius;
    for (int64_t y = 0; y <= n; ++y) {
      for (int64_t x = 0; x <= n; ++x) {
        const double tap = kernel.taps()[(n + y) * size + n + x];
        EXPECT_NEAR(tap * area, sampled_coverage(radius, x, y), 2e-4) << radius << x << y;
      }
    }
  }
}

TEST(Disk, of_half_a_pixel_or_less_is_the_identity) {
  EXPECT_EQ(disk(0.5).taps(), std::vector<double>{1});
  EXPECT_EQ(disk(1e-200).taps(), std::vector<double>{1});
}

TEST(Disk, refuses_radii_that_are_none_or_too_large) {
  EXPECT_THROW(disk(0), InvalidArgument);
  EXPECT_THROW(disk(-2), InvalidArgument);
  EXPECT_THROW(disk(1e5), InvalidArgument);
  EXPECT_THROW(disk(1e300), InvalidArgument);
  EXPECT_THROW(disk(std::nan("")), InvalidArgument);
}

TEST(MotionLine, along_an_axis_of_odd_length_is_a_box) {
  for (const double angle : {0.0, 180.0, -360.0}) {
    const Kernel kernel = motion_line(9, angle);
    EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{1, 9}));
    EXPECT_EQ(kernel.integers(), box(9, 1).integers());
  }
  EXPECT_EQ(motion_line(5, 90).shape(), (std::vector<int64_t>{5, 1}));
  EXPECT_EQ(motion_line(1, 90).taps(), std::vector<double>{1});
}

TEST(MotionLine, of_even_length_ends_in_half_pixels) {
  const Kernel kernel = motion_line(4, 0);
  EXPECT_EQ(kernel.taps(), (std::vector<double>{0.125, 0.25, 0.25, 0.25, 0.125}));
}

TEST(MotionLine, sums_to_one_and_is_its_own_image_through_the_middle) {
  for (const double angle : {0.0, 10.0, 30.0, 45.0, 60.0, 89.9, 135.0, 271.0}) {
    for (const double length : {0.2, 1.5, 2.0, 9.0, 20.3}) {
      const Kernel kernel = motion_line(length, angle);
      EXPECT_NEAR(kernel.sum(), 1, 1e-15) << length << " " << angle;
      EXPECT_EQ(kernel.taps(), kernel.flipped().taps()) << length << " " << angle;
    }
  }
}

TEST(MotionLine, turns_counter_clockwise_so_that_45_degrees_points_up_and_right) {
  const Kernel kernel = motion_line(3 * std::sqrt(2.0), 45);
  ASSERT_EQ(kernel.shape(), (std::vector<int64_t>{3, 3}));
  EXPECT_NEAR(kernel.taps()[2], 1.0 / 3, 1e-12);
  EXPECT_NEAR(kernel.taps()[6], 1.0 / 3, 1e-12);
  EXPECT_EQ(kernel.taps()[0], 0);
}

TEST(MotionLine, refuses_lengths_and_angles_that_are_none) {
  EXPECT_THROW(motion_line(0, 0), InvalidArgument);
  EXPECT_THROW(motion_line(1e9, 45), InvalidArgument);
  EXPECT_THROW(motion_line(5, INFINITY), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
