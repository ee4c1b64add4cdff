// Tests of src/cost/cost.cc: the counts of the readme, counts by brute force, and bad input.
#include "sepconv/cost.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "sepconv/error.h"

namespace sepconv {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Window square(int64_t side, Padding padding = Padding::valid) {
  return {.width = side, .height = side, .padding = padding};
}

Window along_x(int64_t taps, int64_t stride, int64_t dilation, Padding padding) {
  return {.width = taps, .stride_x = stride, .dilation_x = dilation, .padding = padding};
}

TEST(Cost, ordinary_3x3_on_5x5_is_9_outputs_x_9_taps_81) {
  const CostBreakdown cost = ordinary_cost({5, 5}, square(3), 1);
  ASSERT_EQ(cost.stages.size(), 1);
  EXPECT_EQ(cost.stages[0].name, "ordinary 3x3");
  EXPECT_EQ(cost.stages[0].out, (MapShape{3, 3, 1}));
  EXPECT_EQ(cost.total().multiplications, 81);
  EXPECT_EQ(cost.total().additions, 9 * 8);
}

TEST(Cost, separable_3x3_on_5x5_is_15x3_45_plus_9x3_27_72) {
  const CostBreakdown cost = separable_cost({5, 5}, square(3));
  ASSERT_EQ(cost.stages.size(), 2);
  EXPECT_EQ(cost.stages[0].name, "columns 3x1");
  EXPECT_EQ(cost.stages[0].out, (MapShape{5, 3, 1}));
  EXPECT_EQ(cost.stages[0].cost.multiplications, 45);
  EXPECT_EQ(cost.stages[1].name, "rows 1x3");
  EXPECT_EQ(cost.stages[1].out, (MapShape{3, 3, 1}));
  EXPECT_EQ(cost.stages[1].cost.multiplications, 27);
  EXPECT_EQ(cost.total().multiplications, 72);
  EXPECT_EQ(cost.total().additions, 15 * 2 + 9 * 2);
}

TEST(Cost, ordinary_3x3x3_to_128_on_7x7x3_is_25_outputs_x_27_taps_x_128_filters_86400) {
  const Cost cost = ordinary_cost({7, 7, 3}, square(3), 128).total();
  EXPECT_EQ(cost.multiplications, 86'400);
  EXPECT_EQ(cost.additions, 25 * 26 * 128);
}

TEST(Cost, depthwise_separable_to_128_on_7x7x3_is_25x9x3_675_plus_25x3x128_9600_10275) {
  const CostBreakdown cost = depthwise_separable_cost({7, 7, 3}, square(3), 128);
  ASSERT_EQ(cost.stages.size(), 2);
  EXPECT_EQ(cost.stages[0].name, "depthwise 3x3");
  EXPECT_EQ(cost.stages[0].out, (MapShape{5, 5, 3}));
  EXPECT_EQ(cost.stages[0].cost.multiplications, 675);
  EXPECT_EQ(cost.stages[1].name, "pointwise 1x1");
  EXPECT_EQ(cost.stages[1].out, (MapShape{5, 5, 128}));
  EXPECT_EQ(cost.stages[1].cost.multiplications, 9'600);
  EXPECT_EQ(cost.total().multiplications, 10'275);
  EXPECT_EQ(cost.total().additions, 25 * 3 * 8 + 25 * 128 * 2);
}

TEST(Cost, depthwise_with_multiplier_2_is_25_outputs_x_9_taps_x_6_channels_1350) {
  const CostBreakdown cost = depthwise_cost({7, 7, 3}, square(3), 2);
  EXPECT_EQ(cost.stages[0].out.channels, 6);
  EXPECT_EQ(cost.total().multiplications, 1'350);
}

TEST(Cost, bytes_of_separable_3x3_on_5x5_read_25_3_15_3_and_write_15_9_values) {
  const CostBreakdown cost = separable_cost({5, 5}, square(3), 1, 2);
  EXPECT_EQ(cost.stages[0].cost.bytes_read, 2 * (25 + 3));
  EXPECT_EQ(cost.stages[0].cost.bytes_written, 2 * 15);
  EXPECT_EQ(cost.stages[1].cost.bytes_read, 2 * (15 + 3));
  EXPECT_EQ(cost.stages[1].cost.bytes_written, 2 * 9);
}

TEST(Cost, bytes_of_ordinary_3x3x3_to_128_read_147_3456_and_write_3200_values) {
  const Cost cost = ordinary_cost({7, 7, 3}, square(3), 128).total();
  EXPECT_EQ(cost.bytes_read, 4 * (147 + 3'456));
  EXPECT_EQ(cost.bytes_written, 4 * 3'200);
}

TEST(Cost, rank_2_doubles_multiplications_and_adds_the_terms) {
  const CostBreakdown one = separable_cost({20, 10, 3}, square(5));
  const CostBreakdown two = separable_cost({20, 10, 3}, square(5), 2);
  EXPECT_EQ(two.total().multiplications, 2 * one.total().multiplications);
  const MapShape out = two.stages[1].out;
  EXPECT_EQ(two.total().additions,
            2 * one.total().additions + out.width * out.height * out.channels);
  EXPECT_EQ(two.stages[0].name, "columns 5x1, 2 terms");
  EXPECT_EQ(two.stages[0].out.channels, 6);
  EXPECT_EQ(two.stages[1].cost.bytes_written, one.stages[1].cost.bytes_written);
}

TEST(Cost, same_keeps_the_map_and_its_halo_costs_nothing) {
  const CostBreakdown cost = separable_cost({5, 4}, square(3, Padding::same));
  EXPECT_EQ(cost.stages[0].out, (MapShape{5, 4, 1}));
  EXPECT_EQ(cost.stages[1].out, (MapShape{5, 4, 1}));
  EXPECT_EQ(cost.total().multiplications, 20 * 3 + 20 * 3);
}

TEST(Cost, same_allows_a_window_larger_than_the_map) {
  EXPECT_EQ(output_map({5, 4}, square(9, Padding::same)), (MapShape{5, 4, 1}));
  EXPECT_EQ(separable_cost({5, 4}, square(9, Padding::same)).total().multiplications, 2 * 20 * 9);
}

TEST(Cost, output_map_has_strides_and_dilations_an_axis) {
  const Window window = {
      .width = 3, .height = 2, .stride_x = 2, .stride_y = 3, .dilation_x = 2, .dilation_y = 4};
  EXPECT_EQ(output_map({10, 12, 7}, window), (MapShape{3, 3, 7}));
  Window same = window;
  same.padding = Padding::same;
  EXPECT_EQ(output_map({10, 12, 7}, same), (MapShape{5, 4, 7}));
}

// The columns that a row pass reads, by walking over every tap of every output.
int64_t columns_read(int64_t width, const Window& window) {
  const int64_t outputs = output_map({width, 1}, window).width;
  const int64_t anchor = window.padding == Padding::same ? window.width / 2 : 0;
  std::set<int64_t> columns;
  for (int64_t x = 0; x < outputs; ++x) {
    for (int64_t i = 0; i < window.width; ++i) {
      const int64_t column = x * window.stride_x + (i - anchor) * window.dilation_x;
      if (column >= 0 && column < width) columns.insert(column);
    }
  }
  return static_cast<int64_t>(columns.size());
}

TEST(Cost, column_pass_covers_just_the_columns_that_rows_read) {
  int cases = 0;
  for (const Padding padding : {Padding::valid, Padding::same}) {
    for (int64_t width = 1; width <= 18; ++width) {
      for (int64_t taps = 1; taps <= 7; ++taps) {
        for (int64_t stride = 1; stride <= 6; ++stride) {
          for (int64_t dilation = 1; dilation <= 6; ++dilation) {
            const Window window = along_x(taps, stride, dilation, padding);
            if (padding == Padding::valid && (taps - 1) * dilation + 1 > width) continue;
            ASSERT_EQ(separable_cost({width, 1}, window).stages[0].out.width,
                      columns_read(width, window))
                << "width " << width << " taps " << taps << " stride " << stride << " dilation "
                << dilation << (padding == Padding::same ? " same" : " valid");
            ++cases;
          }
        }
      }
    }
  }
  EXPECT_GT(cases, 5'000);
}

TEST(Cost, a_1x1_window_costs_one_multiplication_and_no_addition_an_output) {
  const Cost cost = depthwise_cost({6, 5, 4}, square(1)).total();
  EXPECT_EQ(cost.multiplications, 120);
  EXPECT_EQ(cost.additions, 0);
}

TEST(Cost, total_of_no_stages_is_zero) { EXPECT_EQ(CostBreakdown{}.total(), Cost{}); }

TEST(Cost, refuses_sizes_below_one) {
  EXPECT_THROW(output_map({0, 5}, square(3)), InvalidArgument);
  EXPECT_THROW(output_map({5, -1}, square(3)), InvalidArgument);
  EXPECT_THROW(output_map({5, 5, 0}, square(3)), InvalidArgument);
  EXPECT_THROW(output_map({5, 5}, square(0)), InvalidArgument);
  EXPECT_THROW(output_map({5, 5}, Window{.stride_x = 0}), InvalidArgument);
  EXPECT_THROW(output_map({5, 5}, Window{.dilation_y = 0}), InvalidArgument);
  EXPECT_THROW(ordinary_cost({5, 5}, square(3), 0), InvalidArgument);
  EXPECT_THROW(ordinary_cost({5, 5}, square(3), 1, 0), InvalidArgument);
  EXPECT_THROW(depthwise_cost({5, 5}, square(3), 0), InvalidArgument);
  EXPECT_THROW(separable_cost({5, 5}, square(3), 0), InvalidArgument);
  EXPECT_THROW(depthwise_separable_cost({5, 5}, square(3), -4), InvalidArgument);
}

TEST(Cost, refuses_a_valid_window_larger_than_the_map) {
  EXPECT_THROW(output_map({5, 2}, square(3)), InvalidArgument);
  EXPECT_THROW(output_map({5, 5}, Window{.width = 3, .dilation_x = 3}), InvalidArgument);
}

TEST(Cost, message_says_what_was_got_and_what_is_needed) {
  try {
    output_map({5, 2}, square(3));
    FAIL() << "expected InvalidArgument";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "cost: window covers 3 positions; the map has only 2");
  }
}

TEST(Cost, refuses_counts_that_overflow) {
  const int64_t huge = int64_t{1} << 40;
  EXPECT_THROW(ordinary_cost({huge, huge}, square(1), 1), InvalidArgument);
  EXPECT_THROW(ordinary_cost({huge, 1}, square(1), huge), InvalidArgument);
  EXPECT_THROW(depthwise_cost({kMax, 1}, square(1), 2), InvalidArgument);
  EXPECT_THROW(separable_cost({kMax, 1}, square(3, Padding::same)), InvalidArgument);
  EXPECT_THROW(separable_cost({3, 1}, along_x(3, 1, kMax, Padding::same)), InvalidArgument);
  EXPECT_THROW(output_map({kMax, 1}, square(kMaxWindow + 1)), InvalidArgument);
  Cost sum{.multiplications = kMax};
  EXPECT_THROW(sum += Cost{.multiplications = 1}, InvalidArgument);
  EXPECT_EQ(sum, Cost{.multiplications = kMax});
}

}  // namespace
}  // namespace sepconv
