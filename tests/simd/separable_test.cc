// The float and double engines: strips against sums in long double, for every sample type, over
// widths around vectors and blocks, on every target.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "simd/strip.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

template <class T>
std::vector<T> random_values(int64_t count, std::mt19937& random) {
  std::uniform_real_distribution<double> any(-1, 1);
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(any(random));
  return values;
}

template <class T>
void convolve(const Strip& strip, const Weights<T>& weights) {
  if constexpr (sizeof(T) == 4) convolve_strip_f32(strip, weights);
  if constexpr (sizeof(T) == 8) convolve_strip_f64(strip, weights);
}

template <class T>
constexpr SampleType kType = sizeof(T) == 4 ? SampleType::f32 : SampleType::f64;

struct Shape {
  int64_t terms, column_taps, row_taps, width;
  int channels;
  bool is_direct;
};

/// A strip without borders; the rows hold all columns that the taps reach.
template <class T>
struct SumCase {
  explicit SumCase(const Shape& shape_in) : shape(shape_in) {
    std::mt19937 random(static_cast<uint32_t>(shape.row_taps * 100 + shape.width));
    weights.channels = shape.channels;
    weights.in_type = weights.out_type = kType<T>;
    weights.epilogue = {T{0.5}, T{2}, T{3}, T{0.25}};
    if (shape.is_direct) {
      weights.direct = {random_values<T>(shape.terms * shape.row_taps, random), shape.terms,
                        shape.row_taps};
      weights.terms = {{{1}, {}, 0}};
    }
    for (int64_t s = 0; !shape.is_direct && s < shape.terms; ++s) {
      Term<T> term;
      term.column = random_values<T>(shape.column_taps, random);
      term.row = pack_row_taps(random_values<T>(shape.row_taps, random), shape.channels);
      weights.terms.push_back(term);
    }
    samples = shape.width * shape.channels;
    stride = samples + (shape.row_taps - 1) * shape.channels;
    const int64_t rows = out_rows + height() + 10;
    in = random_values<T>(rows * stride, random);
    for (int64_t j = 0; j < rows; ++j) row_pointers.push_back(&in[j * stride]);
  }

  int64_t height() const { return shape.is_direct ? shape.terms : shape.column_taps; }

  std::vector<T> run() const {
    const Segment segment{0, 0, stride};
    Strip strip;
    strip.rows = row_pointers.data();
    strip.segments = &segment;
    strip.segment_count = 1;
    std::vector<T> out(out_rows * samples);
    strip.out = out.data();
    strip.out_stride_bytes = samples * sizeof(T);
    strip.out_rows = out_rows;
    strip.out_samples = samples;
    strip.scratch_zero = 16;  // short rows look one vector back
    strip.scratch_stride = strip.scratch_zero + stride + kOverrun;
    std::vector<T> scratch(scratch_rows(weights) * strip.scratch_stride);
    strip.scratch = scratch.data();
    convolve(strip, weights);
    return out;
  }

  long double expected(int64_t x, int64_t y) const {
    long double sum = 0.5L;
    for (int64_t s = 0; s < shape.terms; ++s) {
      for (int64_t i = 0; i < shape.row_taps; ++i) {
        const int64_t column = x + i * shape.channels;
        if (shape.is_direct) {
          const long double tap = weights.direct.taps[s * shape.row_taps + i];
          sum += tap * in[(y + s) * stride + column];
          continue;
        }
        const Term<T>& term = weights.terms[s];
        const long double tap = term.row.in_order[i];
        for (int64_t j = 0; j < shape.column_taps; ++j) {
          sum += tap * term.column[j] * in[(y + j) * stride + column];
        }
      }
    }
    return sum / 2 * 3 + 0.25L;
  }

  void expect_close(const std::string& label) const {
    const std::vector<T> out = run();
    const double unit = sizeof(T) == 4 ? 0x1p-24 : 0x1p-53;
    const double bound = unit * 8 * shape.terms * height() * shape.row_taps + 8 * unit;
    for (int64_t i = 0; i < out_rows * samples; ++i) {
      ASSERT_NEAR(out[i], static_cast<double>(expected(i % samples, i / samples)), bound)
          << label << ": " << shape.terms << " terms, " << shape.column_taps << " x "
          << shape.row_taps << " taps, width " << shape.width << ", " << shape.channels
          << " channels, sample " << i;
    }
  }

  Shape shape;
  Weights<T> weights;
  int64_t samples = 0, stride = 0;
  const int64_t out_rows = 5;
  std::vector<T> in;
  std::vector<const void*> row_pointers;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const int64_t width : {1, 3, 8, 15, 16, 31, 64, 65, 130}) {
    for (const int64_t row_taps : {1, 2, 3, 5, 7, 9, 11, 35}) {
      for (const int channels : {1, 2, 3, 4}) {
        all.push_back({1, 1 + row_taps % 6, row_taps, width, channels, false});
        all.push_back({3, 4, row_taps, width, channels, false});
        all.push_back({1 + row_taps % 7, 0, row_taps, width, channels, true});
        all.push_back({row_taps, 0, row_taps, width, channels, true});
      }
    }
  }
  return all;
}

TEST(SeparableEngine, every_target_agrees_with_long_double_sums) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    for (const Shape& shape : shapes()) {
      SumCase<float>(shape).expect_close(target.name + " f32");
      SumCase<double>(shape).expect_close(target.name + " f64");
      if (HasFatalFailure()) break;
    }
  }
  force_target(0);
}

}  // namespace
}  // namespace sepconv::simd
