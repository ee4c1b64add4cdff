// The Gaussian family as 2-D kernels: Gaussian, its derivatives, Laplacian and differences.
#include <algorithm>

#include "base/check.h"
#include "kernel/gaussian_factors.h"
#include "kernel/window.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using kernels::checked_window;
using kernels::gaussian_derivative_factor;
using kernels::gaussian_factor;
using kernels::require_positive;
using kernels::window_radius;

constexpr int kHighestOrder = 4;

int64_t gaussian_size(double sigma, double truncate, const char* factory) {
  require_positive(sigma, factory, "sigma");
  require_positive(truncate, factory, "truncate");
  return 2 * window_radius(truncate * sigma, 1, factory) + 1;
}

// A polynomial of the order needs more samples than its order to be told from zero.
int64_t derivative_radius(double sigma, int order, double truncate) {
  require_positive(sigma, "gaussian_derivative", "sigma");
  require_positive(truncate, "gaussian_derivative", "truncate");
  require(0 <= order && order <= kHighestOrder, "gaussian_derivative: order {}; expected 0 to {}",
          order, kHighestOrder);
  return window_radius(truncate * sigma, std::max(1, (order + 1) / 2), "gaussian_derivative");
}

Kernel combined(const Kernel& a, double weight, const Kernel& b) {
  std::vector<double> taps = a.taps();
  for (size_t i = 0; i < taps.size(); ++i) taps[i] += weight * b.taps()[i];
  return Kernel(a.shape(), std::move(taps));
}

// As OpenCV derives it where only a size is given.
double sigma_of_size(int64_t size) { return 0.3 * ((static_cast<double>(size) - 1) / 2 - 1) + 0.8; }

}  // namespace

Kernel gaussian(double sigma_x, double sigma_y, double truncate) {
  const int64_t size_x = gaussian_size(sigma_x, truncate, "gaussian");
  const int64_t size_y = gaussian_size(sigma_y, truncate, "gaussian");
  checked_window(size_x, size_y, "gaussian");
  return Kernel::outer({gaussian_factor(size_y, sigma_y), gaussian_factor(size_x, sigma_x)});
}

Kernel gaussian_of_size(int64_t size_x, int64_t size_y) {
  checked_window(size_x, size_y, "gaussian_of_size");
  return Kernel::outer({gaussian_factor(size_y, sigma_of_size(size_y)),
                        gaussian_factor(size_x, sigma_of_size(size_x))});
}

Kernel gaussian_derivative(double sigma_x, double sigma_y, int order_x, int order_y,
                           double truncate) {
  const int64_t radius_x = derivative_radius(sigma_x, order_x, truncate);
  const int64_t radius_y = derivative_radius(sigma_y, order_y, truncate);
  checked_window(2 * radius_x + 1, 2 * radius_y + 1, "gaussian_derivative");
  return Kernel::outer({gaussian_derivative_factor(radius_y, sigma_y, order_y),
                        gaussian_derivative_factor(radius_x, sigma_x, order_x)});
}

Kernel laplacian_of_gaussian(double sigma, double truncate) {
  return combined(gaussian_derivative(sigma, sigma, 2, 0, truncate), 1.0,
                  gaussian_derivative(sigma, sigma, 0, 2, truncate));
}

Kernel difference_of_gaussians(double sigma_narrow, double sigma_wide, double truncate) {
  require_positive(sigma_narrow, "difference_of_gaussians", "sigma_narrow");
  require(sigma_narrow < sigma_wide,
          "difference_of_gaussians: sigma_wide is {}; expected more than sigma_narrow, {}",
          sigma_wide, sigma_narrow);
  const int64_t size = gaussian_size(sigma_wide, truncate, "difference_of_gaussians");
  checked_window(size, size, "difference_of_gaussians");
  const std::vector<double> narrow = gaussian_factor(size, sigma_narrow);
  const std::vector<double> wide = gaussian_factor(size, sigma_wide);
  return combined(Kernel::outer({narrow, narrow}), -1.0, Kernel::outer({wide, wide}));
}

}  // namespace sepconv
