// Tests of src/base/aligned.cc: alignment and rounding up.
#include "base/aligned.h"

#include <gtest/gtest.h>

#include <cstring>

namespace sepconv {
namespace {

TEST(Aligned, round_up_gives_the_next_multiple) {
  EXPECT_EQ(round_up(0, 64), 0);
  EXPECT_EQ(round_up(1, 64), 64);
  EXPECT_EQ(round_up(64, 64), 64);
  EXPECT_EQ(round_up(65, 64), 128);
  EXPECT_EQ(round_up(7, 3), 9);
}

TEST(Aligned, memory_starts_on_a_cache_line_and_is_all_writable) {
  for (const size_t bytes : {1, 63, 64, 65, 1000, 1 << 20}) {
    const AlignedBytes memory = allocate_aligned(bytes);
    ASSERT_NE(memory, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.get()) % kAlignment, 0) << bytes;
    std::memset(memory.get(), 0xff, bytes);  // under ASan: a proof of the size
  }
}

}  // namespace
}  // namespace sepconv
