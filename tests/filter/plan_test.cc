// FilterPlan: properties of what it computes, and the requests it refuses.
#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

std::vector<Kernel> smoothing_kernels() {
  return {gaussian(0.8),      gaussian(3.0, 1.5),    gaussian(12),
          box(5, 3),          binomial(5, 5),        disk(3),
          motion_line(7, 20), Kernel({1, 1}, {1.0}), Kernel({2, 2}, {0.1, 0.2, 0.3, 0.4})};
}

TEST(FilterPlan, keeps_a_constant_image_constant) {
  for (const Kernel& kernel : smoothing_kernels()) {
    for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
      for (const Border border : {Border::replicate, Border::symmetric, Border::reflect101,
                                  Border::wrap, Border::constant}) {
        const double level = 77;
        TypedImage in(type, {41, 23, 3});
        for (int64_t i = 0; i < 41 * 23 * 3; ++i) in.set(i / 3 % 41, i / 123, i % 3, level);
        const TypedImage out =
            filtered(in, type, kernel, {.border = border, .border_value = level});
        EXPECT_EQ(out.bytes(), in.bytes())
            << name(type) << " " << name(border) << " " << kernel.shape()[0];
      }
    }
  }
}

TEST(FilterPlan, answers_an_impulse_with_the_kernel) {
  const Kernel kernel =
      Kernel({3, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5}).with_anchor({2, 0});
  TypedImage in(SampleType::f64, {15, 13, 1});
  in.set(7, 6, 0, 1);
  const TypedImage correlated = filtered(in, SampleType::f64, kernel, {});
  const TypedImage convolved = filtered(in, SampleType::f64, kernel, {.convolve = true});
  for (int64_t j = 0; j < 3; ++j) {
    for (int64_t i = 0; i < 4; ++i) {
      const double tap = kernel.taps()[j * 4 + i];
      EXPECT_DOUBLE_EQ(correlated.get(7 - i + 0, 6 - j + 2, 0), tap);
      EXPECT_DOUBLE_EQ(convolved.get(7 + i - 0, 6 + j - 2, 0), tap);
    }
  }
}

TEST(FilterPlan, is_linear) {
  std::mt19937 random(5);
  const ImageShape shape{37, 19, 2};
  TypedImage a(SampleType::f64, shape), b(SampleType::f64, shape), sum(SampleType::f64, shape);
  a.fill(Pattern::noise, random);
  b.fill(Pattern::noise, random);
  for (int64_t i = 0; i < 37 * 19 * 2; ++i) {
    const int64_t x = i / 2 % 37, y = i / 74;
    sum.set(x, y, i % 2, 2 * a.get(x, y, i % 2) - 3 * b.get(x, y, i % 2));
  }
  const Kernel kernel = gabor({.sigma = 2, .theta_degrees = 25});
  const TypedImage fa = filtered(a, SampleType::f64, kernel, {});
  const TypedImage fb = filtered(b, SampleType::f64, kernel, {});
  const TypedImage fsum = filtered(sum, SampleType::f64, kernel, {});
  for (int64_t i = 0; i < 37 * 19 * 2; ++i) {
    const int64_t x = i / 2 % 37, y = i / 74;
    EXPECT_NEAR(fsum.get(x, y, i % 2), 2 * fa.get(x, y, i % 2) - 3 * fb.get(x, y, i % 2), 1e-12);
  }
}

TEST(FilterPlan, commutes_with_a_shift_where_the_border_wraps) {
  std::mt19937 random(6);
  const ImageShape shape{50, 30, 1};
  TypedImage in(SampleType::u8, shape), shifted(SampleType::u8, shape);
  in.fill(Pattern::noise, random);
  for (int64_t i = 0; i < 1500; ++i) {
    shifted.set((i % 50 + 17) % 50, (i / 50 + 11) % 30, 0, in.get(i % 50, i / 50, 0));
  }
  for (const Kernel& kernel : {gaussian(2.0), disk(3), box(7, 5)}) {
    const TypedImage out = filtered(in, SampleType::u8, kernel, {.border = Border::wrap});
    const TypedImage moved = filtered(shifted, SampleType::u8, kernel, {.border = Border::wrap});
    for (int64_t i = 0; i < 1500; ++i) {
      EXPECT_EQ(moved.get((i % 50 + 17) % 50, (i / 50 + 11) % 30, 0), out.get(i % 50, i / 50, 0));
    }
  }
}

TEST(FilterPlan, finds_a_dense_gaussian_separable_and_runs_it_so) {
  std::vector<double> taps;
  for (int y = -4; y <= 4; ++y) {
    for (int x = -4; x <= 4; ++x) taps.push_back(std::exp(-(x * x + y * y) / (2 * 1.7 * 1.7)));
  }
  for (const SampleType type : {SampleType::u8, SampleType::f32, SampleType::f64}) {
    const FilterPlan plan({640, 480, 1}, type, type, Kernel({9, 9}, taps));
    EXPECT_EQ(plan.method(), Method::separable) << name(type);
  }
  for (double& tap : taps) tap = static_cast<float>(tap);  // as read from a float file
  EXPECT_EQ(
      FilterPlan({640, 480, 1}, SampleType::f32, SampleType::f32, Kernel({9, 9}, taps)).method(),
      Method::separable);
}

