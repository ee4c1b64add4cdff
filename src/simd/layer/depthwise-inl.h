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

  HWY_INLINE void store(hn::Vec<D> sum, int64_t y, int64_t x) const {
    float* p = out + y * band.out_row_stride + x * band.out_pixel_stride;
    store_lanes(D(), clamp(sum), lanes, p);
  }
};

/// Columns of a tile: all registers but those of the tap and of a spare.
inline constexpr int kTileColumns = kRegisters == 32 ? 14 : 8;

/// kColumns outputs of row y from column x on. A tap is multiplied with inputs from memory, so that
/// there is about one load a multiply-add. kInside: no input is left or right of the map.
template <int kColumns, bool kInside, class D>
HWY_INLINE void sum_tile(const DepthwiseBlock<D>& block, int64_t y, int64_t x) {
  const D d;
  const DepthwiseBand& band = block.band;
  const DepthwiseWeights& weights = block.weights;
  const int64_t between = weights.stride_x * band.in_pixel_stride;
  hn::Vec<D> sum[kColumns];
  const auto bias = hn::Load(d, block.bias);
  unroll<kColumns>([&](auto i) HWY_ATTR { sum[i] = bias; });
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
      unroll<kColumns>([&](auto i) HWY_ATTR {
        const int64_t column = first + i * weights.stride_x;
        if (!kInside && (column < 0 || column >= band.in_width)) return;
        sum[i] = hn::MulAdd(t, hn::Load(d, in + i * between), sum[i]);
      });
      first += weights.dilation_x;
    }
  }
  unroll<kColumns>([&](auto i) HWY_ATTR { block.store(sum[i], y, x + i); });
}

/// A range of columns, the last tile moved back to end with them: what is summed twice gets the
/// same bits.
template <int kColumns, bool kInside, class D>
HWY_FLATTEN void sum_columns(const DepthwiseBlock<D>& block, int64_t y, int64_t x, int64_t end) {
  for (const int64_t begin = x; x < end; x += kColumns) {
    if (x + kColumns > end) {
      if (end - begin < kColumns) {
        if constexpr (kColumns > 1) sum_columns<kColumns / 2, kInside>(block, y, x, end);
        return;
      }
      x = end - kColumns;
    }
    sum_tile<kColumns, kInside>(block, y, x);
  }
}

/// A whole row: the columns whose inputs are all on the map, and those beside them.
template <class D>
void sum_row(const DepthwiseBlock<D>& block, int64_t y) {
  const DepthwiseBand& band = block.band;
  const DepthwiseWeights& weights = block.weights;
  const int64_t reach = (weights.width - 1) * weights.dilation_x;
  const int64_t from = band.left <= 0 ? 0 : (band.left - 1) / weights.stride_x + 1;
  const int64_t room = band.in_width + band.left - reach - 1;
  const int64_t to = room < 0 ? 0 : room / weights.stride_x + 1;
  const int64_t inside = std::min(from, band.out_width);
  const int64_t inside_end = std::clamp(to, inside, band.out_width);
  sum_columns<kTileColumns, false>(block, y, 0, inside);
  sum_columns<kTileColumns, true>(block, y, inside, inside_end);
  sum_columns<kTileColumns, false>(block, y, inside_end, band.out_width);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
