// Singular terms, and the symmetries they keep.
#include "kernel/separate/svd.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

DenseMatrix matrix_of(const Kernel& kernel) {
  return {kernel.taps(), static_cast<size_t>(kernel.shape()[0]),
          static_cast<size_t>(kernel.shape()[1])};
}

void expect_sum(const DenseMatrix& matrix, const std::vector<SingularTerm>& terms) {
  std::vector<double> sum(matrix.values.size(), 0.0);
  for (const SingularTerm& term : terms) {
    for (size_t i = 0; i < sum.size(); ++i) {
      sum[i] += term.value * term.left[i / matrix.width] * term.right[i % matrix.width];
    }
  }
  const double largest = testing::largest_magnitude(matrix.values);
  for (size_t i = 0; i < sum.size(); ++i) EXPECT_NEAR(sum[i], matrix.values[i], 2e-14 * largest);
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST(SingularTerms, add_up_to_random_matrices_and_are_orthonormal) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    testing::Random random(seed);
    const size_t h = random.integer(1, 30), w = random.integer(1, 30);
    const DenseMatrix matrix{random.reals(h * w), h, w};
    const auto terms = singular_terms(matrix);
    expect_sum(matrix, terms);
    for (size_t i = 0; i < terms.size(); ++i) {
      EXPECT_LE(terms[i].value, terms[i == 0 ? 0 : i - 1].value);
      EXPECT_NEAR(dot(terms[i].left, terms[i].left), 1, 1e-13);
      EXPECT_NEAR(dot(terms[i].left, terms[0].left), i == 0, 1e-13);
      EXPECT_NEAR(dot(terms[i].right, terms[0].right), i == 0, 1e-13);
    }
  }
}

TEST(SingularTerms, of_an_image_of_itself_are_symmetric_or_antisymmetric_to_the_bit) {
  for (const Kernel& kernel :
       {disk(5), motion_line(9, 30), gabor({.theta_degrees = 30}), binomial(4, 6),
        gabor({.theta_degrees = 30, .phase_degrees = 90}), gaussian_derivative(2, 2, 1, 0)}) {
    const DenseMatrix matrix = matrix_of(kernel);
    const auto terms = singular_terms(matrix);
    expect_sum(matrix, terms);
    for (const SingularTerm& term : terms) {
      EXPECT_NE(symmetry_of(term.left, 0), Symmetry::none);
      EXPECT_NE(symmetry_of(term.right, 0), Symmetry::none);
    }
  }
}

TEST(SingularTerms, leave_out_what_is_rounding_of_zero) {
  testing::Random random(5);
  const auto integers = random.integers_of_rank(20, 30, 4, 9);
  EXPECT_EQ(singular_terms({{integers.begin(), integers.end()}, 20, 30}).size(), 4);
}

}  // namespace
}  // namespace sepconv::kernels
