// Depthwise sums of one channel block: tiles of columns for every kernel. Included once a target by
// depthwise.cc.
#if defined(SEPCONV_SIMD_LAYER_DEPTHWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_DEPTHWISE_INL_H_
#undef SEPCONV_SIMD_LAYER_DEPTHWISE_INL_H_
#else
#define SEPCONV_SIMD_LAYER_DEPTHWISE_INL_H_
#endif

#include "simd/layer/activation-inl.h"
#include "simd/layer/depthwise.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// One block of channels of a band.
template <class D>
struct DepthwiseBlock {
  static constexpr int64_t kLanes = hn::MaxLanes(D());

  const DepthwiseBand& band;
  const DepthwiseWeights& weights;
  const float* taps;
  const float* bias;
  int64_t in_offset;
  float* out;
  int64_t lanes;  // that are stored
  Clamp<D> clamp;

  DepthwiseBlock(const DepthwiseBand& of, const DepthwiseWeights& with, int64_t block)
      : band(of),
        weights(with),
        taps(with.taps + block * with.height * with.width * kLanes),
        bias(with.bias + block * kLanes),
        in_offset(block * of.in_block_stride),
        out(of.out + block * of.out_block_stride),
        lanes(std::min(kLanes, of.channels - block * kLanes)),
        clamp(D(), with.activation) {}

  /// The input row under tap row 0 of output row 0, plus j; null beyond the map.
  HWY_INLINE const float* row(int64_t j) const {
    return band.rows[j] == nullptr ? nullptr : band.rows[j] + in_offset;
  }
};

/// Columns of a tile, where a tap and a spare have registers as well.
inline constexpr int kTileColumns = kRegisters == 32 ? 14 : 8;

/// kColumns outputs of row y from column x on. A tap is multiplied with inputs from memory, so that
/// there is about one load a multiply-add.
template <int kColumns, class D>
HWY_INLINE void sum_tile(const DepthwiseBlock<D>& block, int64_t y, int64_t x) {
  const D d;
  const DepthwiseBand& band = block.band;
  const DepthwiseWeights& weights = block.weights;
  const int64_t between = weights.stride_x * band.in_pixel_stride;
  const int64_t reach = (kColumns - 1) * weights.stride_x;
  hn::Vec<D> sum[kColumns];
  unroll<kColumns>([&](auto i) HWY_ATTR { sum[i] = hn::Load(d, block.bias); });
  const float* tap = block.taps;
  for (int64_t ky = 0; ky < weights.height; ++ky) {
    const float* row = block.row(y * weights.stride_y + ky * weights.dilation_y);
    if (row == nullptr) {
      tap += weights.width * block.kLanes;
      continue;
    }
    int64_t first = x * weights.stride_x - band.left;
    for (int64_t kx = 0; kx < weights.width; ++kx, tap += block.kLanes) {
      const auto t = hold(hn::Load(d, tap));
      const float* in = row + first * band.in_pixel_stride;
      if (first >= 0 && first + reach < band.in_width) {
        unroll<kColumns>([&](auto i) HWY_ATTR {
          sum[i] = hn::MulAdd(t, hn::Load(d, in + i * between), sum[i]);
        });
      } else {
        unroll<kColumns>([&](auto i) HWY_ATTR {
          const int64_t column = first + i * weights.stride_x;
          if (column < 0 || column >= band.in_width) return;
          sum[i] = hn::MulAdd(t, hn::Load(d, in + i * between), sum[i]);
        });
      }
      first += weights.dilation_x;
    }
  }
  float* out = block.out + y * band.out_row_stride + x * band.out_pixel_stride;
  const int64_t lanes = block.lanes, out_step = band.out_pixel_stride;
  unroll<kColumns>(
      [&](auto i) HWY_ATTR { store_lanes(d, block.clamp(sum[i]), lanes, out + i * out_step); });
}

/// count tiles from column x on.
template <int kColumns, class D>
HWY_NOINLINE HWY_FLATTEN void sum_tiles(const DepthwiseBlock<D>& block, int64_t y, int64_t x,
                                        int64_t count) {
  for (; count > 0; --count, x += kColumns) sum_tile<kColumns>(block, y, x);
}

template <class D, int... i>
void sum_tiles_of(const DepthwiseBlock<D>& block, int64_t columns, int64_t y, int64_t x,
                  int64_t count, std::integer_sequence<int, i...>) {
  using SumTiles = void (*)(const DepthwiseBlock<D>&, int64_t, int64_t, int64_t);
  static constexpr SumTiles kTiles[] = {sum_tiles<i + 1, D>...};
  kTiles[columns - 1](block, y, x, count);
}

/// A whole row in tiles of nearly one size.
template <class D>
void sum_row(const DepthwiseBlock<D>& block, int64_t y) {
  const EvenTiles tiles(block.band.out_width, kTileColumns);
  const auto sizes = std::make_integer_sequence<int, kTileColumns>();
  if (tiles.large > 0) sum_tiles_of(block, tiles.size + 1, y, 0, tiles.large, sizes);
  sum_tiles_of(block, tiles.size, y, tiles.large * (tiles.size + 1), tiles.count - tiles.large,
               sizes);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
