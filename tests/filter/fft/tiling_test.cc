// Tilings: every output in a tile, windows inside tiles, and costs counted.
#include "filter/fft/tiling.h"

#include <gtest/gtest.h>

#include "filter/fft/passes.h"

namespace sepconv {
namespace {

TEST(FourierTiling, covers_every_output_with_windows_that_lie_inside_tiles) {
  for (const int64_t kernel : {1, 2, 7, 31, 63, 300, 1024}) {
    for (const ImageShape& out :
         {ImageShape{1920, 1080, 1}, {1, 1, 3}, {17, 900, 2}, {4000, 3, 4}}) {
      const auto tiling = choose_tiling({kernel, (kernel + 1) / 2, out});
      ASSERT_TRUE(tiling);
      EXPECT_LE(tiling->out_width + kernel - 1, tiling->width);
      EXPECT_LE(tiling->out_height + (kernel + 1) / 2 - 1, tiling->height);
      EXPECT_GE(tiling->columns * tiling->out_width, out.width);
      EXPECT_LT((tiling->columns - 1) * tiling->out_width, out.width);
      EXPECT_GE(tiling->rows * tiling->out_height, out.height);
      EXPECT_LT((tiling->rows - 1) * tiling->out_height, out.height);
      const TilePairs pairs = pairs_of(*tiling, {0, 0, out.width, out.height});
      EXPECT_EQ(pairs.count(), (tiling->columns + 1) / 2 * tiling->rows);
    }
  }
}

TEST(FourierTiling, ends_at_the_largest_side) {
  EXPECT_TRUE(choose_tiling({kMaxTileSide, 1, {100, 100, 1}}));
  EXPECT_FALSE(choose_tiling({kMaxTileSide + 1, 1, {100, 100, 1}}));
  EXPECT_FALSE(choose_tiling({1, kMaxTileSide + 1, {100, 100, 1}}));
}

TEST(FourierTiling, larger_kernels_get_larger_tiles) {
  const ImageShape image{1920, 1080, 1};
  EXPECT_LT(choose_tiling({7, 7, image})->samples(), choose_tiling({63, 63, image})->samples());
  EXPECT_LT(choose_tiling({63, 63, image})->samples(), choose_tiling({255, 255, image})->samples());
}

TEST(FourierTiling, a_region_takes_the_pairs_that_it_meets) {
  const FourierTiling tiling{20, 16, 15, 10, 5, 3};
  const TilePairs pairs = pairs_of(tiling, {29, 10, 2, 10});  // tiles 1 and 2 across, 1 down
  EXPECT_EQ(pairs.first_row, 1);
  EXPECT_EQ(pairs.rows, 1);
  EXPECT_EQ(pairs.first_column, 0);
  EXPECT_EQ(pairs.columns, 2);
}

TEST(FourierTiling, cost_counts_every_line_and_the_product) {
  // Three tiles of two channels: two pairs, each two transforms of two planes. Seven rows wanted.
  const FourierTiling tiling{20, 16, 15, 10, 3, 1};
  const CostBreakdown cost = fourier_cost(tiling, {{0, 2, 40, 7}, 2}, 4, 1);
  const LineOperations across = line_operations(20), down = line_operations(16);
  ASSERT_EQ(cost.stages.size(), 2u);
  EXPECT_EQ(cost.stages[0].name, "rows of tiles 20x16");
  EXPECT_EQ(cost.stages[0].cost.multiplications, 4 * 16 * across.multiplications);
  EXPECT_EQ(cost.stages[1].cost.multiplications,
            4 * (20 * 2 * down.multiplications + 4 * 20 * 16 + 7 * across.multiplications));
  EXPECT_EQ(cost.stages[1].cost.additions,
            4 * (20 * 2 * down.additions + 2 * 20 * 16 + 7 * across.additions));
  EXPECT_EQ(cost.total().bytes_read, 560 * 4 + 20 * 16 * 16);  // samples and the spectrum
  EXPECT_EQ(cost.total().bytes_written, 560);
}

TEST(FourierTiling, time_grows_with_the_outputs) {
  const ImageShape image{1920, 1080, 1};
  const auto tiling = choose_tiling({31, 31, image});
  const auto seconds = [&](const Rect& roi, bool is_rounded_apart) {
    return predicted_seconds(built_in_rates(), fourier_work(*tiling, {roi, 1}, is_rounded_apart));
  };
  EXPECT_LT(seconds({0, 0, 640, 480}, false), seconds({0, 0, 1920, 1080}, false));
  EXPECT_LT(seconds({0, 0, 640, 480}, false), seconds({0, 0, 640, 480}, true));
}

}  // namespace
}  // namespace sepconv
