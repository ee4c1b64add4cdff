// Fourier tiles against the reference and the direct method: types, borders, channels, regions,
// kernels of every size, threads, and samples that are not finite.
#include "filter/fft/run.h"

#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "sepconv/error.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

/// A random request for method fft.
struct RandomTiles {
  explicit RandomTiles(uint32_t seed) : random(seed) {
    in_type = kTypes[below(6)];
    out_type = kTypes[below(6)];
    shape = {1 + below(140), 1 + below(60), static_cast<int>(1 + below(4))};
    options.method = Method::fft;
    options.border = kBorders[below(6)];
    if (options.border == Border::constant) options.border_value = is_integer(in_type) ? 77 : 0.5;
    options.convolve = below(2) == 1;
    options.threads = static_cast<int>(1 + below(3));
    if (below(3) == 0) {
      const int64_t x = below(shape.width), y = below(shape.height);
      options.roi = Rect{x, y, 1 + below(shape.width - x), 1 + below(shape.height - y)};
    }
    if (below(4) == 0) {
      options.scale = 0.37;
      options.offset = below(2) == 0 ? 3 : -1.25;
    }
    options.exact = below(5) == 0;
  }

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random); }

  Kernel kernel() {
    const int64_t height = 1 + below(below(4) == 0 ? 63 : 12), width = 1 + below(20);
    std::vector<int64_t> whole(height * width);
    for (int64_t& tap : whole) tap = below(19) - 9;
    const std::vector<int64_t> anchor = {below(height), below(width)};
    if (below(2) == 0 && in_type != SampleType::i32) {
      return Kernel::from_integers({height, width}, whole, 1 + below(20)).with_anchor(anchor);
    }
    std::vector<double> taps(height * width);
    const double one = 5.0 * static_cast<double>(height * width);
    for (size_t i = 0; i < taps.size(); ++i) taps[i] = (static_cast<double>(whole[i]) + 0.3) / one;
    return Kernel({height, width}, taps).with_anchor(anchor);
  }

  std::mt19937 random;
  SampleType in_type, out_type;
  ImageShape shape;
  FilterOptions options;
};

TEST(FourierRun, stays_within_its_bound_on_random_requests) {
  for (uint32_t seed = 0; seed < 250 && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    RandomTiles tiles(seed);
    const Kernel kernel = tiles.kernel();
    TypedImage in(tiles.in_type, tiles.shape, tiles.below(3));
    in.fill(kPatterns[tiles.below(5)], tiles.random);
    const FilterPlan plan(tiles.shape, tiles.in_type, tiles.out_type, kernel, tiles.options);
    EXPECT_EQ(plan.method(), Method::fft);
    TypedImage out(tiles.out_type, plan.out_shape(), tiles.below(3));
    plan.run(in.in(), out.out());
    const std::vector<double> exact = reference::filter(in.in(), kernel, tiles.options);
    const auto [low, high] = range_of(tiles.in_type);
    const double slack = 0x1p-53 * std::max(-low, high) * kernel.l1_norm() * kernel.tap_count() *
                             std::abs(tiles.options.scale) +
                         1e-13;
    EXPECT_LE(largest_error(out, exact), plan.error_bound() + slack) << plan.explain().to_text();
  }
}

Kernel noise_kernel(int64_t height, int64_t width, bool is_integer) {
  std::mt19937 random(static_cast<uint32_t>(height * 1000 + width));
  std::vector<int64_t> whole(height * width);
  for (int64_t& tap : whole) tap = static_cast<int64_t>(random() % 41) - 20;
  if (is_integer) return Kernel::from_integers({height, width}, whole, 37);
  std::vector<double> taps(height * width);
  for (size_t i = 0; i < taps.size(); ++i) taps[i] = static_cast<double>(whole[i]) / 977;
  return Kernel({height, width}, taps);
}

TEST(FourierRun, integer_kernels_give_the_bits_of_the_direct_method) {
  std::mt19937 random(4);
  for (const int64_t side : {3, 8, 31, 63}) {
    const Kernel kernel = noise_kernel(side, side + 1, true);
    for (const SampleType in_type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
      TypedImage in(in_type, {150, 70, 3});
      in.fill(Pattern::noise, random);
      for (const SampleType out_type : kTypes) {
        const TypedImage tiles = filtered(in, out_type, kernel, {.method = Method::fft});
        const TypedImage direct = filtered(in, out_type, kernel, {.method = Method::direct});
        EXPECT_EQ(tiles.bytes(), direct.bytes())
            << side << " " << name(in_type) << " " << name(out_type);
      }
    }
  }
}

