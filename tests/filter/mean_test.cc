// Means of bytes over boxes, which run in integers: the exact level at every sample, whatever the
// box, border, region, threads and instruction set.
#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "simd/box/rows.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

/// A random request, all of it from one seed.
struct MeanCase {
  explicit MeanCase(uint32_t seed) : random(seed) {
    width = size();
    height = size();
    const ImageShape shape{1 + below(150), 1 + below(60), static_cast<int>(1 + below(4))};
    image = std::make_unique<TypedImage>(SampleType::u8, shape, below(3));
    image->fill(kPatterns[below(5)], random);
    options.border = kBorders[below(6)];
    if (options.border == Border::constant) options.border_value = 200;
    options.threads = static_cast<int>(1 + below(3));
    options.method = Method::separable;
    if (below(2) == 0) {
      const int64_t x = below(shape.width), y = below(shape.height);
      options.roi = Rect{x, y, 1 + below(shape.width - x), 1 + below(shape.height - y)};
    }
    anchor = {below(height), below(width)};
  }

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random); }
  int64_t size() { return below(3) == 0 ? 1 + below(150) : 1 + below(16); }

  std::mt19937 random;
  int64_t width, height;
  std::vector<int64_t> anchor;
  std::unique_ptr<TypedImage> image;
  FilterOptions options;
};

/// The same box without its divisor.
std::vector<double> sums(const MeanCase& c) {
  const std::vector<int64_t> ones(c.width * c.height, 1);
  const Kernel kernel = Kernel::from_integers({c.height, c.width}, ones).with_anchor(c.anchor);
  return reference::filter(c.image->in(), kernel, c.options);
}

class Mean : public ::testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { simd::force_target(GetParam()); }
  void TearDown() override { simd::force_target(0); }
};

TEST_P(Mean, is_the_exact_level_everywhere) {
  for (uint32_t seed = 0; seed < 250; ++seed) {
    MeanCase c(seed);
    const Kernel kernel = box(c.width, c.height).with_anchor(c.anchor);
    const FilterPlan plan(c.image->in().shape, SampleType::u8, SampleType::u8, kernel, c.options);
    ASSERT_EQ(plan.explain().methods[0].arithmetic, "int32");
    TypedImage out(SampleType::u8, plan.out_shape(), c.below(3));
    plan.run(c.image->in(), out.out());
    const std::vector<double> exact = sums(c);
    const ImageShape shape = plan.out_shape();
    for (size_t i = 0; i < exact.size(); ++i) {
      const int64_t pixel = i / shape.channels;
      ASSERT_EQ(out.get(pixel % shape.width, pixel / shape.width, i % shape.channels),
                simd::box_level(static_cast<int64_t>(exact[i]), c.width * c.height))
          << "seed " << seed << ", box " << c.width << "x" << c.height << ", sample " << i << ", "
          << plan.explain().to_text();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, Mean, ::testing::ValuesIn([] {
                           std::vector<int64_t> ids;
                           for (const auto& target : simd::usable_targets()) {
                             ids.push_back(target.id);
                           }
                           return ids;
                         }()),
                         [](const auto& tested) {
                           return "target" + std::to_string(tested.index);
                         });

// Wide enough for several strips, tall enough for several chunks of rows.
TEST(MeanOfLargeImage, is_the_same_over_threads_and_equals_the_direct_method) {
  const ImageShape shape{2900, 530, 3};
  TypedImage in(SampleType::u8, shape);
  std::mt19937 random(1);
  in.fill(Pattern::noise, random);
  FilterOptions options{.border = Border::reflect101, .method = Method::direct};
  const TypedImage direct = filtered(in, SampleType::u8, box(9, 4), options);
  options.method = Method::separable;
  for (const int threads : {1, 2, 5}) {
    options.threads = threads;
    EXPECT_EQ(filtered(in, SampleType::u8, box(9, 4), options).bytes(), direct.bytes());
  }
}

}  // namespace
}  // namespace sepconv::test
