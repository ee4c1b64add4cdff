// The table of rates: every rate of the struct has one name.
#include "filter/profile/rates.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sepconv {
namespace {

TEST(Rates, each_has_a_name_of_its_own_and_a_positive_value) {
  std::set<std::string> names;
  for (const NamedRate& named : named_rates()) {
    EXPECT_TRUE(names.insert(named.name).second) << named.name;
    EXPECT_GT(built_in_rates().*named.rate, 0) << named.name;
  }
  EXPECT_EQ(names.size() * sizeof(double), sizeof(Rates));
}

}  // namespace
}  // namespace sepconv
