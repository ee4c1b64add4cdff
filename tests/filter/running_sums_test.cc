// Filters whose factors are flat, and so run as running sums: exact on integers, within their bound
// on floats however long the image, without a trace of NaN or large values outside their windows,
// and the same bits over threads, strips and regions.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "filter/typed_image.h"
#include "sepconv/array.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

std::vector<double> flat(int64_t size, double tap) { return std::vector<double>(size, tap); }

/// An uneven factor of that length, its sum one.
std::vector<double> uneven(int64_t size) {
  std::vector<double> taps(size);
  double sum = 0;
  for (int64_t i = 0; i < size; ++i) sum += taps[i] = 1 + (7 * i) % 5;
  for (double& tap : taps) tap /= sum;
  return taps;
}

bool runs_sums(const FilterPlan& plan) {
  return plan.explain().to_json().find("running sums") != std::string::npos;
}

struct Case {
  int64_t kernel_width, kernel_height;
  ImageShape image;
};

/// Kernels shorter and longer than the image, even sizes, every number of channels.
const Case kCases[] = {{9, 9, {70, 40, 1}},   {10, 31, {33, 50, 2}},  {64, 12, {90, 20, 3}},
                       {31, 10, {30, 30, 4}}, {101, 33, {37, 13, 1}}, {16, 301, {20, 15, 1}},
                       {301, 9, {15, 6, 3}},  {2, 40, {50, 60, 1}},   {40, 3, {50, 30, 1}},
                       {9, 17, {1, 1, 1}},    {23, 23, {1, 40, 2}},   {11, 14, {150, 2, 1}}};

class RunningSumsOnTarget : public ::testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { simd::force_target(GetParam()); }
  void TearDown() override { simd::force_target(0); }
};

TEST_P(RunningSumsOnTarget, boxes_of_integers_are_exact_for_every_type_and_border) {
  std::mt19937 random(1);
  int n = 0;
  for (const Case& c : kCases) {
    for (const SampleType in_type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
      TypedImage in(in_type, c.image, 3);
      in.fill(kPatterns[n % 5], random);
      const SampleType out_type = kTypes[n % 4];
      FilterOptions options{.border = kBorders[n++ % 6], .method = Method::separable};
      if (options.border == Border::constant) options.border_value = 77;
      options.threads = 1 + n % 3;
      const Kernel anchored = box(c.kernel_width, c.kernel_height)
                                  .with_anchor({n % c.kernel_height, (5 * n) % c.kernel_width});
      const TypedImage out = filtered(in, out_type, anchored, options, 1);
      EXPECT_LE(largest_error(out, reference::filter(in.in(), anchored, options)), 0.5 + 1e-9)
          << c.kernel_width << "x" << c.kernel_height << " " << name(in_type) << " to "
          << name(out_type) << " border " << name(options.border);
    }
  }
}

TEST_P(RunningSumsOnTarget, floats_stay_within_the_bound_with_flat_and_mixed_factors) {
  std::mt19937 random(2);
  int n = 0;
  for (const Case& c : kCases) {
    for (const SampleType type : {SampleType::f32, SampleType::f64, SampleType::u8}) {
      for (int mixed = 0; mixed < 3; ++mixed) {
        TypedImage in(type, c.image, 2);
        in.fill(kPatterns[n % 5], random);
        FilterOptions options{.border = kBorders[n++ % 6], .method = Method::separable};
        options.scale = n % 2 == 0 ? 1 : 0.37;
        const auto column = mixed == 1 ? uneven(c.kernel_height) : flat(c.kernel_height, 0.03);
        const auto row = mixed == 2 ? uneven(c.kernel_width) : flat(c.kernel_width, -0.7);
        const Kernel kernel = Kernel::outer({column, row});
        const SampleType out_type = type == SampleType::u8 ? SampleType::f32 : type;
        // The reference itself rounds: n sums of products in double.
        const auto [low, high] = range_of(type);
        const double slack = 0x1p-53 * high * kernel.l1_norm() * kernel.tap_count();
        const FilterPlan plan(c.image, type, out_type, kernel, options);
        const TypedImage out = filtered(in, out_type, kernel, options);
        EXPECT_LE(largest_error(out, reference::filter(in.in(), kernel, options)),
                  plan.error_bound() + slack)
            << plan.explain().to_text();
      }
    }
  }
}

