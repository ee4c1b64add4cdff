// The product's microkernel: tiles of pixels times a panel of output channels, all sums in
// registers. Included once a target by product.cc.
#if defined(SEPCONV_SIMD_LAYER_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_PRODUCT_INL_H_
#undef SEPCONV_SIMD_LAYER_PRODUCT_INL_H_
#else
#define SEPCONV_SIMD_LAYER_PRODUCT_INL_H_
#endif

#include "simd/layer/activation-inl.h"
#include "simd/layer/product.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Pixels of a tile: sums, a vector of weights a block and a broadcast input fill the registers.
/// 6 x 2 of 16 registers, 14 x 2 of 32.
template <int kBlocks>
inline constexpr int kTilePixels = (kRegisters - 1 - kBlocks) / kBlocks < 14
                                       ? (kRegisters - 1 - kBlocks) / kBlocks
                                       : 14;

/// Some of the input channels of a run.
template <class D>
struct ProductPass {
  static constexpr int64_t kLanes = hn::MaxLanes(D());

  const ProductRun& run;
  const ProductWeights& weights;
  int64_t first;  // input channels [first, end)
  int64_t end;
  Clamp<D> clamp;

  HWY_INLINE bool begins() const { return first == 0; }
  HWY_INLINE bool ends() const { return end == weights.depth; }
};

/// Where a tile begins.
struct TilePlace {
  int64_t pixel = 0;
  int64_t block = 0;  // of output channels
};

/// kPixels x kBlocks sums.
template <int kPixels, int kBlocks, class D>
class ProductTile {
 public:
  HWY_INLINE ProductTile(const ProductPass<D>& pass, TilePlace place)
      : pass_(pass), place_(place) {}

  HWY_INLINE void run() {
    begin();
    add();
    if (!pass_.ends()) return store_partial();
    finish();
  }

 private:
  using V = hn::Vec<D>;
  static constexpr int64_t kLanes = hn::MaxLanes(D());
  static constexpr D d{};

  template <class Use>
  static HWY_INLINE void for_each(const Use& use) {
    unroll<kPixels * kBlocks>([&](auto i) HWY_ATTR {
      use(std::integral_constant<int, i / kBlocks>(), std::integral_constant<int, i % kBlocks>());
    });
  }

  HWY_INLINE float* partial() const {
    return pass_.run.partial + (place_.block * pass_.run.pixels + place_.pixel * kBlocks) * kLanes;
  }

  HWY_INLINE void begin() {
    if (pass_.begins()) {
      const float* bias = pass_.weights.bias + place_.block * kLanes;
      for_each([&](auto m, auto v) HWY_ATTR { sum_[m][v] = hn::Load(d, bias + v * kLanes); });
    } else {
      const float* from = partial();
      for_each([&](auto m, auto v)
                   HWY_ATTR { sum_[m][v] = hn::Load(d, from + (m * kBlocks + v) * kLanes); });
    }
  }

  /// Adds one input channel.
  HWY_INLINE void add_channel(const float* in, const float* panel) {
    V weight[kBlocks];
    unroll<kBlocks>([&](auto v) HWY_ATTR { weight[v] = hold(hn::Load(d, panel + v * kLanes)); });
    unroll<kPixels>([&](auto m) HWY_ATTR {
      const V value = hn::Set(d, in[m * kLanes]);
      unroll<kBlocks>([&](auto v)
                          HWY_ATTR { sum_[m][v] = hn::MulAdd(value, weight[v], sum_[m][v]); });
    });
  }

  HWY_INLINE void add() {
    const float* in =
        pass_.run.in + pass_.first / kLanes * pass_.run.in_block_stride + place_.pixel * kLanes;
    const float* panel = pass_.weights.panels + place_.block * kLanes * pass_.weights.depth +
                         pass_.first * kBlocks * kLanes;
    int64_t left = pass_.end - pass_.first;
    for (; left >= kLanes; left -= kLanes) {
      unroll<kLanes>([&](auto k) HWY_ATTR { add_channel(in + k, panel + k * kBlocks * kLanes); });
      in += pass_.run.in_block_stride;
      panel += kLanes * kBlocks * kLanes;
    }
    for (; left > 0; --left, ++in, panel += kBlocks * kLanes) add_channel(in, panel);
  }

  HWY_INLINE void store_partial() const {
    float* to = partial();
    for_each([&](auto m, auto v)
                 HWY_ATTR { hn::Store(sum_[m][v], d, to + (m * kBlocks + v) * kLanes); });
  }

  HWY_INLINE float* out(int64_t m, int64_t v) const {
    return pass_.run.out + (place_.pixel + m) * pass_.run.out_pixel_stride +
           (place_.block + v) * pass_.run.out_block_stride;
  }

  HWY_INLINE const float* residual(int64_t m, int64_t v) const {
    return pass_.run.residual + (place_.pixel + m) * pass_.run.residual_pixel_stride +
           (place_.block + v) * pass_.run.residual_block_stride;
  }

  /// Lanes of block v that are stored.
  HWY_INLINE int64_t lanes(int64_t v) const {
    return pass_.weights.channels - (place_.block + v) * kLanes;
  }

  HWY_INLINE void finish() {
    if (!is_clamp(pass_.weights.activation)) {
      store_all();
      return finish_stored();
    }
    for_each([&](auto m, auto v) HWY_ATTR { sum_[m][v] = pass_.clamp(sum_[m][v]); });
    if (pass_.run.residual != nullptr) {
      for_each([&](auto m, auto v) HWY_ATTR {
        sum_[m][v] = hn::Add(sum_[m][v], load_lanes(d, residual(m, v), lanes(v)));
      });
    }
    if (pass_.run.streams && lanes(kBlocks - 1) >= kLanes) {
      for_each([&](auto m, auto v) HWY_ATTR { hn::Stream(sum_[m][v], d, out(m, v)); });
    } else {
      store_all();
    }
  }

  HWY_INLINE void store_all() const {
    if (lanes(kBlocks - 1) >= kLanes) {
      for_each([&](auto m, auto v) HWY_ATTR { hn::StoreU(sum_[m][v], d, out(m, v)); });
    } else {
      for_each([&](auto m, auto v) HWY_ATTR { store_lanes(d, sum_[m][v], lanes(v), out(m, v)); });
    }
  }

  /// Activations that take more than a clamp, and then the residual, over what was stored.
  HWY_INLINE void finish_stored() const {
    const Activation& activation = pass_.weights.activation;
    for (int v = 0; v < kBlocks; ++v) {
      const float* slopes =
          activation.slopes == nullptr ? nullptr : activation.slopes + (place_.block + v) * kLanes;
      activate_stored(d, activation,
                      {out(0, v), kPixels, pass_.run.out_pixel_stride, lanes(v), slopes});
      if (pass_.run.residual == nullptr) continue;
      for (int m = 0; m < kPixels; ++m) {
        const V sum =
            hn::Add(load_lanes(d, out(m, v), lanes(v)), load_lanes(d, residual(m, v), lanes(v)));
        store_lanes(d, sum, lanes(v), out(m, v));
      }
    }
  }

  const ProductPass<D>& pass_;
  const TilePlace place_;
  V sum_[kPixels][kBlocks];
};

/// count tiles of one size, each a step further.
template <int kPixels, int kBlocks, class D>
HWY_NOINLINE HWY_FLATTEN void run_tiles(const ProductPass<D>& pass, TilePlace place, TilePlace step,
                                        int64_t count) {
  for (; count > 0; --count) {
    ProductTile<kPixels, kBlocks, D>(pass, place).run();
    place.pixel += step.pixel;
    place.block += step.block;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
