// Gradients of weights: against sums in double, on every target; and packed weights unpacked.
#include "simd/layer/gradient/weights.h"

#include "simd/layer/values.h"

namespace sepconv::simd {
namespace {

// Random values in every lane of blocks.
AlignedFloats random_blocks(int64_t floats, uint32_t seed) {
  AlignedFloats blocks(floats);
  const std::vector<float> values = random_values(floats, seed);
  std::copy(values.begin(), values.end(), blocks.data());
  return blocks;
}

TEST(WeightGradients, of_products_are_sums_over_pixels) {
  constexpr int64_t kPixels = 23;
  for_each_block([&](int block) {
    for (const auto& [depth, channels] : {std::pair{1, 1}, {7, 5}, {19, 40}, {70, 24}, {13, 67}}) {
      SCOPED_TRACE(std::to_string(depth) + " > " + std::to_string(channels));
      const int64_t stride = (kPixels + 1) * block;
      const auto blocks = [&](int64_t count) { return (count + block - 1) / block; };
      const AlignedFloats in = random_blocks(blocks(depth) * stride, 1);
      const AlignedFloats gradients = random_blocks(blocks(channels) * stride, 2);
      const AlignedFloats panels(depth * blocks(channels) * block, 1);
      add_product_gradient({block, depth, channels, in.data(), stride, gradients.data(), stride,
                            kPixels, panels.data()});
      std::vector<float> weights(channels * depth);
      unpack_product(panels.data(), channels, depth, block, weights.data());
      const auto value = [&](const AlignedFloats& of, int64_t x, int64_t c) -> double {
        return of[c / block * stride + x * block + c % block];
      };
      for (int64_t n = 0; n < channels; ++n) {
        for (int64_t k = 0; k < depth; ++k) {
          double sum = 1;
          for (int64_t x = 0; x < kPixels; ++x) sum += value(in, x, k) * value(gradients, x, n);
          ASSERT_NEAR(weights[n * depth + k], sum, 1e-5) << n << ", " << k;
        }
      }
    }
  });
}

struct Kernel {
  int64_t height, width, stride, dilation, left;
};

void expect_depthwise(const Kernel& kernel, int block) {
  constexpr int64_t kInWidth = 19, kRows = 3, kChannels = 11;
  const int64_t reach = (kernel.width - 1) * kernel.dilation;
  const int64_t out_width = (kInWidth + kernel.left - reach + 1) / kernel.stride;
  const int64_t count = (kRows - 1) * kernel.stride + (kernel.height - 1) * kernel.dilation + 1;
  const int64_t blocks = (kChannels + block - 1) / block, in_stride = count * kInWidth * block;
  const int64_t out_stride = kRows * out_width * block;
  const AlignedFloats in = random_blocks(blocks * in_stride, 1), zeros(kInWidth * block);
  const AlignedFloats gradients = random_blocks(blocks * out_stride, 2);
  std::vector<const float*> rows(count);
  for (int64_t j = 1; j < count; ++j) rows[j] = in.data() + j * kInWidth * block;  // 0: no row
  DepthwiseWeights weights;
  weights.block = block;
  weights.height = kernel.height;
  weights.width = kernel.width;
  weights.stride_y = weights.stride_x = kernel.stride;
  weights.dilation_y = weights.dilation_x = kernel.dilation;
  const int64_t taps = kernel.height * kernel.width;
  const AlignedFloats packed(blocks * taps * block, 1);
  add_depthwise_gradient({&weights, rows.data(), zeros.data(), kInWidth, in_stride, kernel.left,
                          gradients.data(), out_width * block, out_stride, kRows, out_width,
                          kChannels, packed.data()});
  std::vector<float> actual(kChannels * taps);
  unpack_depthwise_taps(packed.data(), kChannels, taps, block, actual.data());
  for (int64_t i = 0; i < std::ssize(actual); ++i) {
    const int64_t c = i / taps, v = i % taps / kernel.width, u = i % kernel.width;
    double sum = 1;
    for (int64_t y = 0; y < kRows; ++y) {
      const float* row = rows[y * kernel.stride + v * kernel.dilation];
      for (int64_t x = 0; x < out_width; ++x) {
        const int64_t column = x * kernel.stride + u * kernel.dilation - kernel.left;
        if (row == nullptr || column < 0 || column >= kInWidth) continue;
        sum += double{row[c / block * in_stride + column * block + c % block]} *
               gradients[c / block * out_stride + (y * out_width + x) * block + c % block];
      }
    }
    ASSERT_NEAR(actual[i], sum, 1e-5) << "value " << i;
  }
}

TEST(WeightGradients, of_depthwise_taps_are_sums_over_rows_and_columns) {
  for_each_block([](int block) {
    for (const Kernel& kernel :
         {Kernel{3, 3, 1, 1, 1}, Kernel{3, 3, 2, 1, 0}, Kernel{3, 3, 1, 2, 3},
          Kernel{5, 5, 1, 1, 2}, Kernel{1, 1, 1, 1, 0}, Kernel{2, 11, 3, 1, 5},
          Kernel{4, 4, 2, 3, 7}}) {
      SCOPED_TRACE(std::to_string(kernel.height) + "x" + std::to_string(kernel.width));
      expect_depthwise(kernel, block);
    }
  });
}

TEST(WeightGradients, unpacking_reverses_packing) {
  for_each_block([](int block) {
    for (const int64_t channels : {1, 8, 17, 24, 70}) {
      const std::vector<float> weights = random_values(channels * 5, 1);
      const int64_t lanes = (channels + block - 1) / block * block;
      const AlignedFloats packed(lanes * 5);
      std::vector<float> unpacked(weights.size());
      pack_product(weights.data(), channels, 5, block, packed.data());
      unpack_product(packed.data(), channels, 5, block, unpacked.data());
      EXPECT_EQ(unpacked, weights);
      pack_depthwise_taps(weights.data(), channels, 5, block, packed.data());
      unpack_depthwise_taps(packed.data(), channels, 5, block, unpacked.data());
      EXPECT_EQ(unpacked, weights);
    }
  });
}

}  // namespace
}  // namespace sepconv::simd
