// Reduced bases of integer rows.
#include "kernel/separate/lattice.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

TEST(LatticeBasis, finds_the_common_divisor_of_single_numbers) {
  LatticeBasis basis;
  for (const int64_t value : {84, -36, 60}) ASSERT_TRUE(basis.insert({value}));
  ASSERT_EQ(basis.rows().size(), 1);
  EXPECT_EQ(std::abs(basis.rows()[0][0]), 12);
}

TEST(LatticeBasis, drops_rows_of_zeros_and_repeated_rows) {
  LatticeBasis basis;
  for (const IntegerRow& row : {IntegerRow{0, 0}, {1, 2}, {1, 2}, {-3, -6}}) {
    ASSERT_TRUE(basis.insert(row));
  }
  EXPECT_EQ(basis.rows(), (std::vector<IntegerRow>{{1, 2}}));
}

TEST(LatticeBasis, has_the_rank_of_its_rows_and_their_exact_coordinates) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    testing::Random random(seed);
    const int64_t height = random.integer(1, 14), width = random.integer(1, 14);
    const int rank = static_cast<int>(random.integer(1, std::min(height, width)));
    const auto matrix = random.integers_of_rank(height, width, rank, 50);
    LatticeBasis basis;
    std::vector<IntegerRow> rows;
    for (int64_t y = 0; y < height; ++y) {
      rows.emplace_back(matrix.begin() + y * width, matrix.begin() + (y + 1) * width);
      ASSERT_TRUE(basis.insert(rows.back())) << "seed " << seed;
    }
    EXPECT_LE(basis.rows().size(), rank) << "seed " << seed;
    for (const IntegerRow& row : rows) {
      const auto coordinates = basis.coordinates(row);
      ASSERT_TRUE(coordinates) << "seed " << seed;
      for (int64_t x = 0; x < width; ++x) {
        int64_t sum = 0;
        for (size_t j = 0; j < coordinates->size(); ++j) {
          sum += (*coordinates)[j] * basis.rows()[j][x];
        }
        EXPECT_EQ(sum, row[x]) << "seed " << seed;
      }
    }
  }
}

TEST(LatticeBasis, has_short_rows_where_the_lattice_has) {
  // The lattice of all integer points, given by rows that hide it.
  LatticeBasis basis;
  for (const IntegerRow& row : {IntegerRow{1, 1000, 17}, {0, 1, 999}, {0, 0, 1}}) {
    ASSERT_TRUE(basis.insert(row));
  }
  for (const IntegerRow& row : basis.rows()) {
    int64_t length = 0;
    for (const int64_t value : row) length += value * value;
    EXPECT_EQ(length, 1);
  }
}

TEST(LatticeBasis, has_no_coordinates_for_a_row_outside) {
  LatticeBasis basis;
  ASSERT_TRUE(basis.insert({2, 0}));
  EXPECT_FALSE(basis.coordinates({1, 0}));
  EXPECT_FALSE(basis.coordinates({0, 1}));
  EXPECT_TRUE(basis.coordinates({-6, 0}));
}

TEST(LatticeBasis, stops_where_a_step_might_overflow) {
  constexpr int64_t huge = int64_t{1} << 62;
  LatticeBasis basis;
  EXPECT_TRUE(basis.insert({1, 0}));
  EXPECT_FALSE(basis.insert({huge, 1}));
}

}  // namespace
}  // namespace sepconv::kernels
