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

/// Some of the inputs of a run, which lie in blocks or in segments.
template <class D, bool kInSegments>
struct ProductPass {
  using Tag = D;
  static constexpr int64_t kLanes = hn::MaxLanes(D());
  static constexpr bool kHasSegments = kInSegments;

  const ProductRun& run;
  const ProductWeights& weights;
  int64_t first;  // inputs [first, end)
  int64_t end;
  Clamp<D> clamp;

  HWY_INLINE bool begins() const { return first == 0; }
  HWY_INLINE bool ends() const { return end == weights.depth; }

  /// Values side by side, and those of pixel 0.
  HWY_INLINE int64_t segment_depth() const { return kInSegments ? run.segment_depth : kLanes; }
  HWY_INLINE int64_t pixel_stride() const { return kInSegments ? run.in_pixel_stride : kLanes; }
  HWY_INLINE const float* segment(int64_t s) const {
    return kInSegments ? run.segments[s] : run.in + s * run.in_block_stride;
  }
};

/// Pixels side by side.
template <int64_t kStride>
struct NeighbourPixels {
  const float* first;

  HWY_INLINE NeighbourPixels(const float* in, int64_t) : first(in) {}

  template <int kPixel>
  HWY_INLINE const float* at() const {
    return first + kPixel * kStride;
  }
  HWY_INLINE void operator+=(int64_t values) { first += values; }
};

/// kPixels pixels any stride apart: every third has a register, those after it are one and two
/// strides further, which costs nothing in addresses of x86.
template <int kPixels>
class DistantPixels {
 public:
  HWY_INLINE DistantPixels(const float* in, int64_t stride) : stride_(stride) {
    unroll<kThirds>([&](auto i) HWY_ATTR { third_[i] = in + 3 * i * stride; });
  }

  template <int kPixel>
  HWY_INLINE const float* at() const {
    return third_[kPixel / 3] + kPixel % 3 * stride_;
  }
  HWY_INLINE void operator+=(int64_t values) {
    unroll<kThirds>([&](auto i) HWY_ATTR { third_[i] += values; });
  }

 private:
  static constexpr int kThirds = (kPixels + 2) / 3;
  const float* third_[kThirds];
  int64_t stride_;
};

/// Where a tile begins.
struct TilePlace {
  int64_t pixel = 0;
  int64_t block = 0;  // of output channels
};

/// kPixels x kBlocks sums.
template <int kPixels, int kBlocks, class Pass>
class ProductTile {
 public:
  HWY_INLINE ProductTile(const Pass& pass, TilePlace place) : pass_(pass), place_(place) {}

  HWY_INLINE void run() {
    begin();
    add();
    if (!pass_.ends()) return store_partial();
    finish();
  }

 private:
  using D = typename Pass::Tag;
  using V = hn::Vec<D>;
  static constexpr int64_t kLanes = Pass::kLanes;
  static constexpr D d{};
  using Pixels =
      std::conditional_t<Pass::kHasSegments, DistantPixels<kPixels>, NeighbourPixels<kLanes>>;
  // Inputs at once: half a block of 16, since all would take twice the time to compile and no less
  // to run.
  static constexpr int kUnrolled = kLanes > 8 ? 8 : kLanes;

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

  /// Adds value k of every pixel.
  HWY_INLINE void add_value(const Pixels& in, int64_t k, const float* panel) {
    V weight[kBlocks];
    unroll<kBlocks>([&](auto v) HWY_ATTR { weight[v] = hold(hn::Load(d, panel + v * kLanes)); });
    unroll<kPixels>([&](auto m) HWY_ATTR {
      const V value = hn::Set(d, in.template at<m>()[k]);
      unroll<kBlocks>([&](auto v)
                          HWY_ATTR { sum_[m][v] = hn::MulAdd(value, weight[v], sum_[m][v]); });
    });
  }

  HWY_INLINE void add() {
    const float* panel = pass_.weights.panels + place_.block * kLanes * pass_.weights.depth +
                         pass_.first * kBlocks * kLanes;
    const int64_t depth = pass_.segment_depth();
    int64_t segment = pass_.first / depth;
    for (int64_t left = pass_.end - pass_.first; left > 0; left -= depth, ++segment) {
      Pixels in(pass_.segment(segment) + place_.pixel * pass_.pixel_stride(), pass_.pixel_stride());
      int64_t values = std::min(left, depth);
      for (; values >= kUnrolled; values -= kUnrolled, in += kUnrolled) {
        unroll<kUnrolled>([&](auto k) HWY_ATTR { add_value(in, k, panel + k * kBlocks * kLanes); });
        panel += kUnrolled * kBlocks * kLanes;
      }
      for (; values > 0; --values, in += 1, panel += kBlocks * kLanes) add_value(in, 0, panel);
    }
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

  const Pass& pass_;
  const TilePlace place_;
  V sum_[kPixels][kBlocks];
};

/// count tiles of one size, each a step further.
template <int kPixels, int kBlocks, class Pass>
HWY_NOINLINE HWY_FLATTEN void run_tiles(const Pass& pass, TilePlace place, TilePlace step,
                                        int64_t count) {
  for (; count > 0; --count) {
    ProductTile<kPixels, kBlocks, Pass>(pass, place).run();
    place.pixel += step.pixel;
    place.block += step.block;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
