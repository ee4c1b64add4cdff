// Tidying of factors: symmetry, signs, shared scale; and measured residuals.
#include "kernel/separate/factors.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

double sum_of(const std::vector<double>& taps) { return testing::moment(taps, 0); }

TEST(Measure, gives_the_three_norms_of_the_difference) {
  const Residual residual = measure({1, 2, 3}, {1, 5, -1});
  EXPECT_EQ(residual.l1, 7);
  EXPECT_EQ(residual.frobenius, 5);
  EXPECT_EQ(residual.largest, 4);
}

TEST(Measure, scales_the_approximation) { EXPECT_EQ(measure({2, 4}, {1, 2}, 2).l1, 0); }

TEST(SymmetryOf, tells_the_four_kinds) {
  EXPECT_EQ(symmetry_of({2, 2, 2}), Symmetry::constant);
  EXPECT_EQ(symmetry_of({1, 2, 1}), Symmetry::symmetric);
  EXPECT_EQ(symmetry_of({1, 3, 3, 1}), Symmetry::symmetric);
  EXPECT_EQ(symmetry_of({-1, 0, 1}), Symmetry::antisymmetric);
  EXPECT_EQ(symmetry_of({-1, 1}), Symmetry::antisymmetric);
  EXPECT_EQ(symmetry_of({1, 2, 3}), Symmetry::none);
  EXPECT_EQ(symmetry_of({5}), Symmetry::constant);
  EXPECT_EQ(symmetry_of({0, 0}), Symmetry::constant);
}

TEST(SymmetryOf, asks_for_a_zero_in_the_middle_of_an_antisymmetric_factor) {
  EXPECT_EQ(symmetry_of({-1, 0.1, 1}), Symmetry::none);
}

TEST(SymmetryOf, measures_against_the_largest_tap) {
  EXPECT_EQ(symmetry_of({1e20, 3e20, 1e20 * (1 + 1e-14)}), Symmetry::symmetric);
  EXPECT_EQ(symmetry_of({1e-20, 3e-20, 2e-20}), Symmetry::none);
  EXPECT_EQ(symmetry_of({1, 3, 1.1}, 0.05), Symmetry::symmetric);
}

TEST(CleanSymmetry, removes_rounding_and_nothing_else) {
  std::vector<double> even = {1, 2, 1 + 1e-15}, odd = {-1, 1e-16, 1 + 1e-15}, none = {1, 2, 1.1};
  clean_symmetry(even);
  EXPECT_EQ(even[0], even[2]);
  clean_symmetry(odd);
  EXPECT_EQ(odd[0], -odd[2]);
  EXPECT_NEAR(odd[0], -1, 1e-14);
  EXPECT_EQ(odd[1], 0);
  clean_symmetry(none);
  EXPECT_EQ(none, (std::vector<double>{1, 2, 1.1}));
  std::vector<double> constant = {1, 1 + 1e-15, 1, 1};
  clean_symmetry(constant);
  EXPECT_EQ(constant, std::vector<double>(4, constant[0]));
}

TEST(ChooseSigns, makes_means_positive_and_derivatives_rise) {
  Factors factors = {{-1, -2, -1}, {1, 0, -1}};
  choose_signs(factors);
  EXPECT_EQ(factors, (Factors{{1, 2, 1}, {-1, 0, 1}}));
}

TEST(ChooseSigns, leaves_a_minus_to_the_factor_that_bears_it_best) {
  Factors derivative = {{1, 2, 1}, {1, 0, -1}};
  choose_signs(derivative);
  EXPECT_EQ(derivative, (Factors{{1, 2, 1}, {1, 0, -1}}));
  Factors mixed = {{1, -4, 1}, {0, 1, 0}};
  choose_signs(mixed);
  EXPECT_EQ(mixed, (Factors{{1, -4, 1}, {0, 1, 0}}));
  Factors means = {{-1, -1}, {1, 1}};
  choose_signs(means);
  EXPECT_EQ(means, (Factors{{1, 1}, {-1, -1}}));
}

TEST(Balance, gives_factors_of_a_product_of_sum_one_sums_of_one) {
  Factors factors = {{2, 4, 2}, {10, 10}, {1, 3}};
  balance(factors, 1.0L / (8 * 20 * 4), Balance::by_sum);
  for (const auto& factor : factors) EXPECT_NEAR(sum_of(factor), 1, 1e-15);
}

TEST(Balance, leaves_the_scale_to_derivatives_where_the_sum_is_zero) {
  Factors factors = {{2, 4, 2}, {-3, 0, 3}};
  balance(factors, 1, Balance::by_sum);
  EXPECT_EQ(factors, (Factors{{0.25, 0.5, 0.25}, {-24, 0, 24}}));
}

TEST(Balance, multiplies_the_product_by_the_scale_whatever_is_shared) {
  for (const Balance how : {Balance::by_sum, Balance::by_norm}) {
    for (const long double scale : {1.0L, -3.0L, 1e-200L, 1e200L}) {
      const Factors before = {{1, 2, 4}, {-1, 1}, {5, -1}};
      Factors after = before;
      balance(after, scale, how);
      const auto expected = outer_product(before), got = outer_product(after);
      for (size_t i = 0; i < got.size(); ++i) {
        EXPECT_NEAR(got[i] / static_cast<double>(scale), expected[i], 1e-13);
      }
    }
  }
}

TEST(MakeTerm, notes_the_symmetry_of_each_factor) {
  const SeparableTerm term = make_term({{1, 2, 1}, {1, 1}});
  EXPECT_EQ(term.symmetry, (std::vector<Symmetry>{Symmetry::symmetric, Symmetry::constant}));
}

}  // namespace
}  // namespace sepconv::kernels
