// Tests of src/base/check.h: messages of callers' mistakes, and arithmetic that notices overflow.
#include "base/check.h"

#include <gtest/gtest.h>

#include <limits>

namespace sepconv {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(Check, require_throws_the_formatted_message) {
  EXPECT_NO_THROW(require(true, "never"));
  try {
    require(false, "separate: rank is {}; expected {} or more", 0, 1);
    FAIL() << "expected InvalidArgument";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "separate: rank is 0; expected 1 or more");
  }
}

TEST(Check, multiply_is_exact_up_to_the_last_value) {
  EXPECT_EQ(checked_multiply(6, 7, "n"), 42);
  EXPECT_EQ(checked_multiply(kMax, 1, "n"), kMax);
  EXPECT_EQ(checked_multiply(kMax, 0, "n"), 0);
  EXPECT_THROW(checked_multiply(kMax, 2, "n"), InvalidArgument);
  EXPECT_THROW(checked_multiply(int64_t{1} << 32, int64_t{1} << 31, "n"), InvalidArgument);
}

TEST(Check, add_is_exact_up_to_the_last_value) {
  EXPECT_EQ(checked_add(kMax - 1, 1, "n"), kMax);
  EXPECT_THROW(checked_add(kMax, 1, "n"), InvalidArgument);
}

TEST(Check, overflow_names_what_and_the_operands) {
  try {
    checked_add(kMax, 2, "taps");
    FAIL() << "expected InvalidArgument";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "taps overflows: 9223372036854775807 + 2");
  }
}

}  // namespace
}  // namespace sepconv
