// Small integer kernels in 16 bits: vector code against plain sums, bit for bit, on every target.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "simd/strip.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

struct Factors {
  std::vector<double> column, row;
  int shift;
};

/// Factors of every form, with sums up to the edge of 16 bits, divisors and ties.
std::vector<Factors> factors() {
  return {
      {{1, 2, 1}, {-1, 0, 1}, 0},
      {{-1, 0, 1}, {3, 10, 3}, 0},
      {{1, 1, 1}, {2, 0, -2}, 1},
      {{1, 2, 1}, {1, 2, 1}, 4},
      {{2, 4, 2}, {1, 2, 1}, 5},
      {{1, 4, 6, 4, 1}, {1, 4, 6, 4, 1}, 8},
      {{1, 4, 6, 4, 1}, {1, 4, 6, 4, 1}, 0},
      {{1, 4, 6, 4, 1}, {-1, -2, 0, 2, 1}, 0},
      {{-1, 2, -1}, {1, 4, 6, 4, 1}, 3},
      {{-3, -5, -7, -2, -1}, {1, 2, 1}, 2},
      {{1, 2, 3}, {2, -1, 5, 0, 4}, 0},
      {{1, 0, -1}, {0, 1, 0}, 0},
  };
}

/// A strip of random bytes; borders replicate, so that rows hold nothing but the image.
struct SmallCase {
  SmallCase(const Factors& f, SampleType out_type, int channels, int64_t width)
      : factors(f),
        weights(*pack_small_weights(f.column, f.row, f.shift)),
        samples(width * channels) {
    std::mt19937 random(static_cast<uint32_t>(width * 10 + channels));
    weights.channels = channels;
    weights.anchor_samples = static_cast<int64_t>(f.row.size()) / 2 * channels;
    weights.out_type = out_type;
    pixels.resize((out_rows + f.column.size() + 3) * samples);
    for (uint8_t& p : pixels) p = random() % 3 == 0 ? random() % 2 * 255 : random() % 256;
  }

  uint8_t pixel(int64_t x, int64_t y) const {
    const int64_t c = weights.channels;
    const int64_t column = std::clamp<int64_t>(x < 0 ? -1 : x / c, 0, samples / c - 1);
    return pixels[y * samples + column * c + (x + 8 * c) % c];
  }

  template <class Out>
  std::vector<Out> run() {
    std::vector<const void*> rows;
    for (size_t j = 0; j < pixels.size(); j += samples) rows.push_back(&pixels[j]);
    const Segment segment{0, 0, samples};
    std::vector<EdgeCopy> edges;
    const int64_t c = weights.channels, halo = weights.anchor_samples;
    for (int64_t i = 0; i < halo; ++i) {
      edges.push_back({i - halo, i % c});
      edges.push_back({samples + i, samples - c + i % c});
    }
    Strip strip;
    strip.rows = rows.data();
    strip.segments = &segment;
    strip.segment_count = 1;
    strip.edges = edges.data();
    strip.edge_count = static_cast<int64_t>(edges.size());
    std::vector<Out> out(out_rows * samples);
    strip.out = out.data();
    strip.out_stride_bytes = samples * sizeof(Out);
    strip.out_rows = out_rows;
    strip.out_samples = samples;
    strip.streams = true;  // where rows lie alike
    strip.scratch_zero = 64;
    strip.scratch_stride = 64 + samples + 64 + kOverrun;
    std::vector<uint8_t> scratch(kSmallRows * strip.scratch_stride);
    strip.scratch = scratch.data();
    convolve_strip_small(strip, weights);
    return out;
  }

  template <class Out>
  std::vector<Out> expected() const {
    std::vector<Out> out;
    for (int64_t y = 0; y < out_rows; ++y) {
      for (int64_t x = 0; x < samples; ++x) {
        double sum = 0;
        for (size_t j = 0; j < factors.column.size(); ++j) {
          for (size_t i = 0; i < factors.row.size(); ++i) {
            const int64_t from = x - weights.anchor_samples + i * weights.channels;
            sum += factors.column[j] * factors.row[i] * pixel(from, y + j);
          }
        }
        const double level = std::nearbyint(std::ldexp(sum, -factors.shift));
        out.push_back(static_cast<Out>(std::clamp<double>(level, std::numeric_limits<Out>::min(),
                                                          std::numeric_limits<Out>::max())));
      }
    }
    return out;
  }

  Factors factors;
  SmallWeights weights;
  int64_t samples;
  const int64_t out_rows = 6;
  std::vector<uint8_t> pixels;
};

TEST(SmallIntegerKernel, every_target_gives_the_levels_of_plain_sums) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const Factors& f : factors()) {
      for (const int channels : {1, 2, 3, 4}) {
        for (const int64_t width : {1, 2, 5, 15, 16, 33, 64, 97, 200, 331}) {
          SmallCase bytes(f, SampleType::u8, channels, width);
          ASSERT_EQ(bytes.run<uint8_t>(), bytes.expected<uint8_t>())
              << target.name << ", taps " << f.column[0] << " " << f.row[0] << ", " << channels
              << " channels, width " << width;
          SmallCase words(f, SampleType::i16, channels, width);
          ASSERT_EQ(words.run<int16_t>(), words.expected<int16_t>())
              << target.name << ", taps " << f.column[0] << " " << f.row[0] << ", " << channels
              << " channels, width " << width;
        }
      }
    }
  }
  force_target(0);
}

}  // namespace
}  // namespace sepconv::simd
