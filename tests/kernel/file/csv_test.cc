// Rows of numbers as kernels.
#include "kernel/file/file_testing.h"
#include "kernel/file/formats.h"

namespace sepconv::kernels {
namespace {

using testing::contains;
using testing::message_of;

TEST(KernelFromCsv, takes_commas_semicolons_and_blanks) {
  for (const char* text : {"1,2,1\n2,4,2\n", "1;2;1\r\n2;4;2", "1 2 1\n 2\t4  2 \n\n",
                           "# a blur\n1, 2, 1  # first\n\n2, 4, 2\n",
                           "\xEF\xBB\xBF"
                           "1,2,1\n2,4,2"}) {
    const Kernel kernel = kernel_from_csv(text);
    EXPECT_EQ(kernel.shape(), (std::vector<int64_t>{2, 3})) << text;
    EXPECT_EQ(kernel.integers(), (std::vector<int64_t>{1, 2, 1, 2, 4, 2})) << text;
  }
}

TEST(KernelFromCsv, leaves_fractions_real) {
  EXPECT_EQ(kernel_from_csv("0.25,0.5,2.5e-1").taps(), (std::vector<double>{0.25, 0.5, 0.25}));
}

TEST(KernelFromCsv, names_the_line_that_is_wrong) {
  const auto message = [](const char* text) {
    return message_of<FormatError>([&] { kernel_from_csv(text); });
  };
  EXPECT_TRUE(contains(message("1,2\n\n3,4,5\n"), "line 3: 3 numbers; expected 2"));
  EXPECT_TRUE(contains(message("1,2\n3,a\n"), "line 2: 'a'; expected a number"));
  EXPECT_TRUE(contains(message("1,,2\n"), "line 1: ''; expected a number"));
  EXPECT_TRUE(contains(message("1 2x\n"), "'2x'"));
  EXPECT_TRUE(contains(message(""), "no numbers"));
  EXPECT_TRUE(contains(message("# nothing\n\n"), "no numbers"));
}

TEST(KernelFromCsv, refuses_nan_as_a_tap) {
  EXPECT_THROW(kernel_from_csv("1,nan,1"), InvalidArgument);
}

}  // namespace
}  // namespace sepconv::kernels
