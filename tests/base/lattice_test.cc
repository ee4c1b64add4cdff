// Lattices of samples held against the addresses that they name, one by one.
#include "base/lattice.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sepconv {
namespace {

// The bytes of all samples; in repeated, those that two samples hold.
std::set<uintptr_t> bytes_of(const SampleLattice& lattice, bool* repeated) {
  std::vector<uintptr_t> starts = {lattice.first};
  for (int a = 0; a < lattice.axes; ++a) {
    std::vector<uintptr_t> more;
    for (const uintptr_t start : starts) {
      for (int64_t i = 0; i < lattice.axis[a].size; ++i) {
        more.push_back(start + i * lattice.axis[a].stride_bytes);
      }
    }
    starts = more;
  }
  std::set<uintptr_t> bytes;
  *repeated = false;
  for (const uintptr_t start : starts) {
    for (int64_t i = 0; i < lattice.sample_bytes; ++i) {
      *repeated |= !bytes.insert(start + i).second;
    }
  }
  return bytes;
}

TEST(SampleLattice, never_calls_samples_apart_or_distinct_that_share_bytes) {
  std::mt19937 random(17);
  const auto up_to = [&](int64_t most) { return static_cast<int64_t>(random() % (most + 1)); };
  constexpr SampleType kSome[] = {SampleType::u8, SampleType::u16, SampleType::f32};
  int apart = 0, distinct = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    SampleLattice lattices[2];
    std::set<uintptr_t> bytes[2];
    for (int i = 0; i < 2; ++i) {
      const int64_t at = (1000 + up_to(60)) * 4;
      ConstImageRef image(reinterpret_cast<const void*>(at), kSome[up_to(2)],
                          {1 + up_to(3), 1 + up_to(3), 1 + static_cast<int>(up_to(2))},
                          up_to(40) - 20);
      image.pixel_stride = up_to(16) - 8;
      image.channel_stride = up_to(8) - 4;
      lattices[i] = lattice_of(image);
      bool repeated = false;
      bytes[i] = bytes_of(lattices[i], &repeated);
      if (!has_distinct_samples(lattices[i])) continue;
      ++distinct;
      ASSERT_FALSE(repeated) << "trial " << trial;
    }
    if (!are_apart(lattices[0], lattices[1])) continue;
    ++apart;
    for (const uintptr_t byte : bytes[0]) ASSERT_EQ(bytes[1].count(byte), 0u) << "trial " << trial;
  }
  EXPECT_GT(apart, 1000);
  EXPECT_GT(distinct, 1000);
}

TEST(SampleLattice, halves_of_rows_and_channels_of_pixels_are_apart) {
  std::vector<uint8_t> memory(40 * 20);
  const auto part = [&](int64_t first, ImageShape shape, int64_t pixel_stride) {
    ConstImageRef image(memory.data() + first, SampleType::u8, shape, 40);
    image.pixel_stride = pixel_stride;
    return lattice_of(image);
  };
  const SampleLattice left = part(0, {20, 20, 1}, 1);
  EXPECT_TRUE(are_apart(left, part(20, {20, 20, 1}, 1)));
  EXPECT_FALSE(are_apart(left, part(19, {20, 20, 1}, 1)));
  const SampleLattice even = part(0, {20, 20, 1}, 2);
  EXPECT_TRUE(are_apart(even, part(1, {20, 20, 1}, 2)));
  EXPECT_FALSE(are_apart(even, part(2, {19, 20, 1}, 2)));
  EXPECT_TRUE(has_distinct_samples(even));
  EXPECT_FALSE(has_distinct_samples(part(0, {20, 20, 2}, 1)));
}

}  // namespace
}  // namespace sepconv
