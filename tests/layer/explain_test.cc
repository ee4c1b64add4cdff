// LayerPlan::explain: exact counts, and what is said of fusion.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sepconv/layer.h"

namespace sepconv {
namespace {

std::vector<LayerStage> separable(int64_t channels, int64_t filters, StageOptions options) {
  return separable_conv2d(
      depthwise_conv2d(std::vector<float>(channels * 9), channels, {3, 3}, std::move(options)),
      conv2d(std::vector<float>(filters * channels), filters));
}

TEST(LayerExplanation, the_seed_case_has_the_counts_of_the_cost_model) {
  const LayerPlan plan({1, 7, 7, 3}, separable(3, 128, {.padding = Padding::valid}),
                       {.threads = 2});
  const LayerExplanation explained = plan.explain();
  EXPECT_EQ(explained.summary, "1x7x7x3 -> 1x5x5x128: depthwise 3x3 > pointwise 1x1");
  ASSERT_EQ(explained.cost.stages.size(), 2);
  EXPECT_EQ(explained.cost.stages[0].cost.multiplications, 675);
  EXPECT_EQ(explained.cost.stages[1].cost.multiplications, 9600);
  const CostBreakdown counted = depthwise_separable_cost({7, 7, 3}, {.width = 3, .height = 3}, 128);
  EXPECT_EQ(explained.cost.total(), counted.total());
  EXPECT_EQ(explained.unwritten_bytes, 5 * 5 * 3 * 4);
  EXPECT_EQ(explained.scratch_bytes, plan.scratch_bytes());
  EXPECT_EQ(explained.threads, 2);
  EXPECT_GE(explained.channel_block, 1);
}

TEST(LayerExplanation, a_batch_costs_as_many_times_and_strides_less) {
  const StageOptions strided{.strides = {2, 1}};
  const Cost one = LayerPlan({1, 8, 6, 4}, separable(4, 5, strided)).explain().cost.total();
  const LayerExplanation three = LayerPlan({3, 8, 6, 4}, separable(4, 5, strided)).explain();
  EXPECT_EQ(one.multiplications, 4 * 6 * (4 * 9 + 4 * 5));
  EXPECT_EQ(three.cost.total().multiplications, 3 * one.multiplications);
  EXPECT_EQ(three.unwritten_bytes, 3 * 4 * 6 * 4 * 4);
}

TEST(LayerExplanation, one_stage_keeps_nothing_from_memory_and_text_has_every_line) {
  const LayerExplanation alone =
      LayerPlan({1, 5, 5, 2}, {conv2d(std::vector<float>(6), 3)}).explain();
  EXPECT_EQ(alone.unwritten_bytes, 0);
  EXPECT_NE(alone.to_text().find("pointwise 1x1"), std::string::npos);
  const auto stages = inverted_residual(conv2d(std::vector<float>(8), 4),
                                        depthwise_conv2d(std::vector<float>(36), 4, {3, 3}),
                                        conv2d(std::vector<float>(8), 2));
  const std::string text = LayerPlan({1, 5, 5, 2}, stages).explain().to_text();
  EXPECT_NE(text.find("pointwise 1x1 > depthwise 3x3 > pointwise 1x1 + input\n"),
            std::string::npos);
  EXPECT_NE(text.find("maps never in memory: 800 bytes"), std::string::npos);
}

TEST(LayerExplanation, json_has_every_value) {
  const LayerExplanation explained =
      LayerPlan({1, 7, 7, 3}, separable(3, 128, {.padding = Padding::valid})).explain();
  const auto json = nlohmann::json::parse(explained.to_json());
  EXPECT_EQ(json.at("summary"), explained.summary);
  EXPECT_EQ(json.at("target"), explained.target);
  EXPECT_EQ(json.at("threads"), 1);
  EXPECT_EQ(json.at("scratch_bytes"), explained.scratch_bytes);
  EXPECT_EQ(json.at("channel_block"), explained.channel_block);
  EXPECT_EQ(json.at("band_rows"), explained.band_rows);
  EXPECT_EQ(json.at("strip_columns"), explained.strip_columns);
  EXPECT_EQ(json.at("unwritten_bytes"), 300);
  EXPECT_EQ(json.at("multiplications"), 675 + 9600);
  EXPECT_EQ(json.at("stages").size(), 2);
  EXPECT_EQ(json.at("stages")[1].at("name"), "pointwise 1x1");
  EXPECT_EQ(json.at("stages")[1].at("multiplications"), 9600);
}

}  // namespace
}  // namespace sepconv
