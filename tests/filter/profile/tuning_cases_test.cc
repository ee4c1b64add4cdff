// The cases of tuning: predicted in proportion to rates, and together they tell every rate.
#include "filter/profile/tuning_cases.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sepconv {
namespace {

Rates alone(const NamedRate& named) {
  Rates rates{};
  rates.*named.rate = built_in_rates().*named.rate;
  return rates;
}

TEST(TuningCases, predictions_are_sums_of_what_each_rate_predicts) {
  for (const TuningCase& c : tuning_cases()) {
    double sum = 0;
    for (const NamedRate& named : named_rates()) sum += c.predicted_seconds(alone(named));
    EXPECT_NEAR(sum, c.predicted_seconds(built_in_rates()), 1e-12 + 1e-6 * sum);
  }
}

// A thousandth, since what a sample costs apart from taps is little beside scalar taps.
TEST(TuningCases, every_rate_counts_in_one_of_them) {
  const std::vector<TuningCase> cases = tuning_cases();
  for (const NamedRate& named : named_rates()) {
    EXPECT_TRUE(std::any_of(cases.begin(), cases.end(), [&](const TuningCase& c) {
      return c.predicted_seconds(alone(named)) > 0.001 * c.predicted_seconds(built_in_rates());
    })) << named.name;
  }
}

TEST(TuningCases, run) { EXPECT_GT(tuning_cases().front().measured_seconds(), 0); }

}  // namespace
}  // namespace sepconv
