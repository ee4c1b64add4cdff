// Small integer kernels on u8 in 16 bits: what the direct method gives, whatever the kernel,
// border, region, anchor and instruction set.
#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

std::vector<Kernel> kernels() {
  std::vector<Kernel> all = {sobel(Axis::x), scharr(Axis::y), prewitt(Axis::x), binomial(5, 5),
                             binomial(3, 5)};
  all.push_back(Kernel::from_integers({3, 3}, {2, 4, -6, 3, 6, -9, 1, 2, -3}, 4));
  return all;
}

TEST(SmallKernels, in_16_bits_equal_the_direct_method) {
  std::mt19937 random(5);
  const auto below = [&](int64_t n) {
    return std::uniform_int_distribution<int64_t>(0, n - 1)(random);
  };
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (int i = 0; i < 150; ++i) {
      const Kernel given = kernels()[below(std::ssize(kernels()))];
      const std::vector<int64_t> sides = given.shape();
      const Kernel kernel = given.with_anchor({below(sides[0]), below(sides[1])});
      const ImageShape shape{1 + below(150), 1 + below(20), static_cast<int>(1 + below(4))};
      TypedImage in(SampleType::u8, shape, below(3));
      in.fill(kPatterns[below(5)], random);
      FilterOptions options{.border = kBorders[below(6)], .method = Method::separable};
      if (options.border == Border::constant) options.border_value = 200;
      if (below(2) == 0) {
        const int64_t x = below(shape.width), y = below(shape.height);
        options.roi = Rect{x, y, 1 + below(shape.width - x), 1 + below(shape.height - y)};
      }
      const SampleType out = below(2) == 0 ? SampleType::u8 : SampleType::i16;
      const FilterPlan plan(shape, SampleType::u8, out, kernel, options);
      ASSERT_EQ(plan.explain().methods[0].arithmetic, "int16");
      const TypedImage small = filtered(in, out, kernel, options);
      options.method = Method::direct;
      ASSERT_EQ(small.bytes(), filtered(in, out, kernel, options).bytes())
          << target.name << ", case " << i << ", " << plan.explain().summary;
    }
  }
  simd::force_target(0);
}

TEST(SmallKernels, of_whole_doubles_are_those_of_integers) {
  std::mt19937 random(6);
  TypedImage in(SampleType::u8, {70, 9, 1}, 0);
  in.fill(kPatterns[0], random);
  const Kernel given = Kernel::outer({{1, 2, 1}, {-1, 0, 1}}).with_anchor({0, 2});
  const Kernel integers =
      Kernel::from_integers({3, 3}, {-1, 0, 1, -2, 0, 2, -1, 0, 1}).with_anchor({0, 2});
  const FilterOptions options{.convolve = true};
  const FilterPlan plan({70, 9, 1}, SampleType::u8, SampleType::i16, given, options);
  EXPECT_EQ(plan.explain().methods[0].arithmetic, "int16");
  EXPECT_EQ(filtered(in, SampleType::i16, given, options).bytes(),
            filtered(in, SampleType::i16, integers, options).bytes());
}

TEST(SmallKernels, of_whole_doubles_keep_float_sums_where_integers_would_need_double) {
  const Kernel large = Kernel::outer({{1, 1000, 1}, {1, 1000, 1}});
  const FilterPlan plan({70, 9, 1}, SampleType::u16, SampleType::u16, large);
  EXPECT_EQ(plan.explain().methods[0].arithmetic, "f32");
}

}  // namespace
}  // namespace sepconv::test
