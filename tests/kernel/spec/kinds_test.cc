// The table of named kernels: every entry is true of itself.
#include "kernel/spec/kinds.h"

#include <set>

#include "kernel/kernel_testing.h"

namespace sepconv::kernels {
namespace {

TEST(KernelKinds, have_examples_that_are_kernels_of_their_own_name) {
  for (const KernelKind& kind : kernel_kinds()) {
    EXPECT_TRUE(kind.example.starts_with(kind.name));
    EXPECT_GE(parse_kernel(kind.example).tap_count(), 1) << kind.example;
  }
}

TEST(KernelKinds, have_names_once) {
  std::set<std::string_view> names;
  for (const KernelKind& kind : kernel_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    std::set<std::string_view> parameters;
    for (const Parameter& parameter : kind.parameters) {
      EXPECT_TRUE(parameters.insert(parameter.name).second) << kind.name << parameter.name;
    }
  }
}

TEST(Values, tell_what_was_left_out) {
  Values values;
  values.set("size", {7, 3});
  EXPECT_TRUE(values.has("size"));
  EXPECT_FALSE(values.has("sigma"));
  EXPECT_EQ(values.whole("size"), 7);
  EXPECT_EQ(values.whole_y("size"), 3);
}

}  // namespace
}  // namespace sepconv::kernels
