// Kernels written out as rows.
#include "kernel/spec/written_rows.h"

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

using testing::contains;
using testing::message_of;

TEST(ParseRows, takes_the_example_with_its_quotes_or_without) {
  for (const char* spec :
       {"\"1 2 1; 2 4 2; 1 2 1\"/16", "1 2 1; 2 4 2; 1 2 1/16", "'1 2 1;2 4 2;1 2 1' / 16",
        "1,2,1;2,4,2;1,2,1/16", "1 2 1\n2 4 2\n1 2 1/16.0"}) {
    const Kernel kernel = parse_rows(spec);
    EXPECT_EQ(kernel.integers(), binomial(3, 3).integers()) << spec;
    EXPECT_EQ(kernel.divisor(), 16) << spec;
    EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{3, 3})) << spec;
  }
}

TEST(ParseRows, gives_one_row_or_one_column_two_axes) {
  EXPECT_EQ(parse_rows("-1 0 1").shape(), (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(parse_rows("1;2;1").shape(), (std::vector<int64_t>{3, 1}));
}

TEST(ParseRows, keeps_integers_where_taps_and_divisor_are_whole) {
  EXPECT_TRUE(parse_rows("1 2 1").is_integer());
  EXPECT_EQ(parse_rows("1 2 1*3").integers(), (std::vector<int64_t>{3, 6, 3}));
  EXPECT_FALSE(parse_rows("1 2.5 1").is_integer());
  EXPECT_FALSE(parse_rows("1 2 1/2.5").is_integer());
  EXPECT_FALSE(parse_rows("1 2 1*0.25").is_integer());
}

TEST(ParseRows, multiplies_and_divides_all_taps) {
  EXPECT_EQ(parse_rows("1 2 1*0.25").taps(), (std::vector<double>{0.25, 0.5, 0.25}));
  EXPECT_EQ(parse_rows("1 2/-2").taps(), (std::vector<double>{-0.5, -1}));
}

TEST(ParseRows, names_the_row_that_is_wrong) {
  const auto message = [](const char* spec) {
    return message_of<InvalidArgument>([&] { parse_rows(spec); });
  };
  EXPECT_TRUE(contains(message("1 2 1; 2 4; 1 2 1"), "row 2 has 2 taps; expected 3"));
  EXPECT_TRUE(contains(message("1 2 1; 2 x 2"), "'x' in row 2; expected a number"));
  EXPECT_TRUE(contains(message("1 2;;3 4"), "row 2 is empty"));
  EXPECT_TRUE(contains(message("1 2;"), "row 2 is empty"));
  EXPECT_TRUE(contains(message("\"1 2 1"), "quote"));
  EXPECT_TRUE(contains(message("1 2 1/0"), "expected one number for all taps"));
  EXPECT_TRUE(contains(message("1/2 1/2"), "expected one number for all taps"));
  EXPECT_TRUE(contains(message("1 2 1/nan"), "expected one number for all taps"));
  EXPECT_TRUE(contains(message("1 2 1/16x"), "expected one number for all taps"));
}

TEST(ParseRows, refuses_taps_that_are_not_finite) {
  EXPECT_THROW(parse_rows("1 nan 1"), InvalidArgument);
  EXPECT_THROW(parse_rows("1 inf 1"), InvalidArgument);
  EXPECT_THROW(parse_rows("1e300*1e300"), InvalidArgument);
}

}  // namespace
}  // namespace sepconv::kernels
