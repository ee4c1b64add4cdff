// Orthogonal terms, their bound, and how many of them an error allows.
#include "kernel/separate/low_rank.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

std::vector<double> first(const OrthogonalTerms& orthogonal, size_t count, size_t taps) {
  std::vector<double> sum(taps, 0.0);
  for (size_t i = 0; i < std::min(count, orthogonal.terms.size()); ++i) {
    Factors factors = orthogonal.terms[i].factors;
    for (double& tap : factors.back()) tap *= orthogonal.terms[i].weight;
    add_outer_product(factors, sum);
  }
  return sum;
}

TEST(OrthogonalTerms, leave_exactly_the_weights_that_are_left_out) {
  for (int axes = 2; axes <= 5; ++axes) {
    testing::Random random(axes);
    const std::vector<int64_t> shape(axes, 3);
    const std::vector<double> taps = random.reals(std::pow(3, axes));
    const OrthogonalTerms orthogonal = orthogonal_terms(taps, shape);
    for (size_t count = 0; count <= orthogonal.terms.size(); ++count) {
      double tail = 0;
      for (size_t i = count; i < orthogonal.terms.size(); ++i) {
        tail = std::hypot(tail, orthogonal.terms[i].weight);
      }
      const Residual residual = measure(taps, first(orthogonal, count, taps.size()));
      EXPECT_NEAR(residual.frobenius, tail, 1e-13) << axes << " axes, " << count << " terms";
    }
  }
}

TEST(OrthogonalTerms, are_the_singular_values_for_two_axes) {
  const OrthogonalTerms orthogonal = orthogonal_terms({3, 0, 0, 0, -4, 0}, {2, 3});
  ASSERT_EQ(orthogonal.terms.size(), 2);
  EXPECT_NEAR(orthogonal.terms[0].weight, 4, 1e-15);
  EXPECT_NEAR(orthogonal.spectrum[1], 3, 1e-15);
}

TEST(FewestTerms, stops_at_the_first_count_whose_measured_residual_fits) {
  const Kernel kernel = disk(5);
  const auto terms = orthogonal_terms(kernel.taps(), kernel.shape()).terms;
  for (const double l1 : {0.3, 0.1, 0.03, 0.01, 1e-12}) {
    const Truncation found = fewest_terms(kernel.taps(), terms, {0, l1}, false);
    EXPECT_TRUE(found.holds);
    const OrthogonalTerms all{terms, {}};
    EXPECT_LE(measure(kernel.taps(), first(all, found.count, 121)).l1, l1);
    EXPECT_GT(measure(kernel.taps(), first(all, found.count - 1, 121)).l1, l1);
  }
}

TEST(FewestTerms, gives_all_and_says_so_where_no_count_fits) {
  const std::vector<double> taps = testing::Random(1).reals(25);
  const auto terms = orthogonal_terms(taps, {5, 5}).terms;
  const Truncation found = fewest_terms(taps, terms, {0, 1e-300}, false);
  EXPECT_FALSE(found.holds);
  EXPECT_EQ(found.count, terms.size());
}

TEST(FirstTerms, keep_the_sum_of_a_blur_and_state_what_that_costs) {
  const Kernel kernel = disk(5);
  const OrthogonalTerms orthogonal = orthogonal_terms(kernel.taps(), kernel.shape());
  for (size_t count = 1; count <= 4; ++count) {
    const Truncation found = first_terms(kernel.taps(), orthogonal.terms, count, true);
    std::vector<double> dense = first(orthogonal, count, 121);
    EXPECT_NEAR(found.scale * testing::moment(dense, 0), 1, 1e-14);
    EXPECT_LE(measure(kernel.taps(), dense, found.scale).frobenius, found.bound_frobenius);
  }
}

TEST(FirstTerms, leave_the_scale_of_a_kernel_that_is_no_blur) {
  const Kernel kernel = laplacian_of_gaussian(2);
  const auto terms = orthogonal_terms(kernel.taps(), kernel.shape()).terms;
  EXPECT_EQ(first_terms(kernel.taps(), terms, 1, true).scale, 1);
}

}  // namespace
}  // namespace sepconv::kernels
