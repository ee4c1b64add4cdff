// Masked bytes in integers: plans of u8 against both sums in double on every target, where outputs
// see nearly all of the weights, a tail of a Gaussian alone, or nothing; the same bits for every
// target, strip and number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>

#include "filter/border.h"
#include "sepconv/array.h"
#include "simd/target.h"

namespace sepconv::simd {
namespace {

constexpr auto kU8 = SampleType::u8;

std::vector<double> gaussian_taps(int radius, double sigma) {
  std::vector<double> taps;
  for (int i = -radius; i <= radius; ++i) taps.push_back(std::exp(-i * i / (2 * sigma * sigma)));
  double sum = 0;
  for (const double tap : taps) sum += tap;
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// An image of bytes with its mask and a factor for both axes.
struct BytesCase {
  int64_t height, width, channels;
  std::vector<double> taps;
  Border border = Border::reflect101;
  ArrayOptions options = {.missing = Missing::masked};
  std::vector<uint8_t> in = {}, mask = {};

  std::vector<int64_t> shape() const { return {height, width, channels}; }

  ArrayPlan plan() const {
    std::vector<AxisFilter> filters;
    for (const int axis : {0, 1}) filters.push_back({axis, taps, -1, border, 200});
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
    const double bound = plan().error_bound();
    ASSERT_LT(bound, 0.95);
    std::vector<Sums> row(width);
    for (int64_t i = 0; i < height * channels; ++i) {
      const int64_t y = i / channels, c = i % channels;
      for (int64_t x = 0; x < width; ++x) row[x] = column(y, x, c);
      for (int64_t x = 0; x < width; ++x) {
        Sums sums;
        for (size_t j = 0; j < taps.size(); ++j) {
          const int64_t from = border_index(x + j - taps.size() / 2, width, border);
          const Sums one = from == kNoSample ? beyond() : row[from];
          sums.values += taps[j] * one.values;
          sums.weights += taps[j] * one.weights;
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

IsValid random_holes(int percent) {
  return [percent](int64_t, int64_t, std::mt19937& random) {
    return static_cast<int>(random() % 100) >= percent;
  };
}

/// A disc of missing samples: its inside sees tails alone, or nothing.
bool is_off_disc(int64_t y, int64_t x, std::mt19937&) {
  return std::hypot(y - 40.0, x - 120.0) > 35;
}

void on_every_target(const std::function<void()>& check) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    SCOPED_TRACE(target.name);
    if (!::testing::Test::HasFailure()) check();
  }
  force_target(0);
}

TEST(MissingBytes, are_used_for_even_taps_of_bytes) {
  BytesCase c{20, 30, 1, gaussian_taps(4, 1.5)};
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "int16");
  c.options.offset = 1;
  EXPECT_EQ(c.plan().explain().methods.at(0).arithmetic, "f32");
  const BytesCase wide{200, 300, 1, gaussian_taps(50, 50 / 3.0)};
  EXPECT_EQ(wide.plan().explain().methods.at(0).arithmetic, "int16");
  const BytesCase peaked{20, 30, 1, gaussian_taps(4, 0.4)};
  EXPECT_EQ(peaked.plan().explain().methods.at(0).arithmetic, "f32");
}

TEST(MissingBytes, stay_within_their_bound_on_every_target) {
  on_every_target([] {
    for (const auto& [radius, sigma] : {std::pair{2, 1.5}, {4, 1.4}, {7, 3.0}, {15, 5.0}}) {
      for (const int64_t channels : {1, 3}) {
        for (const IsValid& is_valid :
             {random_holes(1), random_holes(50), random_holes(97), IsValid(is_off_disc)}) {
          BytesCase c{83, 260, channels, gaussian_taps(radius, sigma)};
          c.fill(is_valid);
          c.check();
        }
      }
    }
  });
}

TEST(MissingBytes, keep_the_borders_of_images_of_any_width) {
  on_every_target([] {
    for (const Border border : {Border::zero, Border::constant, Border::replicate,
                                Border::symmetric, Border::reflect101, Border::wrap}) {
      for (const int64_t width : {1, 5, 40, 150}) {
        BytesCase c{13, width, 1, gaussian_taps(9, 3.3), border};
        c.options.min_weight = 0.05;
        c.options.fill = 7;
        c.fill(random_holes(80));
        c.check();
      }
    }
  });
}

TEST(MissingBytes, have_the_same_bits_on_every_target_and_in_every_strip) {
  for (const int radius : {4, 15, 40}) {
    BytesCase c{150, 2500, 1, gaussian_taps(radius, radius / 2.7)};
    c.fill([](int64_t y, int64_t x, std::mt19937& random) {
      return x % 700 > 400 ? std::hypot(y - 75.0, x % 700 - 550.0) > 60 : random() % 4 == 0;
    });
    const std::vector<uint8_t> best = c.run();
    on_every_target([&] { EXPECT_EQ(c.run(), best); });
    c.options.threads = 3;
    EXPECT_EQ(c.run(), best);
    BytesCase part{150, 900, 1, c.taps};
    for (int64_t i = 0; i < 150 * 900; ++i) {
      const int64_t at = i / 900 * 2500 + 777 + i % 900;
      part.in.push_back(c.in[at]);
      part.mask.push_back(c.mask[at]);
    }
    const std::vector<uint8_t> apart = part.run();
    for (int64_t i = 0; i < 150 * 900; ++i) {
      if (i % 900 < radius || i % 900 >= 900 - radius) continue;
      ASSERT_EQ(apart[i], best[i / 900 * 2500 + 777 + i % 900]) << i % 900 << ", " << i / 900;
    }
  }
}

}  // namespace
}  // namespace sepconv::simd
