// Words of a SPEC: trimming, splitting, numbers, nearest names.
#include "kernel/spec/words.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

using Views = std::vector<std::string_view>;

TEST(Trimmed, takes_blanks_off_both_ends) {
  EXPECT_EQ(trimmed(" \t a b\n"), "a b");
  EXPECT_EQ(trimmed("   "), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Split, keeps_empty_pieces) {
  EXPECT_EQ(split("a,,b,", ','), (Views{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), Views{""});
}

TEST(ToNumber, takes_what_is_wholly_a_number) {
  EXPECT_EQ(to_number("3"), 3);
  EXPECT_EQ(to_number("+3.5"), 3.5);
  EXPECT_EQ(to_number("-.5e1"), -5);
  EXPECT_TRUE(std::isnan(*to_number("nan")));
}

TEST(ToNumber, refuses_the_rest) {
  for (const char* text : {"", "+", "-", "1x", " 1", "1 ", "0x10", "1,5", "+-1", "++1", "1e999"}) {
    EXPECT_FALSE(to_number(text)) << text;
  }
}

TEST(Nearest, counts_insertions_deletions_replacements_and_swaps) {
  const Views names = {"gaussian", "gabor", "log", "dog"};
  EXPECT_EQ(nearest("gausian", names), "gaussian");
  EXPECT_EQ(nearest("gaussiann", names), "gaussian");
  EXPECT_EQ(nearest("Gabor", names), "gabor");
  EXPECT_EQ(nearest("lgo", names), "log");
}

TEST(Nearest, is_empty_where_nothing_is_near) {
  EXPECT_EQ(nearest("xyzzy", {"box", "log"}), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), {"box"}), "");
  EXPECT_EQ(nearest("a", {}), "");
}

TEST(Shown, keeps_messages_to_a_line_of_printable_text) {
  EXPECT_EQ(shown("a\nb\x80"), "a?b?");
  EXPECT_LT(shown(std::string(1000, 'a')).size(), 80);
}

}  // namespace
}  // namespace sepconv::kernels
