// The Gaussian family as 2-D kernels.
#include "kernel/kernel_testing.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using testing::contains;
using testing::is_symmetric_both_ways;
using testing::message_of;

// The response of correlation at the middle to f(x, y), y growing downwards.
template <class Function>
double response(const Kernel& kernel, Function f) {
  const int64_t h = kernel.shape()[0], w = kernel.shape()[1];
  long double sum = 0;
  for (int64_t y = 0; y < h; ++y) {
    for (int64_t x = 0; x < w; ++x) {
      sum += kernel.taps()[y * w + x] * f(double(x - w / 2), double(y - h / 2));
    }
  }
  return static_cast<double>(sum);
}

TEST(Gaussian, sums_to_one_and_is_symmetric_to_the_bit) {
  for (const double sigma : {1e-9, 0.2, 1.0, 3.7, 25.0}) {
    EXPECT_NEAR(gaussian(sigma).sum(), 1, 1e-15);
    EXPECT_TRUE(is_symmetric_both_ways(gaussian(sigma)));
  }
}

TEST(Gaussian, takes_x_then_y_and_a_radius_of_truncate_sigmas) {
  EXPECT_EQ(gaussian(3, 1.5).shape(), (std::vector<int64_t>{11, 19}));
  EXPECT_EQ(gaussian(3, 1.5, 4).shape(), (std::vector<int64_t>{13, 25}));
  EXPECT_EQ(gaussian(0.01).shape(), (std::vector<int64_t>{3, 3}));
}

TEST(Gaussian, derives_sigma_from_a_size_as_opencv_does) {
  const Kernel kernel = gaussian_of_size(9, 5);
  EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{5, 9}));
  const double sigma = 0.3 * ((9 - 1) / 2.0 - 1) + 0.8;
  EXPECT_NEAR(kernel.taps()[2 * 9 + 5] / kernel.taps()[2 * 9 + 4],
              std::exp(-1 / (2 * sigma * sigma)), 1e-15);
  EXPECT_EQ(gaussian_of_size(1, 1).taps(), std::vector<double>{1});
}

TEST(Gaussian, refuses_what_is_no_sigma_and_windows_beyond_the_limit) {
  EXPECT_TRUE(contains(message_of<InvalidArgument>([] { gaussian(0); }), "sigma is 0"));
  EXPECT_THROW(gaussian(-1), InvalidArgument);
  EXPECT_THROW(gaussian(std::nan("")), InvalidArgument);
  EXPECT_THROW(gaussian(1, INFINITY), InvalidArgument);
  EXPECT_THROW(gaussian(1, 1, 0), InvalidArgument);
  EXPECT_THROW(gaussian(1e6, 1e6), InvalidArgument);
  EXPECT_THROW(gaussian(1e300, 1), InvalidArgument);
  EXPECT_THROW(gaussian_of_size(0, 3), InvalidArgument);
  EXPECT_THROW(gaussian_of_size(int64_t{1} << 40, int64_t{1} << 40), InvalidArgument);
}

TEST(GaussianDerivative, rises_to_the_right_and_downwards) {
  const Kernel along_x = gaussian_derivative(2, 2, 1, 0);
  EXPECT_NEAR(response(along_x, [](double x, double) { return 5 * x + 3; }), 5, 1e-12);
  const Kernel along_y = gaussian_derivative(2, 1, 0, 1);
  EXPECT_NEAR(response(along_y, [](double, double y) { return 7 * y; }), 7, 1e-12);
}

TEST(GaussianDerivative, is_exact_on_mixed_polynomials) {
  const Kernel kernel = gaussian_derivative(1.5, 2.5, 2, 1);
  EXPECT_NEAR(response(kernel, [](double x, double y) { return x * x * y; }), 2, 1e-12);
  EXPECT_NEAR(response(kernel, [](double x, double y) { return 4 * x * y + x - y; }), 0, 1e-12);
}

TEST(GaussianDerivative, widens_its_window_where_the_order_needs_it) {
  EXPECT_EQ(gaussian_derivative(0.1, 0.1, 4, 0).shape(), (std::vector<int64_t>{3, 5}));
}

TEST(GaussianDerivative, refuses_orders_beyond_four) {
  EXPECT_THROW(gaussian_derivative(1, 1, 5, 0), InvalidArgument);
  EXPECT_THROW(gaussian_derivative(1, 1, 0, -1), InvalidArgument);
}

TEST(LaplacianOfGaussian, is_exact_on_a_paraboloid_and_zero_on_a_plane) {
  const Kernel kernel = laplacian_of_gaussian(2);
  EXPECT_NEAR(response(kernel, [](double x, double y) { return x * x + y * y; }), 4, 1e-12);
  EXPECT_NEAR(response(kernel, [](double x, double y) { return 1 + x - 2 * y; }), 0, 1e-13);
  EXPECT_TRUE(is_symmetric_both_ways(kernel));
}

TEST(LaplacianOfGaussian, follows_the_formula_where_sampling_is_fine) {
  const double sigma = 6;
  const Kernel kernel = laplacian_of_gaussian(sigma, 6);
  const int64_t w = kernel.shape()[1], middle = w / 2;
  for (int64_t x = 0; x <= 12; x += 3) {
    const double r = x * x / (sigma * sigma);
    const double exact = (r - 2) / (sigma * sigma) * std::exp(-r / 2) / (2 * M_PI * sigma * sigma);
    EXPECT_NEAR(kernel.taps()[middle * w + middle + x], exact, 1e-9);
  }
}

TEST(DifferenceOfGaussians, sums_to_zero_on_the_window_of_the_wider) {
  const Kernel kernel = difference_of_gaussians(1, 1.6);
  EXPECT_EQ(kernel.shape(), gaussian(1.6).shape());
  EXPECT_NEAR(kernel.sum(), 0, 1e-15);
  EXPECT_GT(kernel.taps()[kernel.tap_count() / 2], 0);
  EXPECT_TRUE(is_symmetric_both_ways(kernel));
}

TEST(DifferenceOfGaussians, refuses_a_wide_sigma_that_is_not_wider) {
  EXPECT_THROW(difference_of_gaussians(2, 2), InvalidArgument);
  EXPECT_THROW(difference_of_gaussians(1, std::nan("")), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
