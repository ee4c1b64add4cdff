// Gradients of a product's weights: tiles of input channels times a panel of output channels, all
// sums in registers while pixels go by. Included once a target by weights.cc.
#if defined(SEPCONV_SIMD_LAYER_GRADIENT_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_GRADIENT_PRODUCT_INL_H_
#undef SEPCONV_SIMD_LAYER_GRADIENT_PRODUCT_INL_H_
#else
#define SEPCONV_SIMD_LAYER_GRADIENT_PRODUCT_INL_H_
#endif

#include "simd/layer/gradient/weights.h"
#include "simd/layer/product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// kChannels input channels from channel on, times the kBlocks blocks of the panel from block on.
template <int kChannels, int kBlocks, class D>
HWY_NOINLINE HWY_FLATTEN void add_channels(const ProductGradient& run, int64_t channel,
                                           int64_t block) {
  constexpr D d;
  constexpr int64_t kLanes = hn::MaxLanes(D());
  hn::Vec<D> sum[kChannels][kBlocks];
  const float* in[kChannels];
  unroll<kChannels>([&](auto c) HWY_ATTR {
    const int64_t at = channel + c;
    in[c] = run.in + at / kLanes * run.in_block_stride + at % kLanes;
    unroll<kBlocks>([&](auto v) HWY_ATTR { sum[c][v] = hn::Zero(d); });
  });
  const float* gradients = run.gradients + block * run.gradients_block_stride;
  const int64_t stride = run.gradients_block_stride;
  for (int64_t i = 0; i < run.pixels * kLanes; i += kLanes) {
    hn::Vec<D> gradient[kBlocks];
    unroll<kBlocks>([&](auto v)
                        HWY_ATTR { gradient[v] = hold(hn::Load(d, gradients + v * stride + i)); });
    unroll<kChannels>([&](auto c) HWY_ATTR {
      const auto value = hn::Set(d, in[c][i]);
      unroll<kBlocks>([&](auto v)
                          HWY_ATTR { sum[c][v] = hn::MulAdd(value, gradient[v], sum[c][v]); });
    });
  }
  float* to = run.panels + (block * run.depth + channel * kBlocks) * kLanes;
  unroll<kChannels>([&](auto c) HWY_ATTR {
    unroll<kBlocks>([&](auto v) HWY_ATTR {
      float* at = to + (c * kBlocks + v) * kLanes;
      hn::Store(hn::Add(hn::Load(d, at), sum[c][v]), d, at);
    });
  });
}

/// add_channels of a number of channels.
template <int kBlocks, class D, int... i>
auto add_channels_of(int64_t channels, std::integer_sequence<int, i...>) {
  using AddChannels = void (*)(const ProductGradient&, int64_t, int64_t);
  static constexpr AddChannels kTiles[] = {add_channels<i + 1, kBlocks, D>...};
  return kTiles[channels - 1];
}

/// All input channels of a panel.
template <int kBlocks, class D>
void add_panel(const ProductGradient& run, int64_t block) {
  constexpr auto kSizes = std::make_integer_sequence<int, kTilePixels<kBlocks>>();
  const EvenTiles tiles(run.depth, kTilePixels<kBlocks>);
  int64_t channel = 0;
  for (int64_t i = 0; i < tiles.count; ++i) {
    const int64_t size = tiles.size + (i < tiles.large ? 1 : 0);
    add_channels_of<kBlocks, D>(size, kSizes)(run, channel, block);
    channel += size;
  }
}

template <class D>
void add_panels(const ProductGradient& run) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const int64_t all = (run.channels + kLanes - 1) / kLanes;
  int64_t block = 0;
  for (; all - block != 0 && all - block != 1 && all - block != 3; block += kPanelVectors) {
    add_panel<kPanelVectors, D>(run, block);
  }
  if (all - block == 1) add_panel<1, D>(run, block);
  if (all - block == 3) add_panel<3, D>(run, block);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
