// The engines of data with gaps: strips against both sums in long double, for every sample type,
// with weights as bytes and as sums, taps and windows, over widths around vectors, on every target.
#include "simd/missing/missing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "simd/target.h"

namespace sepconv::simd {
namespace {

void convolve(const MissingStrip& strip, const MissingWeights<float>& weights) {
  convolve_missing_f32(strip, weights);
}
void convolve(const MissingStrip& strip, const MissingWeights<double>& weights) {
  convolve_missing_f64(strip, weights);
}

struct Shape {
  int64_t column_taps, row_taps, width;
  int channels;
  bool has_windows = false;
};

/// A strip without borders, sums of type T from samples of type In, their weights of type Share;
/// the rows hold all columns that the taps reach. Of every 40 rows the last 13 are all missing, and
/// the 13 before them are whole.
template <class T, class In, class Share>
struct GapCase {
  explicit GapCase(const Shape& shape_in) : shape(shape_in) {
    weights.values.channels = shape.channels;
    weights.values.in_type = sample_type_of<In>;
    weights.values.out_type = sample_type_of<T>;
    const std::vector<T> row = taps(shape.row_taps);
    weights.values.terms = {{taps(shape.column_taps), pack_row_taps(row, shape.channels), T{0}}};
    if (shape.has_windows) weights.values.windows = {shape.column_taps, shape.row_taps, T{0.5}};
    weights.weights = weights.values;
    weights.weights.in_type = sample_type_of<Share>;
    weights.finish = {T{3}, T{0.25}, T{1e-6}, T{-7}, false, SampleType::f64};
    if (sizeof(T) == 4) weights.finish.out_type = SampleType::f32;
    samples = shape.width * shape.channels;
    stride = samples + (shape.row_taps - 1) * shape.channels;
    whole.assign(stride, Share{1});
    empty.assign(stride, Share{0});
    const int64_t rows = out_rows + shape.column_taps + 10;
    for (int64_t i = 0; i < rows * stride; ++i) add_sample(i);
    for (int64_t j = 0; j < rows; ++j) {
      row_pointers.push_back(&in[j * stride]);
      weight_pointers.push_back(is_whole(j)   ? whole.data()
                                : is_empty(j) ? empty.data()
                                              : &shares[j * stride]);
    }
  }

  std::vector<T> taps(int64_t count) {
    std::vector<T> taps(count, T{1});
    if (shape.has_windows) return taps;
    for (T& tap : taps) tap = std::uniform_real_distribution<T>(0, 1)(random);
    return taps;
  }

  static bool is_whole(int64_t row) { return 14 <= row % 40 && row % 40 < 27; }
  static bool is_empty(int64_t row) { return row % 40 >= 27; }

  void add_sample(int64_t i) {
    const int64_t row = i / stride;
    const bool is_valid = is_whole(row) || (random() % 3 != 0 && !is_empty(row));
    const In value = static_cast<In>(random() % 100);
    in.push_back(is_valid ? value : static_cast<In>(centre_of(sample_type_of<In>)));
    shares.push_back(is_valid ? 1 : 0);
  }

  std::vector<T> run(bool knows_rows) const {
    const Segment segment{0, 0, stride};
    std::vector<T> out(out_rows * samples);
    MissingStrip missing{{}, weight_pointers.data()};
    if (knows_rows) missing.whole = whole.data(), missing.empty = empty.data();
    Strip& strip = missing.strip;
    strip.first_row = -3;
    strip.rows = row_pointers.data();
    strip.segments = &segment;
    strip.segment_count = 1;
    strip.out = out.data();
    strip.out_stride_bytes = samples * sizeof(T);
    strip.out_rows = out_rows;
    strip.out_samples = samples;
    strip.scratch_zero = 16;  // short rows look one vector back
    strip.scratch_stride = (strip.scratch_zero + stride + kOverrun + 15) / 16 * 16;
    std::vector<T> scratch(scratch_rows(weights) * strip.scratch_stride + 64 / sizeof(T));
    const auto at = reinterpret_cast<uintptr_t>(scratch.data());
    strip.scratch = scratch.data() + (64 - at % 64) / sizeof(T);
    convolve(missing, weights);
    return out;
  }

  long double exact(int64_t y, int64_t x) const {
    const Term<T>& term = weights.values.terms[0];
    const long double centre = std::is_same_v<In, uint16_t> ? 32768 : 0;
    long double value = 0, weight = 0;
    for (int64_t j = 0; j < shape.column_taps; ++j) {
      for (int64_t i = 0; i < shape.row_taps; ++i) {
        const int64_t at = (y + j) * stride + x + i * shape.channels;
        const long double w = static_cast<long double>(term.column[j]) * term.row.in_order[i];
        if (shares[at] != 0) value += w * (in[at] - centre), weight += w;
      }
    }
    return weight == 0 ? -7 : value / weight * 3 + 0.25;
  }

  Shape shape;
  std::mt19937 random{5};
  MissingWeights<T> weights;
  int64_t out_rows = 42, samples = 0, stride = 0;
  std::vector<In> in;
  std::vector<Share> shares, whole, empty;
  std::vector<const void*> row_pointers, weight_pointers;
};

template <class T, class In, class Share = uint8_t>
void check(const Shape& shape) {
  const GapCase<T, In, Share> gaps(shape);
  const std::vector<T> out = gaps.run(true);
  EXPECT_EQ(out, gaps.run(false));
  const double unit = std::numeric_limits<T>::epsilon() * 3 * (sizeof(In) == 2 ? 32768 : 100);
  const double bound = unit * static_cast<double>(shape.column_taps + shape.row_taps + 4);
  for (int64_t y = 0; y < gaps.out_rows; ++y) {
    for (int64_t x = 0; x < gaps.samples; ++x) {
      ASSERT_NEAR(out[y * gaps.samples + x], static_cast<double>(gaps.exact(y, x)), bound)
          << name(sample_type_of<In>) << ", " << shape.column_taps << " x " << shape.row_taps
          << " taps, width " << shape.width << ", at " << x << ", " << y;
    }
  }
}

template <class T>
void check_all(const Shape& shape) {
  check<T, uint8_t>(shape);
  check<T, uint16_t>(shape);
  check<T, int16_t>(shape);
  check<T, float>(shape);
  check<T, T, T>(shape);
}

TEST(MissingStrip, is_the_quotient_of_both_sums_on_every_target) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    SCOPED_TRACE(target.name);
    for (const auto& [down, across] :
         {std::pair{1, 1}, {2, 5}, {3, 3}, {4, 9}, {9, 31}, {11, 10}}) {
      const bool has_windows = down == 11;
      for (const int64_t width : {1, 3, 8, 9, 33, 150}) {
        for (const int channels : {1, 3}) {
          const Shape shape{down, across, width, channels, has_windows};
          check_all<float>(shape);
          check_all<double>(shape);
          check<double, int32_t>(shape);
          check<double, double>(shape);
          if (::testing::Test::HasFailure()) return force_target(0);
        }
      }
    }
  }
  force_target(0);
}

}  // namespace
}  // namespace sepconv::simd
