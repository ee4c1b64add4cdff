// separate(): rank, exactness, integers and stated errors, of every sort of kernel.
#include <limits>

#include "kernel/kernel_testing.h"
#include "sepconv/separation.h"

namespace sepconv {
namespace {

using testing::contains;
using testing::largest_magnitude;
using testing::message_of;
using testing::moment;
using testing::Random;

using Factors = std::vector<std::vector<double>>;

void expect_reconstructs(const Kernel& kernel, const Separation& s, double relative = 1e-13) {
  const std::vector<double> taps = s.reconstruct();
  ASSERT_EQ(taps.size(), kernel.taps().size());
  const double slack = relative * largest_magnitude(kernel.taps());
  for (size_t i = 0; i < taps.size(); ++i) ASSERT_NEAR(taps[i], kernel.taps()[i], slack);
  EXPECT_TRUE(s.exact);
}

TEST(Separate, finds_every_outer_product_of_one_to_eight_axes) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Factors factors(1 + seed % 8);
    for (auto& factor : factors) factor = random.reals(random.integer(1, 5));
    const Kernel kernel = Kernel::outer(factors);
    const Separation s = separate(kernel);
    EXPECT_EQ(s.rank, 1);
    ASSERT_EQ(s.terms.size(), 1);
    expect_reconstructs(kernel, s);
    EXPECT_LE(s.residual_frobenius, s.bound_frobenius);
  }
}

TEST(Separate, gives_the_rank_of_random_sums_of_outer_products) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const int64_t h = random.integer(2, 15), w = random.integer(2, 15);
    const int rank = static_cast<int>(random.integer(1, std::min(h, w)));
    std::vector<double> taps(h * w, 0.0);
    for (int r = 0; r < rank; ++r) {
      const Kernel term = Kernel::outer({random.reals(h), random.reals(w)});
      for (size_t i = 0; i < taps.size(); ++i) taps[i] += term.taps()[i];
    }
    const Separation s = separate(Kernel({h, w}, taps));
    EXPECT_EQ(s.rank, rank);
    EXPECT_EQ(s.terms.size(), rank);
    expect_reconstructs(Kernel({h, w}, taps), s);
  }
}

TEST(Separate, gives_the_same_rank_whatever_the_scale_of_the_taps) {
  for (const double scale : {1e-300, 1e-20, 1.0, 1e20, 1e300}) {
    SCOPED_TRACE(scale);
    for (const Kernel& kernel : {gaussian(1.5), disk(3), laplacian_of_gaussian(1)}) {
      std::vector<double> taps = kernel.taps();
      for (double& tap : taps) tap *= scale;
      const Separation s = separate(Kernel(kernel.shape(), taps));
      EXPECT_EQ(s.rank, separate(kernel).rank);
      EXPECT_TRUE(s.exact);
      expect_reconstructs(Kernel(kernel.shape(), taps), s);
    }
  }
}

TEST(Separate, gives_a_blur_of_sum_one_factors_of_sum_one_symmetric_to_the_bit) {
  for (const Kernel& kernel : {gaussian(2), gaussian(3, 0.7), gaussian_of_size(9, 4)}) {
    const Separation s = separate(Kernel(kernel.shape(), kernel.taps()));
    ASSERT_EQ(s.terms.size(), 1);
    for (const auto& factor : s.terms[0].factors) {
      EXPECT_NEAR(moment(factor, 0), 1, 4e-16);
      EXPECT_EQ(factor, std::vector<double>(factor.rbegin(), factor.rend()));
    }
    EXPECT_EQ(s.terms[0].symmetry, (std::vector<Symmetry>(2, Symmetry::symmetric)));
  }
}

TEST(Separate, gives_volumes_of_sum_one_factors_of_sum_one) {
  const std::vector<double> line = {0.25, 0.5, 0.25};
  const Separation s = separate(Kernel::outer({line, line, line, line}));
  for (const auto& factor : s.terms[0].factors) EXPECT_NEAR(moment(factor, 0), 1, 4e-16);
}

TEST(Separate, gives_sobel_as_smoothing_times_difference) {
  const Separation s = separate(sobel(Axis::x));
  EXPECT_TRUE(s.is_separable());
  EXPECT_TRUE(s.exact);
  EXPECT_TRUE(s.integer);
  EXPECT_EQ(s.terms[0].factors, (Factors{{1, 2, 1}, {-1, 0, 1}}));
  EXPECT_EQ(s.terms[0].symmetry,
            (std::vector<Symmetry>{Symmetry::symmetric, Symmetry::antisymmetric}));
  EXPECT_EQ(s.residual_l1, 0);
  EXPECT_EQ(s.bound_frobenius, 0);
}

