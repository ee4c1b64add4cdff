// Tests of src/base/context.cc: thread counts and scratch memory.
#include "sepconv/context.h"

#include <gtest/gtest.h>

#include <cstring>
#include <type_traits>
#include <utility>

#include "base/aligned.h"
#include "sepconv/error.h"

namespace sepconv {
namespace {

TEST(Context, has_one_thread_unless_asked) {
  EXPECT_EQ(Context().threads(), 1);
  EXPECT_EQ(Context(7).threads(), 7);
}

TEST(Context, refuses_thread_counts_out_of_range) {
  EXPECT_THROW(Context(0), InvalidArgument);
  EXPECT_THROW(Context(-1), InvalidArgument);
  EXPECT_THROW(Context(1025), InvalidArgument);
  EXPECT_NO_THROW(Context(1024));
}

TEST(Context, scratch_is_aligned_and_kept_while_large_enough) {
  Context context;
  std::byte* const first = context.scratch(0, 1000);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % kAlignment, 0);
  EXPECT_EQ(context.scratch(0, 10), first);
  EXPECT_EQ(context.scratch(0, 1000), first);
}

TEST(Context, scratch_grows_when_more_is_asked) {
  Context context;
  context.scratch(0, 10);
  std::memset(context.scratch(0, 1 << 20), 1, 1 << 20);  // under ASan: a proof of the size
}

TEST(Context, workers_have_scratch_of_their_own) {
  Context context(2);
  EXPECT_NE(context.scratch(0, 64), context.scratch(1, 64));
}

TEST(Context, moves_with_its_scratch_but_does_not_copy) {
  static_assert(!std::is_copy_constructible_v<Context>);
  Context from(3);
  std::byte* const scratch = from.scratch(2, 100);
  Context to = std::move(from);
  EXPECT_EQ(to.threads(), 3);
  EXPECT_EQ(to.scratch(2, 100), scratch);
}

}  // namespace
}  // namespace sepconv
