// Every way to filter against the reference: random shapes, types, kernels, borders and options.
#include <gtest/gtest.h>

#include "filter/typed_image.h"
#include "simd/target.h"

namespace sepconv::test {
namespace {

/// A random request, all of it from one seed.
struct RandomCase {
  explicit RandomCase(uint32_t seed) : random(seed) {
    in_type = kTypes[below(6)];
    out_type = kTypes[below(6)];
    const ImageShape shape{1 + below(90), 1 + below(14), static_cast<int>(1 + below(4))};
    image = std::make_unique<TypedImage>(in_type, shape, below(3));
    image->fill(kPatterns[below(5)], random);
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
    options.exact = below(4) == 0;
  }

  int64_t below(int64_t n) { return std::uniform_int_distribution<int64_t>(0, n - 1)(random); }
  double uniform() { return std::uniform_real_distribution<double>(-1, 1)(random); }

  /// One of: an outer product, two of them, no structure; integer or real, sum one or not.
  Kernel kernel() {
    const int64_t height = 1 + below(9), width = 1 + below(below(3) == 0 ? 30 : 9);
    const bool is_integer_kernel = below(2) == 0;
    const int64_t rank = below(3);  // 0: no structure
    std::vector<double> taps(height * width, 0.0);
    for (int64_t r = 0; r < std::max<int64_t>(rank, 1); ++r) {
      const std::vector<double> column = factor(height, is_integer_kernel);
      const std::vector<double> row = factor(width, is_integer_kernel);
      for (int64_t i = 0; i < height * width; ++i) {
        taps[i] += rank == 0 ? factor(1, is_integer_kernel)[0] : column[i / width] * row[i % width];
      }
    }
    if (is_integer_kernel) {
      return anchored(
          Kernel::from_integers({height, width}, {taps.begin(), taps.end()}, 1 + below(20)));
    }
    if (below(2) == 0) normalise(&taps);
    return anchored(Kernel({height, width}, taps));
  }

  std::vector<double> factor(int64_t size, bool is_integer_factor) {
    std::vector<double> taps(size);
    const bool is_positive = below(2) == 0;
    for (double& tap : taps) {
      tap = is_integer_factor ? static_cast<double>(below(9) - 4) : uniform();
      if (is_positive) tap = std::abs(tap);
    }
    return taps;
  }

  static void normalise(std::vector<double>* taps) {
    double sum = 0;
    for (const double tap : *taps) sum += tap;
    if (std::abs(sum) < 0.1) return;
    for (double& tap : *taps) tap /= sum;
  }

  Kernel anchored(const Kernel& given) {
    if (below(2) == 0) return given;
    return given.with_anchor({below(given.shape()[0]), below(given.shape()[1])});
  }

  std::mt19937 random;
  SampleType in_type, out_type;
  std::unique_ptr<TypedImage> image;
  FilterOptions options;
};

void expect_within_bound(RandomCase& random_case, const Kernel& kernel, Method method) {
  FilterOptions options = random_case.options;
  options.method = method;
  const TypedImage& in = *random_case.image;
  const FilterPlan plan(in.in().shape, random_case.in_type, random_case.out_type, kernel, options);
  TypedImage out(random_case.out_type, plan.out_shape(), random_case.below(3));
  plan.run(in.in(), out.out());
  const std::vector<double> exact = reference::filter(in.in(), kernel, options);
  // The reference itself rounds: n sums of products in double.
  const auto [low, high] = range_of(random_case.in_type);
  const double slack = 0x1p-53 * std::max(-low, high) * kernel.l1_norm() * kernel.tap_count() *
                           std::abs(options.scale) +
                       1e-13;
  EXPECT_LE(largest_error(out, exact), plan.error_bound() + slack)
      << plan.explain().to_text() << "image " << to_string(in.in().shape);
}

class Agreement : public ::testing::TestWithParam<int64_t> {};

TEST_P(Agreement, every_method_stays_within_its_bound_on_random_requests) {
  simd::force_target(GetParam());
  for (uint32_t seed = 0; seed < 600 && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    RandomCase random_case(seed);
    const Kernel kernel = random_case.kernel();
    expect_within_bound(random_case, kernel, Method::direct);
    expect_within_bound(random_case, kernel, Method::low_rank);
    expect_within_bound(random_case, kernel, Method::automatic);
  }
  simd::force_target(0);
}

std::vector<int64_t> target_ids() {
  std::vector<int64_t> ids;
  for (const simd::Target& target : simd::usable_targets()) ids.push_back(target.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(targets, Agreement, ::testing::ValuesIn(target_ids()),
                         [](const auto& param) {
                           simd::force_target(param.param);
                           const std::string name = simd::active_target().name;
                           simd::force_target(0);
                           return name;
                         });

}  // namespace
}  // namespace sepconv::test
