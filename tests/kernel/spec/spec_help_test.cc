// The help text of SPECs.
#include "kernel/kernel_testing.h"
#include "kernel/spec/kinds.h"

namespace sepconv {
namespace {

using testing::contains;

TEST(KernelSpecHelp, has_a_line_with_an_example_for_every_kind) {
  const std::string help = kernel_spec_help();
  for (const auto& kind : kernels::kernel_kinds()) {
    EXPECT_TRUE(contains(help, std::string(kind.example)));
    for (const auto& parameter : kind.parameters) {
      EXPECT_TRUE(contains(help, std::string(parameter.name)));
    }
  }
  EXPECT_TRUE(contains(help, "file:k.npy"));
  EXPECT_TRUE(contains(help, "\"1 2 1; 2 4 2; 1 2 1\"/16"));
}

}  // namespace
}  // namespace sepconv
