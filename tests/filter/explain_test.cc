// Explanations: everything a person or a program needs to know about a plan.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sepconv/filter.h"

namespace sepconv {
namespace {

Explanation explanation() {
  return FilterPlan({640, 427, 3}, SampleType::u8, SampleType::u8, gaussian(1.0)).explain();
}

TEST(Explanation, names_the_request_the_target_and_the_scratch) {
  const Explanation e = explanation();
  EXPECT_EQ(e.summary, "7x7 kernel (width x height) on 640x427x3 u8 -> u8, border reflect101");
  EXPECT_FALSE(e.target.empty());
  EXPECT_GT(e.scratch_bytes, 0);
  ASSERT_GE(e.methods.size(), 2u);
  EXPECT_EQ(e.methods[0].method, "separable");
  EXPECT_EQ(e.methods[0].arithmetic, "int16");
}

TEST(Explanation, as_text_shows_counts_with_separators_and_marks_the_choice) {
  const std::string text = explanation().to_text();
  EXPECT_NE(text.find("* separable"), std::string::npos) << text;
  EXPECT_NE(text.find("11,477,760"), std::string::npos) << text;  // 640 * 427 * 3 * (7 + 7)
  EXPECT_NE(text.find("5,738,880 + 5,738,880"), std::string::npos) << text;
  EXPECT_NE(text.find("direct"), std::string::npos) << text;
}

TEST(Explanation, as_json_holds_the_same) {
  const auto json = nlohmann::json::parse(explanation().to_json());
  EXPECT_EQ(json["methods"][0]["method"], "separable");
  EXPECT_EQ(json["methods"][0]["chosen"], true);
  EXPECT_EQ(json["methods"][0]["multiplications"], 640 * 427 * 3 * 14);
  EXPECT_EQ(json["methods"][0]["stages"].size(), 2u);
  EXPECT_EQ(json["methods"][1]["multiplications"], 640 * 427 * 3 * 49);
  EXPECT_GT(json["methods"][1]["predicted_seconds"], json["methods"][0]["predicted_seconds"]);
}

TEST(Names, are_those_of_the_command_line) {
  EXPECT_STREQ(name(Border::reflect101), "reflect101");
  EXPECT_STREQ(name(Method::automatic), "auto");
  EXPECT_STREQ(name(Method::low_rank), "low_rank");
}

}  // namespace
}  // namespace sepconv
