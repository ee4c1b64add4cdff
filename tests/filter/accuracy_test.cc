// How close rounded results really come: within 0.52 level of the exact value, and below the bound
// that the plan proves, on a photograph, noise, ramps and patterns of extremes.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "filter/typed_image.h"
#include "io/image_file.h"

namespace sepconv::test {
namespace {

constexpr ImageShape kShape{256, 192, 3};

/// A picture by its samples as fractions of the type's range.
TypedImage drawn(SampleType type, const std::function<double(int64_t x, int64_t y, int c)>& level) {
  TypedImage image(type, kShape);
  const auto [low, high] = range_of(type);
  for (int64_t i = 0; i < kShape.width * kShape.height * 3; ++i) {
    const int64_t x = i / 3 % kShape.width, y = i / 3 / kShape.width;
    const int c = static_cast<int>(i % 3);
    image.set(x, y, c, low + (high - low) * level(x, y, c));
  }
  return image;
}

/// The middle of the shipped photograph, its 8 bits spread over the type's range.
TypedImage photograph(SampleType type) {
  const io::AnyImage file = io::read_image(std::string(SEPCONV_DATA_DIR) + "/china.jpg");
  return drawn(type, [&](int64_t x, int64_t y, int c) {
    return reference::sample_at(file.ref(), x + 190, y + 110, c, Border::zero, 0) / 255;
  });
}

struct Picture {
  std::string label;
  TypedImage image;
};

std::vector<Picture> pictures(SampleType type) {
  std::mt19937 random(21);
  std::vector<Picture> all;
  all.push_back({"photograph", photograph(type)});
  for (const Pattern pattern : {Pattern::noise, Pattern::extremes}) {
    all.push_back({pattern == Pattern::noise ? "noise" : "0/255 noise", TypedImage(type, kShape)});
    all.back().image.fill(pattern, random);
  }
  all.push_back(
      {"ramp to the right", drawn(type, [](int64_t x, int64_t, int) { return x / 255.0; })});
  all.push_back({"ramp down", drawn(type, [](int64_t, int64_t y, int) { return y / 191.0; })});
  all.push_back(
      {"ramp across", drawn(type, [](int64_t x, int64_t y, int) { return (x + y) / 446.0; })});
  all.push_back({"0/255 checks", drawn(type, [](int64_t x, int64_t y, int) {
                   return static_cast<double>((x / 37 + y / 41) % 2);
                 })});
  all.push_back({"0/255 stripes", drawn(type, [](int64_t, int64_t y, int) {
                   return static_cast<double>(y / 5 % 2);
                 })});
  return all;
}

std::vector<double> uneven_taps(int64_t count, std::mt19937& random) {
  std::uniform_real_distribution<double> any(0, 1);
  std::vector<double> taps(count);
  double sum = 0;
  for (double& tap : taps) sum += tap = any(random);
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// Gaussians and uneven factors of 3 to 121 taps, and a kernel of rank 2 with negative taps.
std::vector<Kernel> kernels() {
  std::mt19937 random(22);
  std::vector<Kernel> all;
  for (const double sigma : {0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0}) all.push_back(gaussian(sigma));
  for (const int64_t count : {3, 5, 8, 9, 11, 15, 21, 31, 63, 121}) {
    all.push_back(Kernel::outer({uneven_taps(count, random), uneven_taps(count, random)}));
  }
  all.push_back(unsharp(2, 1.5));
  return all;
}

class Accuracy : public ::testing::TestWithParam<SampleType> {};

TEST_P(Accuracy, stays_within_0_52_level_of_the_exact_value) {
  const SampleType type = GetParam();
  double largest = 0;
  for (const Picture& picture : pictures(type)) {
    for (const Kernel& kernel : kernels()) {
      const FilterPlan plan(kShape, type, type, kernel);
      TypedImage out(type, kShape);
      plan.run(picture.image.in(), out.out());
      // The double engine is within 1e-9 level; it is held against the reference elsewhere.
      const TypedImage in_double = filtered(picture.image, SampleType::f64, kernel, {});
      std::vector<double> exact;
      for (int64_t i = 0; i < kShape.width * kShape.height * 3; ++i) {
        exact.push_back(in_double.get(i / 3 % kShape.width, i / 3 / kShape.width, i % 3));
      }
      const double error = largest_error(out, exact);
      EXPECT_LE(error, 0.52) << picture.label << ", " << kernel.shape()[0] << " taps, "
                             << plan.explain().methods[0].arithmetic;
      EXPECT_LE(error, plan.error_bound() + 1e-9) << picture.label;
      largest = std::max(largest, error);
    }
  }
  std::cout << name(type) << ": largest error seen " << largest << " levels\n";
}

INSTANTIATE_TEST_SUITE_P(types, Accuracy,
                         ::testing::Values(SampleType::u8, SampleType::u16, SampleType::i16),
                         [](const auto& type) { return name(type.param); });

}  // namespace
}  // namespace sepconv::test
