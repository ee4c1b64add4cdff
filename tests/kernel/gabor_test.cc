// The Gabor kernel.
#include "kernel/kernel_testing.h"
#include "sepconv/separation.h"

namespace sepconv {
namespace {

TEST(Gabor, is_a_cosine_under_a_gaussian_of_sum_one) {
  const Kernel kernel = gabor({.sigma = 3, .wavelength = 8});
  const int64_t w = kernel.shape()[1];
  EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{19, 19}));
  const double* middle_row = kernel.taps().data() + 9 * w + 9;
  EXPECT_NEAR(middle_row[4] / middle_row[0], -std::exp(-16 / 18.0), 1e-15);
  EXPECT_EQ(middle_row[2], 0) << "a quarter of the wavelength";
  EXPECT_NEAR(middle_row[0], gaussian(3).taps()[9 * w + 9], 1e-15);
  EXPECT_LE(kernel.l1_norm(), 1);
}

TEST(Gabor, is_even_at_phase_zero_and_odd_at_ninety_to_the_bit) {
  for (const double theta : {0.0, 30.0, 77.7, 90.0}) {
    const Kernel even = gabor({.theta_degrees = theta});
    EXPECT_EQ(even.taps(), even.flipped().taps());
    const Kernel odd = gabor({.theta_degrees = theta, .phase_degrees = 90});
    for (int64_t i = 0; i < odd.tap_count(); ++i) {
      ASSERT_EQ(odd.taps()[i], -odd.taps()[odd.tap_count() - 1 - i]);
    }
  }
}

TEST(Gabor, is_separable_along_the_axes_and_of_rank_two_between_where_round) {
  EXPECT_EQ(separate(gabor({.theta_degrees = 0, .aspect = 0.5})).rank, 1);
  EXPECT_EQ(separate(gabor({.theta_degrees = 90})).rank, 1);
  EXPECT_EQ(separate(gabor({.theta_degrees = 30})).rank, 2);
}

TEST(Gabor, turns_the_axis_across_the_stripes_counter_clockwise) {
  // Stripes across 45 degrees: constant towards the lower right, alternating to the upper right.
  const Kernel kernel = gabor({.sigma = 3, .theta_degrees = 45, .wavelength = 6});
  const int64_t w = kernel.shape()[1], middle = kernel.tap_count() / 2;
  EXPECT_GT(kernel.taps()[middle + 2 * w + 2], 0);
  EXPECT_LT(kernel.taps()[middle - 2 * w + 2], 0);
}

TEST(Gabor, stretches_the_window_along_the_stripes_by_the_aspect) {
  const Kernel kernel = gabor({.sigma = 2, .aspect = 0.5});
  EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{25, 13}));
}

TEST(Gabor, refuses_options_that_are_no_lengths) {
  EXPECT_THROW(gabor({.sigma = 0}), InvalidArgument);
  EXPECT_THROW(gabor({.wavelength = -1}), InvalidArgument);
  EXPECT_THROW(gabor({.aspect = 0}), InvalidArgument);
  EXPECT_THROW(gabor({.aspect = 1e-300}), InvalidArgument);
  EXPECT_THROW(gabor({.theta_degrees = NAN}), InvalidArgument);
  EXPECT_THROW(gabor({.sigma = 1e9}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
