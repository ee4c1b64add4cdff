// The u8 engine: vector code against the one-sample definition, bit for bit, on every target.
#include <gtest/gtest.h>

#include <random>

#include "filter/choose/arithmetic.h"
#include "simd/fixed/sample.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

std::vector<double> random_taps(int64_t count, std::mt19937& random) {
  std::uniform_real_distribution<double> any(0.1, 1);
  std::vector<double> taps(count);
  for (double& tap : taps) tap = any(random);
  return taps;
}

/// A strip of random bytes without borders: the rows hold all columns that the taps reach.
struct FixedCase {
  FixedCase(int64_t column_taps, int64_t row_taps, int channels, bool in_pairs, int64_t width) {
    std::mt19937 random(static_cast<uint32_t>(column_taps * 1000 + row_taps * 10 + channels));
    weights.column =
        factor(random_taps(column_taps, random), in_pairs && column_taps >= kRowsTogether - 1);
    weights.row = factor(random_taps(row_taps, random), in_pairs || row_taps > kMaxRoundedRowTaps);
    weights.channels = channels;
    samples = width * channels;
    reach = (row_taps - 1) * channels;
    const int64_t rows = out_rows + column_taps + 3;
    pixels.resize(rows * (samples + reach));
    for (uint8_t& p : pixels) p = static_cast<uint8_t>(random());
    for (int64_t j = 0; j < rows; ++j) row_pointers.push_back(&pixels[j * (samples + reach)]);
  }

  static FixedFactor factor(const std::vector<double>& taps, bool in_pairs) {
    const int bits = in_pairs && taps.size() > 3 ? 16 : 15;
    return pack_fixed_factor(quantise_taps(taps, bits), bits, in_pairs);
  }

  std::vector<uint8_t> run(bool streams = false) {
    const Segment segment{0, 0, samples + reach};
    Strip strip;
    strip.rows = row_pointers.data();
    strip.segments = &segment;
    strip.segment_count = 1;
    std::vector<uint8_t> out(out_rows * samples);
    strip.out = out.data();
    strip.out_stride_bytes = samples;
    strip.out_rows = out_rows;
    strip.out_samples = samples;
    strip.streams = streams;
    strip.scratch_stride = samples + reach + kOverrun;
    std::vector<int16_t> scratch(kRowsTogether * strip.scratch_stride);
    strip.scratch = scratch.data();
    convolve_strip_u8(strip, weights);
    return out;
  }

  std::vector<uint8_t> expected() const {
    std::vector<uint8_t> out;
    std::vector<int16_t> sums(samples + reach);
    const auto* rows = reinterpret_cast<const uint8_t* const*>(row_pointers.data());
    const FixedColumnPass columns{rows, weights.column, nullptr, 0};
    for (int64_t y = 0; y < out_rows; ++y) {
      for (int64_t x = 0; x < samples + reach; ++x) sums[x] = fixed_column_sample(columns, y, x);
      const FixedRowPass row{weights, sums.data()};
      for (int64_t x = 0; x < samples; ++x) out.push_back(fixed_row_sample(row, x));
    }
    return out;
  }

  FixedWeights weights;
  int64_t samples = 0, reach = 0;
  const int64_t out_rows = 6;
  std::vector<uint8_t> pixels;
  std::vector<const void*> row_pointers;
};

TEST(FixedEngine, every_target_gives_the_bits_of_the_definition) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const int64_t column_taps : {2, 3, 5, 8, 31}) {
      for (const int64_t row_taps : {2, 3, 4, 5, 6, 7, 8, 9, 12, 40}) {
        for (const int channels : {1, 3, 4}) {
          for (const bool in_pairs : {false, true}) {
            for (const int64_t width : {1, 7, 33, 64, 131}) {
              FixedCase c(column_taps, row_taps, channels, in_pairs, width);
              const std::vector<uint8_t> expected = c.expected();
              for (const bool streams : {false, true}) {
                ASSERT_EQ(c.run(streams), expected)
                    << target.name << ", " << column_taps << " x " << row_taps << " taps, "
                    << channels << " channels, pairs " << in_pairs << ", width " << width
                    << (streams ? ", past the caches" : "");
              }
            }
          }
        }
      }
    }
  }
  force_target(0);
}

// 255 everywhere is the largest sum there is: nothing may wrap around.
TEST(FixedEngine, does_not_overflow_at_its_longest_factors) {
  for (const bool in_pairs : {false, true}) {
    FixedCase c(in_pairs ? 255 : 31, in_pairs ? 255 : kMaxRoundedRowTaps, 1, in_pairs, 70);
    for (const uint8_t level : {0, 255}) {
      std::fill(c.pixels.begin(), c.pixels.end(), level);
      for (const uint8_t out : c.run()) ASSERT_EQ(out, level);
    }
  }
}

TEST(MultiplyFraction, rounds_halves_up) {
  EXPECT_EQ(multiply_fraction(1, 1 << 14), 1);
  EXPECT_EQ(multiply_fraction(-1, 1 << 14), 0);
  EXPECT_EQ(multiply_fraction(-32768, 32767), -32767);
}

}  // namespace
}  // namespace sepconv::simd
