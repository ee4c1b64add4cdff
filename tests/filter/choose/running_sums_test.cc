// Which factors run as running sums, and what those count.
#include "filter/choose/running_sums.h"

#include <gtest/gtest.h>

#include "filter/choose/arithmetic.h"

namespace sepconv {
namespace {

FilterTerms terms_of(const Kernel& kernel) { return separated_terms(separate(kernel)); }

TEST(RunningSums, are_for_long_flat_factors_of_a_single_term) {
  const std::vector<double> flat(31, 0.25);
  std::vector<double> uneven = flat;
  uneven[7] = 0.5;
  EXPECT_TRUE(running_sums(terms_of(box(31, 31))).are_all());
  EXPECT_FALSE(running_sums(terms_of(box(3, 3))).are_any());
  EXPECT_FALSE(running_sums(direct_terms(box(31, 31))).are_any());
  const RunningSums column = running_sums(terms_of(Kernel::outer({flat, uneven})));
  EXPECT_TRUE(column.column && !column.row);
  const RunningSums row = running_sums(terms_of(Kernel::outer({uneven, flat})));
  EXPECT_TRUE(row.row && !row.column);
}

TEST(RunningSums, are_found_in_kernels_given_as_values) {
  const Kernel means({15, 21}, std::vector<double>(15 * 21, 1.0 / (15 * 21)));
  EXPECT_TRUE(running_sums(terms_of(means)).are_all());
}

TEST(RunningSums, constants_leave_the_taps_and_are_applied_once) {
  const FilterTerm term{{2, 2}, {3, 3, 3}};
  const RunningTerm both = running_term(term, {true, true});
  EXPECT_EQ(both.column, std::vector<double>({1, 1}));
  EXPECT_EQ(both.row, std::vector<double>({1, 1, 1}));
  EXPECT_EQ(both.gain, 6);
  const RunningTerm column = running_term(term, {true, false});
  EXPECT_EQ(column.row, std::vector<double>({6, 6, 6}));
  EXPECT_EQ(column.gain, 1);
  const RunningTerm row = running_term(term, {false, true});
  EXPECT_EQ(row.column, term.column);
  EXPECT_EQ(row.gain, 3);
}

TEST(RunningSums, cost_and_depth_hardly_grow_with_the_window) {
  EXPECT_EQ(row_window_additions(8), 3);
  EXPECT_EQ(row_window_additions(31), 8);
  EXPECT_EQ(row_window_depth(300), 16);
  for (const int64_t window : {9, 31, 100, 1001}) {
    EXPECT_LE(column_window_additions(window), 4);
    EXPECT_LE(column_window_depth(window), std::min<int64_t>(window - 1, window / 4 + 11));
  }
  CostStage stage{"columns 31x1", {10, 10, 1}, {3100, 3000, 0, 0}};
  count_running_column(31, &stage);
  EXPECT_EQ(stage.name, "columns 31x1, running sums");
  EXPECT_EQ(stage.cost.multiplications, 0);
  EXPECT_EQ(stage.cost.additions, 400);
  CostStage integers{"rows 31x1", {10, 10, 1}, {3100, 3000, 0, 0}};
  count_integer_row(&integers);
  EXPECT_EQ(integers.cost.additions, 200);
  EXPECT_EQ(integers.cost.multiplications, 100);
}

TEST(RunningSums, of_bytes_are_exact_and_replace_fixed_point) {
  const SampleSpec u8{SampleType::u8, SampleType::u8};
  EXPECT_TRUE(choose_arithmetic(terms_of(box(31, 31)), u8).sums_are_exact);
  const auto of = [&](const std::vector<double>& column, const std::vector<double>& row) {
    return choose_arithmetic(terms_of(Kernel::outer({column, row})), u8);
  };
  const auto flat = [](int64_t size) { return std::vector<double>(size, 1.0 / size); };
  std::vector<double> peak(31, 0.9 / 30);
  peak[15] = 0.1;
  EXPECT_EQ(of(flat(31), flat(31)).arithmetic, Arithmetic::int32);
  EXPECT_EQ(of(flat(15), flat(4)).arithmetic, Arithmetic::int32);
  EXPECT_EQ(of(flat(200), flat(201)).arithmetic, Arithmetic::f32);  // sums beyond integers
  EXPECT_EQ(of(peak, flat(31)).arithmetic, Arithmetic::fixed16);
  EXPECT_FALSE(of(peak, flat(31)).running.are_any());
}

}  // namespace
}  // namespace sepconv