TEST(Separate, gives_a_real_sobel_the_signs_of_the_integer_one) {
  std::vector<double> taps = sobel(Axis::y).taps();
  for (double& tap : taps) tap *= 0.1;
  const Separation s = separate(Kernel({3, 3}, taps));
  EXPECT_EQ(s.terms[0].symmetry,
            (std::vector<Symmetry>{Symmetry::antisymmetric, Symmetry::symmetric}));
  EXPECT_NEAR(moment(s.terms[0].factors[1], 0), 1, 4e-16);
  EXPECT_NEAR(s.terms[0].factors[0][2], 0.4, 1e-15);
}

TEST(Separate, keeps_the_divisor_of_an_integer_kernel) {
  const Separation s = separate(binomial(5, 3));
  EXPECT_TRUE(s.integer);
  EXPECT_EQ(s.divisor, 64);
  EXPECT_EQ(s.terms[0].factors, (Factors{{1, 2, 1}, {1, 4, 6, 4, 1}}));
  EXPECT_EQ(s.reconstruct(), binomial(5, 3).taps());
}

TEST(Separate, factors_integer_kernels_of_any_rank_into_integers) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const int64_t h = random.integer(1, 11), w = random.integer(1, 11);
    const int rank = static_cast<int>(random.integer(1, std::min(h, w)));
    const Kernel kernel = Kernel::from_integers({h, w}, random.integers_of_rank(h, w, rank, 7), 3);
    const Separation s = separate(kernel);
    EXPECT_TRUE(s.integer);
    EXPECT_TRUE(s.exact);
    EXPECT_LE(s.rank, rank);
    EXPECT_EQ(s.reconstruct(), kernel.taps());
    const int by_svd = separate(Kernel({h, w}, kernel.taps())).rank;
    EXPECT_EQ(s.rank, by_svd);
  }
}

TEST(Separate, falls_back_to_real_factors_where_integers_would_overflow) {
  const int64_t huge = (int64_t{1} << 53) - 1;
  const Separation s = separate(Kernel::from_integers({2, 2}, {huge, 1, 1, huge}, 4));
  EXPECT_FALSE(s.integer);
  EXPECT_EQ(s.divisor, 1);
  EXPECT_EQ(s.rank, 2);
  EXPECT_TRUE(s.exact);
}

TEST(Separate, gives_one_term_for_a_single_axis) {
  const Separation s = separate(Kernel({4}, {1, -2, 0.5, 3}));
  EXPECT_EQ(s.rank, 1);
  EXPECT_EQ(s.terms[0].factors, (Factors{{1, -2, 0.5, 3}}));
  const Separation integers = separate(Kernel::from_integers({3}, {-1, -2, -1}, 4));
  EXPECT_TRUE(integers.integer);
  EXPECT_EQ(integers.terms[0].factors, (Factors{{-1, -2, -1}}));
}

TEST(Separate, takes_axes_of_size_one) {
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{1, 1}, {1, 5}, {5, 1}, {1, 1, 5}, {1, 5, 1, 1}}) {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    const Kernel kernel(shape, Random(9).reals(count));
    const Separation s = separate(kernel);
    EXPECT_EQ(s.rank, 1);
    expect_reconstructs(kernel, s);
  }
}

TEST(Separate, gives_zeros_one_term_of_zeros_and_rank_zero) {
  const Separation s = separate(Kernel({3, 5}, std::vector<double>(15, 0.0)));
  EXPECT_EQ(s.rank, 0);
  EXPECT_TRUE(s.is_separable());
  EXPECT_TRUE(s.exact);
  EXPECT_FALSE(s.integer);
  ASSERT_EQ(s.terms.size(), 1);
  EXPECT_EQ(s.terms[0].factors, (Factors{{0, 0, 0}, {0, 0, 0, 0, 0}}));
  const Separation integer = separate(Kernel::from_integers({2, 2}, {0, 0, 0, 0}, 5));
  EXPECT_TRUE(integer.integer);
  EXPECT_EQ(integer.divisor, 5);
}

TEST(Separate, says_not_separable_with_rank_and_spectrum) {
  const Separation s = separate(disk(5));
  EXPECT_FALSE(s.is_separable());
  EXPECT_EQ(s.spectrum.size(), s.rank);
  EXPECT_GT(s.spectrum[0], s.spectrum[1]);
  EXPECT_TRUE(std::is_sorted(s.spectrum.rbegin(), s.spectrum.rend()));
}

