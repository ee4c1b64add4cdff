// Terms: a kernel's rows and a separation's factors, with the sums that bounds are made of.
#include "filter/choose/terms.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

TEST(Terms, of_a_direct_kernel_are_its_rows) {
  const FilterTerms terms = direct_terms(Kernel::from_integers({2, 3}, {1, -2, 3, 4, 5, -6}, 7));
  ASSERT_EQ(terms.terms.size(), 2u);
  EXPECT_TRUE(terms.is_integer);
  EXPECT_EQ(terms.divisor, 7);
  EXPECT_EQ(terms.terms[1].row, (std::vector<double>{4, 5, -6}));
  EXPECT_EQ(terms.gain(), 21);
  EXPECT_EQ(terms.tap_sum(), 5);
  EXPECT_EQ(terms.column_tap_count(), 0);
  EXPECT_EQ(terms.row_tap_count(), 6);
}

TEST(Terms, of_a_separation_are_its_outer_products) {
  const FilterTerms terms = separated_terms(separate(sobel(Axis::x)));
  ASSERT_EQ(terms.terms.size(), 1u);
  EXPECT_EQ(terms.method, Method::separable);
  EXPECT_TRUE(terms.is_integer);
  EXPECT_EQ(terms.terms[0].column, (std::vector<double>{1, 2, 1}));
  EXPECT_EQ(terms.terms[0].row, (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(terms.gain(), 8);
  EXPECT_EQ(terms.tap_sum(), 0);
}

TEST(Terms, count_the_multiplications_of_a_sample) {
  const FilterTerms terms = separated_terms(separate(difference_of_gaussians(1.0, 1.6)));
  const int64_t side = 2 * 5 + 1;
  EXPECT_EQ(terms.method, Method::low_rank);
  EXPECT_EQ(terms.column_tap_count() + terms.row_tap_count(), 2 * (side + side));
}

}  // namespace
}  // namespace sepconv
