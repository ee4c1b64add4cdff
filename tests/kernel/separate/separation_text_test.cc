// Separations as text and as JSON.
#include <nlohmann/json.hpp>

#include "kernel/kernel_testing.h"

namespace sepconv {
namespace {

using testing::contains;

TEST(SeparationText, shows_integers_as_integers_and_what_is_saved) {
  EXPECT_EQ(to_text(separate(binomial(5, 3))),
            "5x3 kernel: separable (rank 1); 1 term, exact, integers, divided by 64\n"
            "  term 1   down y   1 2 1   (symmetric)\n"
            "           along x  1 4 6 4 1   (symmetric)\n"
            "  multiplications a sample: 15 dense, 8 separated (1.88 times fewer)\n");
}

TEST(SeparationText, shows_the_residual_of_an_approximation_and_the_spectrum) {
  const std::string text = to_text(separate(disk(5), {.rank = 2}));
  EXPECT_TRUE(contains(text, "not separable"));
  EXPECT_TRUE(contains(text, "2 terms, approximate: L1 residual"));
  EXPECT_TRUE(contains(text, "singular values:"));
}

TEST(SeparationText, says_where_separation_costs_more) {
  EXPECT_TRUE(contains(to_text(separate(laplacian())), "1.33 times more"));
}

TEST(SeparationText, cuts_what_does_not_fit_a_screen) {
  const std::string text = to_text(separate(disk(40)));
  EXPECT_TRUE(contains(text, "terms more") || contains(text, "more\n"));
  EXPECT_TRUE(contains(text, "(81 taps)"));
  EXPECT_LT(text.size(), 6000);
}

TEST(SeparationText, names_axes_by_number_beyond_two) {
  EXPECT_TRUE(contains(to_text(separate(Kernel({2, 2, 2}, std::vector<double>(8, 0.125)))),
                       "2x2x2 kernel"));
  EXPECT_TRUE(contains(to_text(separate(Kernel({3}, {1, 2, 1.5}))), "3-tap kernel"));
}

TEST(SeparationJson, holds_every_field) {
  const auto json = nlohmann::json::parse(to_json(separate(sobel(Axis::x))));
  EXPECT_EQ(json["rank"], 1);
  EXPECT_EQ(json["separable"], true);
  EXPECT_EQ(json["exact"], true);
  EXPECT_EQ(json["integer"], true);
  EXPECT_EQ(json["divisor"], 1);
  EXPECT_EQ(json["shape"], (std::vector<int>{3, 3}));
  EXPECT_EQ(json["terms"][0]["factors"][1], (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(json["terms"][0]["symmetry"][1], "antisymmetric");
  EXPECT_EQ(json["residual_l1"], 0);
}

TEST(SeparationJson, gives_factors_back_to_the_last_bit) {
  const Separation s = separate(gaussian(1.7));
  const auto json = nlohmann::json::parse(to_json(s));
  EXPECT_EQ(json["terms"][0]["factors"][0].get<std::vector<double>>(), s.terms[0].factors[0]);
}

}  // namespace
}  // namespace sepconv
