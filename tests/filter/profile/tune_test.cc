// Tuning: every rate is measured, and the fit predicts no worse than what it started from.
#include "sepconv/tune.h"

#include <gtest/gtest.h>

#include "filter/profile/profile.h"

namespace sepconv {
namespace {

TEST(Tune, measures_every_rate_and_predicts_better_with_them) {
  std::vector<double> fractions;
  const MachineProfile profile = tune([&](double fraction) { fractions.push_back(fraction); });
  ASSERT_EQ(profile.rates.size(), named_rates().size());
  for (const TunedRate& rate : profile.rates) EXPECT_GT(rate.measured, 0) << rate.name;
  EXPECT_LT(profile.error_after, profile.error_before + 0.05);
  EXPECT_EQ(profile.cpu, this_machine().cpu);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1.0);
}

}  // namespace
}  // namespace sepconv
