// JSON lists and objects as kernels.
#include "kernel/file/file_testing.h"
#include "kernel/file/formats.h"

namespace sepconv::kernels {
namespace {

using testing::contains;
using testing::message_of;

TEST(KernelFromJson, takes_lists_of_any_depth_to_eight) {
  EXPECT_EQ(kernel_from_json("[1, 2, 1]").shape(), (std::vector<int64_t>{3}));
  EXPECT_EQ(kernel_from_json("[[1, 2], [3, 4], [5, 6]]").shape(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(kernel_from_json("[[[[[[[[1.5, 2]]]]]]]]").axes(), 8);
}

TEST(KernelFromJson, takes_a_divisor_and_an_anchor) {
  const Kernel kernel =
      kernel_from_json(R"({"taps": [[1, 2], [3, 4]], "divisor": 10, "anchor": [0, 1]})");
  EXPECT_EQ(kernel.integers(), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(kernel.divisor(), 10);
  EXPECT_EQ(kernel.anchor(), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(kernel_from_json(R"({"taps": [0.5, 1], "divisor": 2})").taps(),
            (std::vector<double>{0.25, 0.5}));
}

TEST(KernelFromJson, refuses_what_is_no_kernel) {
  for (const char* text : {"",
                           "{",
                           "3",
                           "null",
                           "\"taps\"",
                           "[]",
                           "[[], []]",
                           "[[1, 2], [3]]",
                           "[1, [2]]",
                           "[[1], 2]",
                           "[1, \"2\"]",
                           "[1, null]",
                           "[1, true]",
                           "{}",
                           "{\"tap\": [1]}",
                           "{\"taps\": 3}",
                           "{\"taps\": [1], \"divisor\": 0}",
                           "{\"taps\": [1], \"divisor\": 2.5}",
                           "{\"taps\": [1], \"divisor\": \"2\"}",
                           "{\"taps\": [1], \"anchor\": 0}",
                           "{\"taps\": [1], \"anchor\": [0.5]}",
                           "{\"taps\": [1], \"anchor\": [-1]}",
                           "[NaN]",
                           "[1e999]",
                           "[1, 2] 3",
                           "[[[[[[[[[1]]]]]]]]]"}) {
    EXPECT_THROW(kernel_from_json(text), FormatError) << text;
  }
  EXPECT_THROW(kernel_from_json("{\"taps\": [1], \"anchor\": [1]}"), InvalidArgument);
}

TEST(KernelFromJson, stops_at_depths_that_no_kernel_has) {
  EXPECT_TRUE(contains(
      message_of<FormatError>([] { kernel_from_json(std::string(1'000'000, '[')); }), "deep"));
}

TEST(KernelFromJson, says_which_lists_differ) {
  EXPECT_TRUE(contains(message_of<FormatError>([] { kernel_from_json("[[1, 2], [3]]"); }),
                       "expected 2 at depth 2"));
}

}  // namespace
}  // namespace sepconv::kernels
