// Integer kernels as exactly as many integer outer products as their rank.
#include "kernel/separate/integer_terms.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

std::vector<int64_t> sum_of_products(const std::vector<Factors>& terms, size_t count) {
  std::vector<double> sum(count, 0.0);
  for (const Factors& factors : terms) add_outer_product(factors, sum);
  return {sum.begin(), sum.end()};
}

void expect_exact(const std::vector<int64_t>& integers, const std::vector<int64_t>& shape,
                  size_t most_terms, uint64_t seed) {
  const auto terms = integer_terms(integers, shape);
  ASSERT_TRUE(terms) << "seed " << seed;
  EXPECT_LE(terms->size(), most_terms) << "seed " << seed;
  EXPECT_EQ(sum_of_products(*terms, integers.size()), integers) << "seed " << seed;
  for (const Factors& factors : *terms) {
    for (const auto& factor : factors) {
      for (const double tap : factor) EXPECT_EQ(tap, std::trunc(tap)) << "seed " << seed;
    }
  }
}

TEST(IntegerTerms, add_up_exactly_for_random_matrices_of_known_rank) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    testing::Random random(seed);
    const int64_t height = random.integer(1, 12), width = random.integer(1, 12);
    const int rank = static_cast<int>(random.integer(1, std::min(height, width)));
    const auto matrix = random.integers_of_rank(height, width, rank, random.integer(1, 20));
    expect_exact(matrix, {height, width}, rank, seed);
  }
}

TEST(IntegerTerms, of_a_kernel_of_rank_ten_are_ten) {
  testing::Random random(7);
  const auto matrix = random.integers_of_rank(31, 29, 10, 3);
  const auto terms = integer_terms(matrix, {31, 29});
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->size(), 10);
  EXPECT_EQ(sum_of_products(*terms, matrix.size()), matrix);
}

TEST(IntegerTerms, add_up_exactly_for_full_random_arrays_of_three_and_four_axes) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    testing::Random random(seed);
    const std::vector<int64_t> shape = {random.integer(1, 4), random.integer(1, 4),
                                        random.integer(1, 4), random.integer(1, 3)};
    std::vector<int64_t> array(shape[0] * shape[1] * shape[2] * shape[3]);
    for (int64_t& value : array) value = random.integer(-9, 9);
    expect_exact(array, shape, shape[0] * shape[1] * shape[2], seed);
  }
}

TEST(IntegerTerms, of_an_outer_product_are_one_for_any_number_of_axes) {
  for (int axes = 1; axes <= 8; ++axes) {
    testing::Random random(axes);
    Factors factors;
    std::vector<int64_t> shape;
    for (int a = 0; a < axes; ++a) {
      shape.push_back(random.integer(1, 3));
      std::vector<double> factor(shape.back());
      for (double& tap : factor) tap = static_cast<double>(random.integer(1, 9));
      factors.push_back(factor);
    }
    const std::vector<double> product = outer_product(factors);
    expect_exact({product.begin(), product.end()}, shape, 1, axes);
  }
}

TEST(IntegerTerms, gives_sobel_as_smoothing_times_difference) {
  EXPECT_EQ(integer_terms(sobel(Axis::x).integers(), {3, 3}),
            (std::vector<Factors>{{{1, 2, 1}, {-1, 0, 1}}}));
  EXPECT_EQ(integer_terms(sobel(Axis::y).integers(), {3, 3}),
            (std::vector<Factors>{{{-1, 0, 1}, {1, 2, 1}}}));
  EXPECT_EQ(integer_terms(scharr(Axis::x).integers(), {3, 3}),
            (std::vector<Factors>{{{3, 10, 3}, {-1, 0, 1}}}));
}

TEST(IntegerTerms, gives_the_laplacian_as_two_crossed_lines) {
  EXPECT_EQ(integer_terms(laplacian(4).integers(), {3, 3}),
            (std::vector<Factors>{{{1, -4, 1}, {0, 1, 0}}, {{0, 1, 0}, {1, 0, 1}}}));
}

TEST(IntegerTerms, are_none_where_their_products_may_exceed_what_double_counts) {
  const int64_t huge = (int64_t{1} << 53) - 1;
  EXPECT_FALSE(integer_terms({huge, 1, 1, huge}, {2, 2}));
  EXPECT_TRUE(integer_terms({huge, huge}, {1, 2}));
}

TEST(IntegerTerms, are_none_where_the_search_takes_too_long) {
  testing::Random random(3);
  std::vector<int64_t> noise(400 * 400);
  for (int64_t& value : noise) value = random.integer(-1000, 1000);
  EXPECT_FALSE(integer_terms(noise, {400, 400}));
}

}  // namespace
}  // namespace sepconv::kernels
