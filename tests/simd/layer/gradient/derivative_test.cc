// Derivatives of activations: against differences of the exact activations, on every target.
#include "simd/layer/gradient/derivative.h"

#include "simd/layer/values.h"

namespace sepconv::simd {
namespace {

// Values of channels in blocks, a block of spare floats between them.
struct Blocked {
  int64_t pixels, channels, stride;
  AlignedFloats floats;

  Blocked(const std::vector<float>& values, int64_t count, int block)
      : pixels(std::ssize(values) / count),
        channels(count),
        stride((pixels + 1) * block),
        floats((count + block - 1) / block * stride) {
    for (int64_t i = 0; i < std::ssize(values); ++i) {
      floats[index(i / count, i % count, block)] = values[i];
    }
  }
  int64_t index(int64_t pixel, int64_t c, int block) const {
    return c / block * stride + pixel * block + c % block;
  }
  BlockedPixels pixels_of() const { return {floats.data(), stride}; }
};

double slope_of(const Activation& activation, double slope, double v) {
  constexpr double kStep = 1e-6;
  const double above = activated(activation, slope, v + kStep);
  return (above - activated(activation, slope, v - kStep)) / (2 * kStep);
}

TEST(Derivative, is_the_slope_of_every_activation_and_adds_to_the_bias) {
  constexpr int64_t kChannels = 21;
  for_each_block([&](int block) {
    for (const ActivationKind kind : kEveryActivation) {
      for (const int64_t pixels : {1, 2, 7}) {
        SCOPED_TRACE(static_cast<int>(kind));
        std::vector<float> values = random_values(pixels * kChannels, 1);
        for (float& value : values) value *= 5;
        const std::vector<float> gradients = random_values(pixels * kChannels, 2);
        const std::vector<float> slopes = random_values(kChannels, 3);
        const Blocked v(values, kChannels, block), g(gradients, kChannels, block);
        const AlignedFloats packed(32), bias(32, 1), slope_sums(32, 2);
        pack_channels(slopes.data(), kChannels, block, packed.data());
        DerivativeRun run;
        run.activation = {kind, -1, 2, packed.data()};
        run.block = block;
        run.channels = kChannels;
        run.pixels = pixels;
        run.values = v.pixels_of();
        run.gradients = g.pixels_of();
        run.bias = bias.data();
        if (kind == ActivationKind::prelu) run.slopes = slope_sums.data();
        apply_derivative(run);
        for (int64_t c = 0; c < kChannels; ++c) {
          double sum = 1, slope_sum = 2;
          for (int64_t x = 0; x < pixels; ++x) {
            const int64_t i = x * kChannels + c;
            const double exact = gradients[i] * slope_of(run.activation, slopes[c], values[i]);
            ASSERT_NEAR(g.floats[g.index(x, c, block)], exact, 1e-5) << values[i];
            sum += exact;
            if (run.slopes != nullptr) slope_sum += std::min(values[i], 0.0f) * gradients[i];
          }
          ASSERT_NEAR(bias[c], sum, 1e-4);
          ASSERT_NEAR(slope_sums[c], slope_sum, 1e-4);
        }
      }
    }
  });
}

TEST(Derivative, of_a_corner_is_that_of_the_side_that_does_less) {
  for_each_block([&](int block) {
    const auto at = [&](ActivationKind kind, float value) {
      const AlignedFloats v(block, value), g(block, 1), slopes(block, 0.25f);
      DerivativeRun run;
      run.activation = {kind, 0, 6, slopes.data()};
      run.block = block;
      run.channels = run.pixels = 1;
      run.values = {v.data(), block};
      run.gradients = {g.data(), block};
      apply_derivative(run);
      return g[0];
    };
    EXPECT_EQ(at(ActivationKind::clamp, 0), 0);
    EXPECT_EQ(at(ActivationKind::clamp, 6), 0);
    EXPECT_EQ(at(ActivationKind::prelu, 0), 0.25f);
    EXPECT_EQ(at(ActivationKind::hard_sigmoid, -3), 0);
    EXPECT_EQ(at(ActivationKind::hard_sigmoid, 3), 0);
    EXPECT_EQ(at(ActivationKind::hard_swish, -3), 0);
    EXPECT_EQ(at(ActivationKind::hard_swish, 3), 1);
  });
}

TEST(Derivative, activations_of_kept_sums_are_exact_within_rounding) {
  for_each_block([&](int block) {
    for (const ActivationKind kind : kEveryActivation) {
      std::vector<float> values = random_values(5 * 3, 4);
      for (float& value : values) value *= 5;
      const Blocked v(values, 3, block), to(values, 3, block);
      const AlignedFloats slopes(32, 0.25f);
      DerivativeRun run;
      run.activation = {kind, -1, 2, slopes.data()};
      run.block = block;
      run.channels = 3;
      run.pixels = 5;
      run.values = v.pixels_of();
      run.gradients = to.pixels_of();
      apply_activation(run);
      for (int64_t i = 0; i < 15; ++i) {
        const float got = to.floats[to.index(i / 3, i % 3, block)];
        ASSERT_NEAR(got, activated(run.activation, 0.25, values[i]), 2e-6);
      }
    }
  });
}

}  // namespace
}  // namespace sepconv::simd
