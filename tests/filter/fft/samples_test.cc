// Rows of tiles: borders, types and values that stop a transform on the way in, rounding on the way
// out.
#include "filter/fft/samples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "filter/border.h"

namespace sepconv {
namespace {

TEST(ReadRow, takes_one_channel_centred_with_what_stands_in_beyond_the_edges) {
  const uint8_t row[] = {10, 11, 20, 21, 30, 31};  // three pixels of two channels
  const TileColumns columns{-1, 1, 4, {{0, kNoSample}, {4, 1}}};
  double line[10];
  std::fill_n(line, 10, -7);
  EXPECT_TRUE(read_row({row + 1, SampleType::u8, 2, 200, 128, 1e300}, columns, line));
  EXPECT_EQ(line[0], 200 - 128);
  EXPECT_EQ(line[2], 11 - 128);
  EXPECT_EQ(line[4], 21 - 128);
  EXPECT_EQ(line[6], 31 - 128);
  EXPECT_EQ(line[8], 21 - 128);
  EXPECT_EQ(line[1], -7);  // the other plane
}

TEST(ReadRow, a_row_beyond_a_constant_border_is_the_constant) {
  const TileColumns columns{-1, 1, 4, {{0, kNoSample}, {4, 1}}};
  double line[10];
  EXPECT_TRUE(read_row({nullptr, SampleType::f32, 2, 0.5, 0, 1e300}, columns, line));
  for (int i = 0; i < 10; i += 2) EXPECT_EQ(line[i], 0.5);
}

TEST(ReadRow, tells_of_samples_that_a_transform_would_spread) {
  const TileColumns columns{0, 0, 2, {{2, 0}}};
  double line[6];
  const double largest = std::numeric_limits<float>::max();
  for (const float bad : {std::nanf(""), INFINITY, -INFINITY}) {
    const float first[] = {bad, 1}, second[] = {1, bad}, good[] = {1, 2};
    EXPECT_FALSE(read_row({first, SampleType::f32, 1, 0, 0, largest}, columns, line));
    EXPECT_FALSE(read_row({second, SampleType::f32, 1, 0, 0, largest}, columns, line));
    EXPECT_TRUE(read_row({good, SampleType::f32, 1, 0, 0, largest}, columns, line));
  }
  const double huge[] = {1, 1e300};
  EXPECT_FALSE(read_row({huge, SampleType::f64, 1, 0, 0, 1e290}, columns, line));
}

template <class T>
std::vector<T> written(const std::vector<double>& sums, const RowFinish& finish) {
  std::vector<double> line(2 * sums.size(), 99.0);
  for (size_t i = 0; i < sums.size(); ++i) line[2 * i] = sums[i];
  std::vector<T> out(2 * sums.size(), T{7});
  write_row(line.data(), finish,
            {out.data(), sample_type_of<T>, 2, static_cast<int64_t>(sums.size())}, {}, {});
  std::vector<T> samples;
  for (size_t i = 0; i < out.size(); ++i) {
    if (i % 2 == 0)
      samples.push_back(out[i]);
    else
      EXPECT_EQ(out[i], T{7});  // the other channel
  }
  return samples;
}

TEST(WriteRow, rounds_to_nearest_even_and_clamps) {
  EXPECT_EQ(written<uint8_t>({0.5, 1.5, 2.5, -3, 255.5, 1e9}, {}),
            (std::vector<uint8_t>{0, 2, 2, 0, 255, 255}));
  EXPECT_EQ(written<int32_t>({-2.5, -1e10, 1e10}, {}),
            (std::vector<int32_t>{-2, std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max()}));
  EXPECT_EQ(written<float>({0.1}, {}), (std::vector<float>{0.1f}));
}

TEST(WriteRow, finishes_sums_and_makes_exact_ones_whole_first) {
  const Finish finish{10, 4, 0.5, 1};
  EXPECT_EQ(written<double>({2.3}, {finish}), (std::vector<double>{12.3 / 4 * 0.5 + 1}));
  EXPECT_EQ(written<double>({2.3}, {finish, true}), (std::vector<double>{2.5}));
}

}  // namespace
}  // namespace sepconv
