// One answer whatever the plan: the same bits for every thread count, strip and instruction set.
#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

/// Requests that reach every arithmetic: fixed point, exact and rounded float, double, rounded
/// apart.
struct Request {
  const char* label;
  SampleType in, out;
  Kernel kernel;
  bool exact = false;
};

std::vector<Request> requests() {
  return {
      {"u8 fixed point, rounded rows", SampleType::u8, SampleType::u8, gaussian(1.7)},
      {"u8 fixed point, rows in pairs", SampleType::u8, SampleType::u8, gaussian(4.5)},
      {"u8 fixed point, all in pairs", SampleType::u8, SampleType::u8, gaussian(8)},
      {"u8 integers", SampleType::u8, SampleType::u8, binomial(5, 5)},
      {"u8 direct", SampleType::u8, SampleType::u8, gabor({.sigma = 2, .theta_degrees = 30})},
      {"u8 derivative", SampleType::u8, SampleType::i16, sobel(Axis::x)},
      {"u8 exact", SampleType::u8, SampleType::u8, gaussian(1.7), true},
      {"u16 Gaussian, short rows", SampleType::u16, SampleType::u16, gaussian(1.2)},
      {"u16 Gaussian", SampleType::u16, SampleType::u16, gaussian(4.5)},
      {"u16 low rank", SampleType::u16, SampleType::u16, difference_of_gaussians(1, 1.6)},
      {"i16 line", SampleType::i16, SampleType::i16, motion_line(9, 30)},
      {"f32 to u8", SampleType::f32, SampleType::u8, gaussian(2.0)},
      {"f32 Gaussian", SampleType::f32, SampleType::f32, gaussian(2.5)},
      {"f32 in one sweep", SampleType::f32, SampleType::f32, gaussian(0.6)},
      {"f32 direct", SampleType::f32, SampleType::f32, disk(4)},
      {"f32 direct, rows in place", SampleType::f32, SampleType::f32,
       Kernel({3, 3}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.1})},
      {"f64 Gaussian", SampleType::f64, SampleType::f64, gaussian(2.5)},
  };
}

TypedImage input_for(const Request& request, ImageShape shape) {
  std::mt19937 random(7);
  TypedImage in(request.in, shape);
  in.fill(Pattern::noise, random);
  return in;
}

/// The lower half alone, which does not go past the caches, against that of the whole.
void expect_bits_of_half(const TypedImage& in, const Kernel& kernel, const std::string& label) {
  const ConstImageRef image = in.in();
  const ImageShape shape = image.shape;
  const Rect half{0, shape.height / 2, shape.width, shape.height / 2};
  const TypedImage part = filtered(in, image.type, kernel, {.roi = half});
  const TypedImage whole = filtered(in, image.type, kernel, {});
  const auto& bytes = whole.bytes();
  const std::vector<std::byte> end(bytes.end() - part.bytes().size(), bytes.end());
  ASSERT_EQ(end, part.bytes()) << label << ", " << name(image.type) << ", " << shape.channels
                               << " channels, " << simd::active_target().name;
}

// Outputs of 2 MB and more go past the caches, wherever their rows begin.
TEST(Identity, images_beyond_the_caches_give_the_bits_of_smaller_ones) {
  for (const SampleType type : {SampleType::f32, SampleType::f64}) {
    for (const int taps : {3, 9, 40}) {
      for (const int channels : {1, 3}) {
        const ImageShape shape{1203 / channels, 3600 / sample_bytes(type), channels};
        const TypedImage in = input_for({"", type, type, box(taps, taps)}, shape);
        for (const auto& target : simd::usable_targets()) {
          simd::force_target(target.id);
          expect_bits_of_half(in, box(taps, taps), "box");
          expect_bits_of_half(in, gaussian(taps / 6.0), "Gaussian");
        }
      }
    }
  }
  simd::force_target(0);
}

// Of shorter samples, those of 8 MB and more; scalar code, which is slow, stores as ever.
TEST(Identity, words_beyond_the_caches_give_the_bits_of_fewer) {
  const ImageShape shape{1203, 3600, 1};
  const TypedImage in = input_for({"", SampleType::u16, SampleType::u16, box(3, 3)}, shape);
  for (const auto& target : simd::usable_targets()) {
    if (target.name == "SCALAR") continue;
    simd::force_target(target.id);
    for (const double sigma : {0.3, 1.2, 2.5}) expect_bits_of_half(in, gaussian(sigma), "Gaussian");
    expect_bits_of_half(in, box(15, 15), "box");
  }
  simd::force_target(0);
}

TEST(Identity, threads_1_and_n_give_the_same_bits) {
  for (const Request& request : requests()) {
    const TypedImage in = input_for(request, {131, 67, 3});
    const TypedImage one = filtered(in, request.out, request.kernel, {.exact = request.exact});
    for (const int threads : {2, 3, 8}) {
      const FilterOptions options{.exact = request.exact, .threads = threads};
      EXPECT_EQ(filtered(in, request.out, request.kernel, options).bytes(), one.bytes())
          << request.label << ", threads " << threads;
    }
  }
}