TEST(Separate, keeps_every_error_budget_with_terms_that_never_grow_in_number) {
  const Kernel kernel = disk(8);
  size_t before = separate(kernel).terms.size();
  for (const double budget : {1e-6, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.5, 2.0}) {
    const Separation s = separate(kernel, {.max_error = budget});
    EXPECT_LE(s.residual_l1, budget);
    EXPECT_LE(s.residual_frobenius, s.bound_frobenius);
    EXPECT_LE(s.terms.size(), before);
    EXPECT_NEAR(testing::moment(s.reconstruct(), 0), 1, 1e-13) << "the sum of a blur is kept";
    before = s.terms.size();
  }
  EXPECT_EQ(before, 1);
}

TEST(Separate, keeps_the_rank_of_the_kernel_beside_an_approximation) {
  const Separation s = separate(disk(5), {.rank = 2});
  EXPECT_EQ(s.terms.size(), 2);
  EXPECT_EQ(s.rank, separate(disk(5)).rank);
  EXPECT_FALSE(s.exact);
  EXPECT_GT(s.residual_l1, 0);
  EXPECT_LE(s.residual_frobenius, s.bound_frobenius);
}

TEST(Separate, does_not_invent_terms_beyond_the_rank_that_is_asked_for) {
  EXPECT_EQ(separate(gaussian(2), {.rank = 5}).terms.size(), 1);
  EXPECT_TRUE(separate(laplacian(4), {.rank = 2}).integer);
}

TEST(Separate, gives_real_factors_where_an_integer_kernel_is_approximated) {
  const Separation s = separate(laplacian(8), {.rank = 1});
  EXPECT_FALSE(s.integer);
  EXPECT_EQ(s.divisor, 1);
  EXPECT_EQ(s.rank, 2);
  EXPECT_EQ(s.terms.size(), 1);
  const Separation budget = separate(laplacian(8), {.max_error = 100});
  EXPECT_EQ(budget.terms.size(), 1);
  EXPECT_TRUE(separate(laplacian(8), {.max_error = 1e-6}).integer);
}

TEST(Separate, bounds_nested_terms_of_volumes) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Kernel kernel({3, 4, 5}, random.reals(60));
    const Separation exact = separate(kernel);
    expect_reconstructs(kernel, exact);
    EXPECT_LE(exact.rank, 12);
    for (int rank = 1; rank < exact.rank; ++rank) {
      const Separation s = separate(kernel, {.rank = rank});
      EXPECT_EQ(s.terms.size(), rank);
      EXPECT_LE(s.residual_frobenius, s.bound_frobenius);
      EXPECT_NEAR(s.residual_frobenius, s.bound_frobenius, 1e-12);
    }
  }
}

TEST(Separate, gives_symmetric_factors_to_kernels_that_are_their_own_image) {
  for (const Kernel& kernel : {disk(5), motion_line(11, 20), gabor({.theta_degrees = 50})}) {
    for (const SeparableTerm& term : separate(kernel).terms) {
      for (const auto& factor : term.factors) EXPECT_NE(symmetry_of(factor, 0), Symmetry::none);
    }
  }
}

TEST(Separate, takes_the_tolerance_that_it_is_given) {
  std::vector<double> taps = gaussian(2).taps();
  for (double& tap : taps) tap = static_cast<float>(tap);
  const Kernel rounded({13, 13}, taps);
  EXPECT_GT(separate(rounded).rank, 1);
  EXPECT_EQ(separate(rounded, {.tolerance = 1e-6}).rank, 1);
  EXPECT_EQ(separate(rounded, {.max_error = 1e-5}).terms.size(), 1);
}

TEST(Separate, ends_and_tells_the_truth_at_a_tolerance_of_zero) {
  const Kernel kernel({9, 7}, Random(2).reals(63));
  const Separation s = separate(kernel, {.tolerance = 0});
  EXPECT_EQ(s.rank, 7);
  EXPECT_EQ(s.exact, s.residual_l1 == 0);
}

TEST(Separate, refuses_options_that_mean_nothing) {
  const Kernel kernel = disk(2);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(
      contains(message_of<InvalidArgument>([&] { separate(kernel, {.rank = 0}); }), "rank is 0"));
  EXPECT_THROW(separate(kernel, {.max_error = -1}), InvalidArgument);
  EXPECT_THROW(separate(kernel, {.max_error = nan}), InvalidArgument);
  EXPECT_THROW(separate(kernel, {.tolerance = nan}), InvalidArgument);
  EXPECT_THROW(separate(kernel, {.tolerance = -1}), InvalidArgument);
}

}  // namespace
}  // namespace sepconv