TEST(FilterPlan, approximates_only_within_the_budget_that_was_given) {
  const ImageShape shape{640, 480, 1};
  const Kernel lens = disk(7);
  EXPECT_LT(FilterPlan(shape, SampleType::f32, SampleType::f32, lens).error_bound(), 1e-4);
  const FilterPlan plan(shape, SampleType::f32, SampleType::f32, lens, {.max_error = 0.05});
  // Without vectors Fourier tiles are predicted faster already.
  const bool has_vectors = simd::active_vector_bytes() >= 16;
  EXPECT_TRUE(plan.method() == Method::low_rank || !has_vectors);
  EXPECT_LE(plan.error_bound(), 0.05 + 1e-5);
}

TEST(FilterPlan, rounds_correctly_when_asked_to_be_exact) {
  // Real taps whose sums are exact in double, with many ties: the reference rounds them rightly.
  const Kernel kernel({3, 3}, {0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625});
  std::mt19937 random(8);
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    TypedImage in(type, {64, 48, 3});
    in.fill(Pattern::noise, random);
    const FilterOptions options{.exact = true};
    const TypedImage out = filtered(in, type, kernel, options);
    const std::vector<double> exact = reference::filter(in.in(), kernel, options);
    for (int64_t i = 0; i < 64 * 48 * 3; ++i) {
      EXPECT_EQ(out.get(i / 3 % 64, i / 192, i % 3), reference::round_to(type, exact[i]));
    }
  }
}

TEST(FilterPlan, integer_kernels_are_exact_whatever_their_divisor_and_offset) {
  std::mt19937 random(9);
  for (const int64_t divisor : {1, 3, 7, 16, 9, 18}) {
    TypedImage in(SampleType::u8, {64, 48, 1});
    in.fill(Pattern::noise, random);
    const Kernel kernel = Kernel::from_integers({3, 3}, {1, -2, 1, 2, 5, 2, 1, 2, 6}, divisor);
    const FilterOptions options{.offset = 3};
    const FilterPlan plan(in.in().shape, SampleType::u8, SampleType::u8, kernel, options);
    EXPECT_EQ(plan.error_bound(), 0.5);
    const TypedImage out = filtered(in, SampleType::u8, kernel, options);
    const TypedImage correct = filtered(in, SampleType::u8, kernel, {.exact = true, .offset = 3});
    EXPECT_EQ(out.bytes(), correct.bytes());
    const std::vector<double> exact = reference::filter(in.in(), kernel, options);
    EXPECT_LE(largest_error(out, exact), 0.5 + 1e-12) << "divisor " << divisor;
  }
}

TEST(FilterPlan, scratch_is_what_a_worker_may_keep_in_its_caches) {
  const FilterPlan plan({8192, 8192, 3}, SampleType::f32, SampleType::f32, gaussian(5));
  EXPECT_LT(plan.scratch_bytes(), 1 << 20);
}

// Each refused request with the words that its message must hold.
void expect_refused(const std::function<void()>& request, const std::string& words) {
  try {
    request();
    ADD_FAILURE() << "not refused: " << words;
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

FilterPlan u8_plan(ImageShape shape, const Kernel& kernel, const FilterOptions& options = {}) {
  return FilterPlan(shape, SampleType::u8, SampleType::u8, kernel, options);
}

TEST(FilterPlan, refuses_bad_requests_and_says_what_it_needs) {
  const Kernel kernel = gaussian(1);
  const double nan = std::nan("");
  expect_refused([&] { u8_plan({0, 5, 1}, kernel); }, "image is 0x5x1; expected");
  expect_refused([&] { u8_plan({5, -3, 1}, kernel); }, "image is 5x-3x1; expected");
  expect_refused([&] { u8_plan({5, 5, 5}, kernel); }, "5 channels; expected 1 to 4");
  expect_refused([&] { u8_plan({INT64_MAX / 2, 3, 1}, kernel); }, "overflows");
  expect_refused([&] { u8_plan({int64_t{1} << 40, 1 << 20, 1}, kernel); }, "at most 2^48");
  expect_refused([&] { u8_plan({5, 5, 1}, Kernel({3}, {1, 1, 1})); }, "1 axes; expected 2");
  expect_refused(
      [&] {
        std::vector<double> taps(2 * 5000);
        for (size_t i = 0; i < taps.size(); ++i) taps[i] = std::sin(i * i * 0.37);
        u8_plan({5, 5, 1}, Kernel({5000, 2}, taps), {.method = Method::direct});
      },
      "kernel is 5000 high");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.max_error = -1}); }, "max_error is -1");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.max_error = nan}); }, "max_error is nan");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.scale = nan}); }, "scale is nan");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.offset = INFINITY}); }, "offset is inf");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.threads = 0}); }, "threads is 0");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.roi = Rect{2, 0, 4, 1}}); }, "roi is 4x1");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.roi = Rect{0, 0, 0, 1}}); }, "roi is 0x1");
  expect_refused([&] { u8_plan({5, 5, 1}, kernel, {.roi = Rect{INT64_MAX, 0, 1, 1}}); }, "roi");
  expect_refused(
      [&] {
        u8_plan({5, 5, 1}, kernel, {.border = Border::constant, .border_value = 300});
      },
      "border_value is 300; expected a value of the input's type u8");
  expect_refused(
      [&] {
        u8_plan({5, 5, 1}, kernel, {.border = Border::constant, .border_value = 0.5});
      },
      "border_value is 0.5");
}

TEST(FilterPlan, refuses_to_separate_what_has_a_higher_rank) {
  expect_refused(
      [] {
        u8_plan({50, 50, 1}, disk(3), {.method = Method::separable});
      },
      "but the kernel has rank");
}

}  // namespace
}  // namespace sepconv::test