TEST(FourierRun, exact_rounding_gives_the_levels_of_the_direct_method) {
  std::mt19937 random(5);
  const Kernel kernel = noise_kernel(9, 14, false);
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    TypedImage in(type, {150, 40, 2});
    in.fill(Pattern::noise, random);
    const auto with = [&](Method method) {
      return filtered(in, type, kernel, {.method = method, .exact = true}).bytes();
    };
    EXPECT_EQ(with(Method::fft), with(Method::direct)) << name(type);
  }
}

TEST(FourierRun, gives_the_same_bits_for_any_threads) {
  std::mt19937 random(6);
  const Kernel kernel = noise_kernel(21, 21, false);
  for (const int channels : {1, 3}) {
    TypedImage in(SampleType::f32, {400, 300, channels});
    in.fill(Pattern::noise, random);
    in.set(200, 120, 0, std::nan(""));
    const TypedImage one = filtered(in, SampleType::f32, kernel, {.method = Method::fft});
    for (const int threads : {2, 3, 4}) {
      const TypedImage out =
          filtered(in, SampleType::f32, kernel, {.method = Method::fft, .threads = threads});
      EXPECT_EQ(out.bytes(), one.bytes()) << threads;
    }
  }
}

TEST(FourierRun, gives_a_region_the_bits_of_the_whole) {
  std::mt19937 random(10);
  const Kernel kernel = noise_kernel(21, 13, false);
  for (const int channels : {1, 3}) {
    const ImageShape shape{400, 300, channels};
    TypedImage in(SampleType::f32, shape);
    in.fill(Pattern::noise, random);
    in.set(250, 120, 0, std::nan(""));
    const TypedImage whole = filtered(in, SampleType::f32, kernel, {.method = Method::fft});
    for (const Rect& roi : {Rect{0, 0, 1, 1}, {170, 99, 130, 57}, {399, 0, 1, 300}}) {
      const TypedImage part =
          filtered(in, SampleType::f32, kernel, {.method = Method::fft, .roi = roi});
      for (int64_t i = 0; i < roi.width * roi.height * channels; ++i) {
        const int64_t x = i / channels % roi.width, y = i / channels / roi.width;
        const int c = static_cast<int>(i % channels);
        const double expected = whole.get(roi.x + x, roi.y + y, c), got = part.get(x, y, c);
        ASSERT_TRUE(got == expected || (std::isnan(got) && std::isnan(expected)))
            << roi.x + x << " " << roi.y + y;
      }
    }
  }
}

// Outputs of a plan are NaN or infinite just where their window holds such a sample.
void expect_contained(SampleType type, double bad, int channels) {
  std::mt19937 random(7);
  const ImageShape shape{220, 130, channels};
  TypedImage in(type, shape);
  in.fill(Pattern::noise, random);
  const int64_t bad_x = 61, bad_y = 80;
  const int bad_channel = channels / 2;
  in.set(bad_x, bad_y, bad_channel, bad);
  const Kernel kernel = noise_kernel(11, 9, false);
  const FilterPlan plan(shape, type, type, kernel, {.method = Method::fft});
  TypedImage out(type, shape);
  plan.run(in.in(), out.out());
  in.set(bad_x, bad_y, bad_channel, 0);
  const std::vector<double> exact = reference::filter(in.in(), kernel, {});
  for (int64_t i = 0; i < static_cast<int64_t>(exact.size()); ++i) {
    const int64_t x = i / channels % shape.width, y = i / channels / shape.width;
    const int c = static_cast<int>(i % channels);
    const int64_t tap = (bad_y - y + 5) * 9 + bad_x - x + 4;
    const bool is_near = std::abs(x - bad_x) <= 4 && std::abs(y - bad_y) <= 5 && c == bad_channel;
    if (is_near && (std::isnan(bad) || kernel.taps()[tap] != 0)) {
      EXPECT_FALSE(std::isfinite(out.get(x, y, c))) << x << " " << y << " " << c;
    } else if (!is_near) {
      EXPECT_NEAR(out.get(x, y, c), exact[i], plan.error_bound() + 1e-12);
    }
  }
}

