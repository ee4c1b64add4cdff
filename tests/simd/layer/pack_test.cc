// Packed weights lie where the kernels read them, rows come back from blocks as they were.
#include "simd/layer/pack.h"

#include "simd/layer/values.h"

namespace sepconv::simd {
namespace {

TEST(LayerPack, has_blocks_of_a_vector_widest_first) {
  for (const Target& target : usable_targets()) {
    force_target(target.id);
    const std::vector<int> blocks = layer_blocks();
    EXPECT_EQ(layer_block(), blocks.front());
    EXPECT_TRUE(std::is_sorted(blocks.rbegin(), blocks.rend()));
  }
  force_target(0);
}

TEST(LayerPack, puts_taps_of_a_block_beside_each_other) {
  const std::vector<float> taps{1, 2, 3, 4, 5, 6};  // three channels, two taps
  std::vector<float> packed(8, -1);
  pack_depthwise_taps(taps.data(), 3, 2, 2, packed.data());
  EXPECT_EQ(packed, (std::vector<float>{1, 3, 2, 4, 5, 0, 6, 0}));
}

TEST(LayerPack, makes_panels_of_two_blocks_and_a_last_of_three) {
  // Five blocks of one channel, two input channels: weight 10 n + k.
  const std::vector<float> weights{0, 1, 10, 11, 20, 21, 30, 31, 40, 41};
  std::vector<float> panels(10);
  pack_product(weights.data(), 5, 2, 1, panels.data());
  EXPECT_EQ(panels, (std::vector<float>{0, 10, 1, 11, 20, 30, 40, 21, 31, 41}));
}

/// Rows of pixels with strides that leave gaps.
void expect_rows_return(int block, int64_t channels, int64_t pixels, bool is_planar) {
  const int64_t blocks = (channels + block - 1) / block;
  const PixelRow shape{nullptr, is_planar ? 1 : channels + 2, is_planar ? pixels + 3 : 1};
  std::vector<float> row = random_values((channels + 3) * (pixels + 3), 1);
  AlignedFloats blocked(blocks * (pixels + 1) * block, NAN);
  RowCopy copy{shape, {blocked.data(), block, (pixels + 1) * block, block}, pixels, channels};
  copy.row.data = row.data();
  copy_to_blocks(copy);
  for (int64_t c = 0; c < blocks * block; ++c) {
    for (int64_t x = 0; x < pixels; ++x) {
      const float want =
          c < channels ? row[x * shape.pixel_stride + c * shape.channel_stride] : 0.0f;
      ASSERT_EQ(blocked[((c / block) * (pixels + 1) + x) * block + c % block], want)
          << "channel " << c << " of " << channels << ", pixel " << x << " of " << pixels;
    }
  }
  std::vector<float> back = row;
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t x = 0; x < pixels; ++x) {
      back[x * shape.pixel_stride + c * shape.channel_stride] = NAN;
    }
  }
  copy.row.data = back.data();
  copy_from_blocks(copy);
  ASSERT_EQ(back, row);
}

TEST(LayerPack, brings_rows_into_blocks_and_back) {
  for_each_block([](int block) {
    for (int64_t channels = 1; channels <= 67; ++channels) {
      for (const int64_t pixels : {1, 2, 5, 16, 37}) {
        expect_rows_return(block, channels, pixels, false);
        expect_rows_return(block, channels, pixels, true);
      }
    }
  });
}

TEST(LayerPack, repeats_channels_for_a_multiplier) {
  for_each_block([](int block) {
    for (const int64_t channels : {1, 3, 16, 35, 300}) {
      for (const int64_t multiplier : {2, 3, 5, 40}) {
        const int64_t pixels = 3, filled = round_up(channels * multiplier, block);
        std::vector<float> row = random_values(channels * pixels, 6);
        AlignedFloats blocked(filled * pixels, NAN);
        copy_to_blocks({{row.data(), channels, 1},
                        {blocked.data(), block, pixels * block, block},
                        pixels,
                        channels,
                        multiplier});
        for (int64_t x = 0; x < pixels; ++x) {
          for (int64_t c = 0; c < filled; ++c) {
            const float want = c < channels * multiplier ? row[x * channels + c / multiplier] : 0;
            ASSERT_EQ(blocked[(c / block * pixels + x) * block + c % block], want)
                << channels << " times " << multiplier << ", channel " << c;
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace sepconv::simd
