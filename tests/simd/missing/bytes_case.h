// What the tests of masked bytes share: plans of u8 held against both sums in double.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "filter/border.h"
#include "sepconv/array.h"
#include "simd/target.h"

namespace sepconv::simd {

constexpr auto kU8 = SampleType::u8;

inline std::vector<double> gaussian_taps(int radius, double sigma) {
  std::vector<double> taps;
  for (int i = -radius; i <= radius; ++i) taps.push_back(std::exp(-i * i / (2 * sigma * sigma)));
  double sum = 0;
  for (const double tap : taps) sum += tap;
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// An image of bytes with its mask and a factor for both axes, or one for each.
struct BytesCase {
  int64_t height, width, channels;
  std::vector<double> taps;
  Border border = Border::reflect101;
  ArrayOptions options = {.missing = Missing::masked};
  std::vector<uint8_t> in = {}, mask = {};
  std::vector<double> along_rows = {};  // empty: as taps

  std::vector<int64_t> shape() const { return {height, width, channels}; }

  const std::vector<double>& row_taps() const { return along_rows.empty() ? taps : along_rows; }

  ArrayPlan plan() const {
    std::vector<AxisFilter> filters;
    filters.push_back({0, taps, -1, border, 200});
    filters.push_back({1, row_taps(), -1, border, 200});
    if (border != Border::constant) filters[0].border_value = filters[1].border_value = 0;
    return ArrayPlan(shape(), kU8, kU8, filters, options);
  }

  /// Noise of extremes; samples where is_valid(y, x, random) is false are missing.
  void fill(const std::function<bool(int64_t, int64_t, std::mt19937&)>& is_valid) {
    std::mt19937 random(3);
    for (int64_t i = 0; i < height * width * channels; ++i) {
      const int64_t x = i / channels % width, y = i / channels / width;
      in.push_back(static_cast<uint8_t>(random() % 3 == 0 ? random() : random() % 2 * 255));
      mask.push_back(is_valid(y, x, random) ? 1 + random() % 255 : 0);
    }
  }

  std::vector<uint8_t> run() const {
    std::vector<uint8_t> out(in.size());
    plan().run(ConstArrayRef::packed(in.data(), kU8, shape()),
               ConstArrayRef::packed(mask.data(), kU8, shape()),
               ArrayRef::packed(out.data(), kU8, shape()));
    return out;
  }

  /// Weighted sums of values and of weights along the columns, then along the rows.
  struct Sums {
    double values = 0, weights = 0;
  };
  Sums beyond() const { return border == Border::constant ? Sums{200, 1} : Sums{}; }
  Sums column(int64_t y, int64_t x, int64_t c) const {
    Sums sums;
    for (size_t j = 0; j < taps.size(); ++j) {
      const int64_t row = border_index(y + j - taps.size() / 2, height, border);
      const int64_t at = (row * width + x) * channels + c;
      Sums one = beyond();
      if (row != kNoSample) one = mask[at] != 0 ? Sums{double(in[at]), 1} : Sums{};
      sums.values += taps[j] * one.values;
      sums.weights += taps[j] * one.weights;
    }
    return sums;
  }

  /// Checks every output.
  void check() const {
    const std::vector<uint8_t> out = run();
    const double bound = plan().error_bound() + 1e-9;  // sums of the check are rounded, too
    ASSERT_LT(bound, 1.05);
    std::vector<Sums> row(width);
    for (int64_t i = 0; i < height * channels; ++i) {
      const int64_t y = i / channels, c = i % channels;
      for (int64_t x = 0; x < width; ++x) row[x] = column(y, x, c);
      for (int64_t x = 0; x < width; ++x) {
        Sums sums;
        const std::vector<double>& along = row_taps();
        for (size_t j = 0; j < along.size(); ++j) {
          const int64_t from = border_index(x + j - along.size() / 2, width, border);
          const Sums one = from == kNoSample ? beyond() : row[from];
          sums.values += along[j] * one.values;
          sums.weights += along[j] * one.weights;
        }
        const bool is_filled = sums.weights < std::max(options.min_weight, 1e-12);
        if (std::abs(sums.weights - options.min_weight) < 1e-5 && sums.weights > 0) continue;
        const double exact = is_filled ? options.fill.value_or(0) : sums.values / sums.weights;
        ASSERT_NEAR(out[(y * width + x) * channels + c], exact, is_filled ? 0 : bound)
            << "at " << x << ", " << y << ", " << c << ", share " << sums.weights;
      }
    }
  }
};

using IsValid = std::function<bool(int64_t, int64_t, std::mt19937&)>;

inline IsValid random_holes(int percent) {
  return [percent](int64_t, int64_t, std::mt19937& random) {
    return static_cast<int>(random() % 100) >= percent;
  };
}

/// A disc of missing samples: its inside sees tails alone, or nothing.
inline bool is_off_disc(int64_t y, int64_t x, std::mt19937&) {
  return std::hypot(y - 40.0, x - 120.0) > 35;
}

inline void on_every_target(const std::function<void()>& check) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    SCOPED_TRACE(target.name);
    if (!::testing::Test::HasFailure()) check();
  }
  force_target(0);
}

}  // namespace sepconv::simd