TEST(FourierRun, a_nan_or_infinity_touches_only_outputs_whose_window_holds_it) {
  for (const SampleType type : {SampleType::f32, SampleType::f64}) {
    for (const int channels : {1, 2, 3, 4}) {
      expect_contained(type, std::nan(""), channels);
      expect_contained(type, INFINITY, channels);
    }
  }
}

TEST(FourierRun, samples_close_to_overflow_are_summed_directly) {
  TypedImage in(SampleType::f64, {64, 64, 1});
  for (int64_t i = 0; i < 64 * 64; ++i) in.set(i % 64, i / 64, 0, 1e307);
  const Kernel kernel({3, 3}, {0.1, 0.2, 0, 0, 0.4, 0, 0, 0.1, 0.2});
  const TypedImage out = filtered(in, SampleType::f64, kernel, {.method = Method::fft});
  EXPECT_NEAR(out.get(30, 30, 0) / 1e307, 1, 1e-12);
}

TEST(FourierRun, takes_kernels_larger_than_the_image) {
  std::mt19937 random(8);
  const Kernel kernel = noise_kernel(40, 63, false);
  for (const ImageShape& shape : {ImageShape{1, 1, 1}, {5, 70, 3}, {33, 2, 2}}) {
    for (const Border border : kBorders) {
      TypedImage in(SampleType::f64, shape);
      in.fill(Pattern::noise, random);
      const FilterOptions options{.border = border, .method = Method::fft};
      const TypedImage out = filtered(in, SampleType::f64, kernel, options);
      EXPECT_LE(largest_error(out, reference::filter(in.in(), kernel, options)), 1e-12);
    }
  }
}

/// The largest error over a few kinds of images, in units of the bound.
double error_over_bound(const Kernel& kernel) {
  std::mt19937 random(9);
  double largest = 0;
  for (const Pattern pattern : {Pattern::noise, Pattern::extremes, Pattern::constant}) {
    TypedImage in(SampleType::f64, {80, 60, 2});
    in.fill(pattern, random);
    const FilterPlan plan({80, 60, 2}, SampleType::f64, SampleType::f64, kernel,
                          {.method = Method::fft});
    TypedImage out(SampleType::f64, {80, 60, 2});
    plan.run(in.in(), out.out());
    const double error = largest_error(out, reference::filter(in.in(), kernel, {}));
    largest = std::max(largest, error / plan.error_bound());
  }
  return largest;
}

TEST(FourierRun, the_bound_is_above_every_error_but_not_by_far) {
  std::vector<double> flat(31 * 31, 1.0 / (31 * 31));
  flat[0] *= 2;
  for (const Kernel& kernel : {noise_kernel(31, 31, false), Kernel({31, 31}, flat), disk(9)}) {
    const double ratio = error_over_bound(kernel);
    EXPECT_LE(ratio, 1);
    EXPECT_GE(ratio, 1.0 / 2000);
  }
}

TEST(FourierRun, is_chosen_for_large_kernels_of_high_rank_and_explained) {
  const FilterPlan plan({1920, 1080, 1}, SampleType::f32, SampleType::f32,
                        noise_kernel(101, 101, false));
  EXPECT_EQ(plan.method(), Method::fft);
  const std::string text = plan.explain().to_text();
  EXPECT_NE(text.find("* fft"), std::string::npos) << text;
  EXPECT_NE(text.find("in tiles of"), std::string::npos) << text;
  EXPECT_EQ(plan.scratch_bytes(), plan.explain().scratch_bytes);
  if (simd::active_vector_bytes() < 16) return;  // without vectors transforms win much earlier
  const FilterPlan small({1920, 1080, 1}, SampleType::f32, SampleType::f32,
                         noise_kernel(5, 5, false));
  EXPECT_EQ(small.method(), Method::direct);
  EXPECT_NE(small.explain().to_text().find("fft"), std::string::npos);
}

TEST(FourierRun, refuses_what_it_cannot_do_and_says_why) {
  const auto message = [](SampleType type, const Kernel& kernel) -> std::string {
    try {
      FilterPlan({50, 50, 1}, type, type, kernel, {.method = Method::fft});
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message(SampleType::u8, box(2000, 3)),
            "filter: method is fft, but the kernel is 2000x3; tiles are at most 1024 a side");
  EXPECT_NE(message(SampleType::i32, Kernel::from_integers({2, 2}, {100000, 1, 2, -70000}))
                .find("filter: method is fft, but sums of integers could be off by"),
            std::string::npos);
}

}  // namespace
}  // namespace sepconv::test
