// gaussian_taps against values of scipy.ndimage 1.17 and the properties that they share.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sepconv/error.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

TEST(GaussianTaps, are_those_that_scipy_correlates_with) {
  struct Case {
    double sigma;
    int order;
    double truncate;
    std::vector<double> right;  // _gaussian_kernel1d(sigma, order, radius)[::-1][radius:]
  };
  const Case cases[] = {
      {1,
       0,
       4,
       {0.39894346935609776, 0.24197144565660073, 0.05399112742070441, 0.0044318616200312655,
        0.00013383062461474175}},
      {0.7, 1, 4, {0.0, 0.4191829645579359, 0.03926094209876939, 0.0003583140210606655}},
      {0.7, 2, 3, {-1.163086717726297, 0.43634354699895994, 0.14063473340052823}},
      {0.7, 3, 3, {0.0, -0.8206541300100482, 0.41375181755141177}},
      {0.7, 4, 3, {7.120939088120187, -4.346295451034546, 0.8277539487780384}},
      {0.2, 2, 4, {-24.999813668730177, 0.00223597523783878}},
      {0.1, 0, 4, {1.0}},
      {0.1, 1, 4, {0.0}},
  };
  for (const Case& c : cases) {
    const std::vector<double> taps = gaussian_taps(c.sigma, c.order, c.truncate);
    const size_t radius = c.right.size() - 1;
    ASSERT_EQ(taps.size(), 2 * radius + 1) << "sigma " << c.sigma;
    const double mirrored = c.order % 2 == 0 ? 1 : -1;
    for (size_t x = 0; x <= radius; ++x) {
      const double tolerance = 1e-14 * std::abs(c.right[0]) + 1e-15;
      EXPECT_NEAR(taps[radius + x], c.right[x], tolerance) << c.sigma << ", order " << c.order;
      EXPECT_EQ(taps[radius - x], mirrored * taps[radius + x]);
    }
  }
}

TEST(GaussianTaps, sum_to_one_and_derivatives_measure_a_power_of_x) {
  const double factorials[] = {1, 1, 2, 6, 24};
  for (const double sigma : {2.0, 10.0, 1000.0}) {
    for (int order = 0; order <= 4; ++order) {
      const std::vector<double> taps = gaussian_taps(sigma, order, 10);
      const double radius = std::floor(taps.size() / 2.0);
      double moment = 0;
      for (size_t i = 0; i < taps.size(); ++i) moment += taps[i] * std::pow(i - radius, order);
      EXPECT_NEAR(moment, factorials[order], 1e-9) << "sigma " << sigma << ", order " << order;
    }
  }
}

TEST(GaussianTaps, bad_arguments_are_named) {
  const double nan = std::nan("");
  for (const double bad : {0.0, -1.0, nan, HUGE_VAL}) {
    EXPECT_THROW(gaussian_taps(bad), InvalidArgument);
    EXPECT_THROW(gaussian_taps(1, 0, bad), InvalidArgument);
  }
  EXPECT_THROW(gaussian_taps(1, -1), InvalidArgument);
  EXPECT_THROW(gaussian_taps(1, 5), InvalidArgument);
  EXPECT_THROW(gaussian_taps(1e9), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