// A wide image runs in several strips; each of its columns must be what a narrow roi gives.
TEST(Identity, strips_and_rois_give_the_same_bits) {
  for (const Request& request : requests()) {
    const ImageShape shape{4000, 9, 1};
    const TypedImage in = input_for(request, shape);
    for (const Border border : {Border::wrap, Border::reflect101, Border::zero}) {
      FilterOptions options{.border = border, .exact = request.exact};
      const TypedImage whole = filtered(in, request.out, request.kernel, options);
      for (int64_t x = 0; x < shape.width; x += 397) {
        options.roi = Rect{x, 2, std::min<int64_t>(397, shape.width - x), 5};
        const TypedImage part = filtered(in, request.out, request.kernel, options);
        for (int64_t i = 0; i < options.roi->width * options.roi->height; ++i) {
          const int64_t px = i % options.roi->width, py = i / options.roi->width;
          ASSERT_EQ(part.get(px, py, 0), whole.get(x + px, 2 + py, 0))
              << request.label << ", border " << name(border) << ", column " << x + px;
        }
      }
    }
  }
}

// Inner columns of 3 and 5 taps may be summed in one sweep; narrow regions never are.
TEST(Identity, one_sweep_gives_the_bits_of_two_passes) {
  const ImageShape shape{203, 11, 1};
  const TypedImage in = input_for({"", SampleType::f32, SampleType::f32, box(3, 3)}, shape);
  for (const Kernel& kernel : {gaussian(0.3), gaussian(0.6), sobel(Axis::x)}) {
    for (const auto& target : simd::usable_targets()) {
      simd::force_target(target.id);
      for (const Border border : kBorders) {
        FilterOptions options{.border = border, .border_value = 0.3f};
        const TypedImage whole = filtered(in, SampleType::f32, kernel, options);
        for (int64_t x = 0; x < shape.width; x += 29) {
          options.roi = Rect{x, 0, 29, shape.height};
          const TypedImage part = filtered(in, SampleType::f32, kernel, options);
          for (int64_t i = 0; i < 29 * shape.height; ++i) {
            ASSERT_EQ(part.get(i % 29, i / 29, 0), whole.get(x + i % 29, i / 29, 0))
                << target.name << ", border " << name(border) << ", column " << x + i % 29;
          }
        }
      }
    }
  }
  simd::force_target(0);
}

TEST(Identity, integer_outputs_are_the_same_bits_on_every_target) {
  const std::vector<simd::Target> targets = simd::usable_targets();
  for (const Request& request : requests()) {
    if (!is_integer(request.out)) continue;
    for (const ImageShape shape : {ImageShape{131, 23, 1}, {57, 11, 3}, {5, 7, 4}}) {
      const TypedImage in = input_for(request, shape);
      simd::force_target(0);
      FilterOptions options{.exact = request.exact};
      // Which method is predicted fastest may depend on the target.
      const SampleType in_type = in.in().type;
      options.method = FilterPlan(shape, in_type, request.out, request.kernel, options).method();
      const TypedImage best = filtered(in, request.out, request.kernel, options);
      for (const simd::Target& target : targets) {
        simd::force_target(target.id);
        const TypedImage out = filtered(in, request.out, request.kernel, options);
        EXPECT_EQ(out.bytes(), best.bytes()) << request.label << ", target " << target.name;
      }
      simd::force_target(0);
    }
  }
}

TEST(Identity, the_targets_of_this_cpu_were_all_tested) {
  std::string names;
  for (const simd::Target& target : simd::usable_targets()) names += target.name + " ";
  std::cout << "targets tested: " << names << "\n";
  EXPECT_GE(simd::usable_targets().size(), 1);
}

TEST(Identity, methods_agree_bit_for_bit_on_integer_kernels) {
  std::mt19937 random(11);
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16}) {
    TypedImage in(type, {83, 31, 3});
    in.fill(Pattern::noise, random);
    for (const Kernel& kernel : {binomial(7, 5), box(9, 3), sobel(Axis::y), laplacian(8),
                                 Kernel::from_integers({3, 3}, {9, 8, 7, 1, 2, 3, 5, 7, 2}, 44)}) {
      for (const SampleType out : {SampleType::u8, SampleType::i16, SampleType::f32}) {
        const TypedImage direct = filtered(in, out, kernel, {.method = Method::direct});
        const TypedImage terms = filtered(in, out, kernel, {.method = Method::low_rank});
        EXPECT_EQ(direct.bytes(), terms.bytes()) << name(type) << " to " << name(out);
      }
    }
  }
}

}  // namespace
}  // namespace sepconv::test