TEST_P(RunningSumsOnTarget, nan_infinity_and_large_values_leave_nothing_behind) {
  const ImageShape shape{90, 80, 1};
  const double kSpikes[] = {std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity(), 1e30};
  TypedImage clean(SampleType::f32, shape);
  std::mt19937 random(3);
  clean.fill(Pattern::noise, random);
  const Kernel kernel = Kernel::outer({flat(19, 1.0 / 19), flat(23, 1.0 / 23)});
  const FilterOptions options{.border = Border::zero, .method = Method::separable};
  const TypedImage expected = filtered(clean, SampleType::f32, kernel, options);
  for (const double spike : kSpikes) {
    TypedImage in = clean;
    in.set(41, 37, 0, spike);
    const TypedImage out = filtered(in, SampleType::f32, kernel, options);
    for (int64_t y = 0; y < shape.height; ++y) {
      for (int64_t x = 0; x < shape.width; ++x) {
        const bool holds_spike = std::abs(x - 41) <= 11 && std::abs(y - 37) <= 9;
        if (!holds_spike) {
          ASSERT_EQ(out.get(x, y, 0), expected.get(x, y, 0)) << x << ", " << y;
        } else if (std::isfinite(spike)) {
          ASSERT_GT(out.get(x, y, 0), 1e26) << x << ", " << y;
        } else {
          ASSERT_FALSE(std::isfinite(out.get(x, y, 0))) << x << ", " << y;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, RunningSumsOnTarget, ::testing::ValuesIn([] {
                           std::vector<int64_t> ids;
                           for (const auto& target : simd::usable_targets()) {
                             ids.push_back(target.id);
                           }
                           return ids;
                         }()),
                         [](const auto& test) { return "target" + std::to_string(test.index); });

TEST(RunningSumsFilter, equals_the_direct_method_on_integers) {
  std::mt19937 random(4);
  TypedImage in(SampleType::u8, {120, 60, 3});
  in.fill(Pattern::extremes, random);
  const Kernel kernel = box(13, 12);
  const TypedImage direct = filtered(in, SampleType::u8, kernel, {.method = Method::direct});
  EXPECT_EQ(filtered(in, SampleType::u8, kernel, {.method = Method::separable}).bytes(),
            direct.bytes());
}

TEST(RunningSumsFilter, does_not_drift_down_a_tall_image) {
  const ImageShape shape{8, 100000, 1};
  TypedImage in(SampleType::f32, shape);
  std::mt19937 random(5);
  in.fill(Pattern::noise, random);
  for (int64_t y = 0; y < shape.height; ++y) in.set(3, y, 0, 1.0 / 3);
  const Kernel kernel = Kernel::outer({flat(61, 1.0 / 61), {1.0}});
  FilterOptions options{.method = Method::separable};
  const FilterPlan plan(shape, SampleType::f32, SampleType::f32, kernel, options);
  ASSERT_TRUE(runs_sums(plan));
  TypedImage out(SampleType::f32, shape);
  plan.run(in.in(), out.out());
  EXPECT_LE(largest_error(out, reference::filter(in.in(), kernel, options)), plan.error_bound());
  EXPECT_LT(plan.error_bound(), 4e-6);
}

TEST(RunningSumsFilter, has_the_same_bits_whatever_the_threads_and_the_region) {
  const ImageShape shape{2500, 150, 1};
  TypedImage in(SampleType::f32, shape);
  std::mt19937 random(6);
  in.fill(Pattern::noise, random);
  const Kernel kernel = Kernel::outer({flat(37, 1.0 / 37), flat(30, 1.0 / 30)});
  FilterOptions options{.border = Border::reflect101, .method = Method::separable};
  const TypedImage whole = filtered(in, SampleType::f32, kernel, options);
  for (const int threads : {2, 3, 4}) {
    options.threads = threads;
    EXPECT_EQ(filtered(in, SampleType::f32, kernel, options).bytes(), whole.bytes());
  }
  for (const Rect& roi : {Rect{3, 1, 900, 60}, Rect{1200, 53, 1300, 97}, Rect{2499, 149, 1, 1}}) {
    options.roi = roi;
    const TypedImage part = filtered(in, SampleType::f32, kernel, options);
    for (int64_t y = 0; y < roi.height; ++y) {
      for (int64_t x = 0; x < roi.width; ++x) {
        ASSERT_EQ(part.get(x, y, 0), whole.get(roi.x + x, roi.y + y, 0)) << x << ", " << y;
      }
    }
  }
}

TEST(RunningSumsFilter, rounds_apart_where_exact_is_asked_for) {
  TypedImage in(SampleType::u8, {60, 50, 1});
  std::mt19937 random(7);
  in.fill(Pattern::noise, random);
  const Kernel kernel = Kernel::outer({flat(15, 1.0 / 15), flat(11, 1.0 / 11)});
  const FilterOptions options{.method = Method::separable, .exact = true};
  const TypedImage out = filtered(in, SampleType::u8, kernel, options);
  EXPECT_LE(largest_error(out, reference::filter(in.in(), kernel, options)), 0.5 + 1e-9);
}

TEST(RunningSumsFilter, is_what_automatic_chooses_and_explain_says_so) {
  const FilterPlan plan({1920, 1080, 1}, SampleType::f32, SampleType::f32, box(31, 31));
  EXPECT_EQ(plan.method(), Method::separable);
  EXPECT_NE(plan.explain().to_text().find("running sums"), std::string::npos);
  EXPECT_NE(plan.explain().to_json().find("columns 31x1, running sums"), std::string::npos);
  EXPECT_LT(plan.explain().methods[0].cost.total().multiplications, 2 * 1920 * 1080);
}

}  // namespace
}  // namespace sepconv::test
