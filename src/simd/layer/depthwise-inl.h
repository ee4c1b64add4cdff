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
  bool streams;
  Clamp<D> clamp;

  DepthwiseBlock(const DepthwiseBand& of, const DepthwiseWeights& with, int64_t block)
      : band(of),
        weights(with),
        taps(with.taps + block * with.height * with.width * kLanes),
        bias(with.bias + block * kLanes),
        in_offset(block * of.in_block_stride),
        out(of.out + block * of.out_block_stride),
        lanes(std::min(kLanes, of.channels - block * kLanes)),
        streams(of.streams && lanes == kLanes && is_clamp(with.activation)),
        clamp(D(), with.activation) {}

  /// The input row under tap row 0 of output row 0, plus j; null beyond the map.
  HWY_INLINE const float* row(int64_t j) const {
    return band.rows[j] == nullptr ? nullptr : band.rows[j] + in_offset;
  }

  HWY_INLINE void store(hn::Vec<D> clamped, float* to) const {
    if (streams) return hn::Stream(clamped, D(), to);
    store_lanes(D(), clamped, lanes, to);
  }
};

/// Columns of a tile, where a tap and a spare have registers as well.
inline constexpr int kTileColumns = kRegisters == 32 ? 14 : 8;

/// A row's width of taps and its stride, where they are constants; 0: any, with any dilation.
template <int kWidthOfTaps, int kStrideOfTaps>
struct RowOfTaps {
  static constexpr int kWidth = kWidthOfTaps;
  static constexpr int kStride = kStrideOfTaps;
};

/// Sums of kColumns outputs of a row from column x on.
template <int kColumns, class D>
class DepthwiseTile {
 public:
  HWY_INLINE DepthwiseTile(const DepthwiseBlock<D>& block, int64_t y, int64_t x)
      : block_(block), y_(y), x_(x) {}

  template <class Taps>
  HWY_INLINE void run(Taps taps) {
    const DepthwiseWeights& weights = block_.weights;
    unroll<kColumns>([&](auto i) HWY_ATTR { sum_[i] = hn::Load(d, block_.bias); });
    const int64_t first = x_ * weights.stride_x - block_.band.left;
    const float* tap = block_.taps;
    for (int64_t ky = 0; ky < weights.height; ++ky, tap += weights.width * block_.kLanes) {
      const float* row = block_.row(y_ * weights.stride_y + ky * weights.dilation_y);
      if (row != nullptr) add_row(taps, row, first, tap);
    }
    store(block_.out + y_ * block_.band.out_row_stride + x_ * block_.band.out_pixel_stride);
  }

 private:
  static constexpr D d{};

  HWY_INLINE void store(float* out) {
    const Clamp<D> clamp = block_.clamp;  // a copy, which stores cannot change
    const int64_t step = block_.band.out_pixel_stride, lanes = block_.lanes;
    unroll<kColumns>([&](auto i) HWY_ATTR { sum_[i] = clamp(sum_[i]); });
    if (block_.streams) {
      unroll<kColumns>([&](auto i) HWY_ATTR { hn::Stream(sum_[i], d, out + i * step); });
    } else if (lanes >= block_.kLanes) {
      unroll<kColumns>([&](auto i) HWY_ATTR { hn::StoreU(sum_[i], d, out + i * step); });
    } else {
      unroll<kColumns>([&](auto i) HWY_ATTR { store_lanes(d, sum_[i], lanes, out + i * step); });
    }
  }

  /// A tap is multiplied with inputs from memory: about one load a multiply-add.
  HWY_INLINE void add_row(RowOfTaps<0, 0>, const float* row, int64_t first, const float* tap) {
    const DepthwiseBand& band = block_.band;
    const DepthwiseWeights& weights = block_.weights;
    const int64_t between = weights.stride_x * band.in_pixel_stride;
    const int64_t reach = (kColumns - 1) * weights.stride_x;
    for (int64_t kx = 0; kx < weights.width; ++kx, tap += block_.kLanes) {
      const auto t = hold(hn::Load(d, tap));
      const float* in = row + first * band.in_pixel_stride;
      const bool is_inside = first >= 0 && first + reach < band.in_width;
      unroll<kColumns>([&](auto i) HWY_ATTR {
        const int64_t column = first + i * weights.stride_x;
        if (!is_inside && (column < 0 || column >= band.in_width)) return;
        sum_[i] = hn::MulAdd(t, hn::LoadU(d, in + i * between), sum_[i]);
      });
      first += weights.dilation_x;
    }
  }

  /// The taps of a row in registers; every input is loaded once for all outputs that it is part of.
  template <int kWidth, int kStride>
  HWY_INLINE void add_row(RowOfTaps<kWidth, kStride>, const float* row, int64_t first,
                          const float* tap) {
    hn::Vec<D> taps[kWidth];
    unroll<kWidth>([&](auto k) HWY_ATTR { taps[k] = hold(hn::Load(d, tap + k * block_.kLanes)); });
    const int64_t step = block_.band.in_pixel_stride, in_width = block_.band.in_width;
    const float* in = row + first * step;
    constexpr int kInputs = (kColumns - 1) * kStride + kWidth;
    const bool is_inside = first >= 0 && first + kInputs <= in_width;
    unroll<kInputs>([&](auto i) HWY_ATTR {
      if (is_inside || (first + i >= 0 && first + i < in_width)) {
        const auto value = hold(hn::LoadU(d, in));
        unroll<kWidth>([&](auto k) HWY_ATTR {
          constexpr int kTimes = i - k;  // of the output that sees the input under tap k
          if constexpr (kTimes >= 0 && kTimes % kStride == 0 && kTimes / kStride < kColumns) {
            sum_[kTimes / kStride] = hn::MulAdd(value, taps[k], sum_[kTimes / kStride]);
          }
        });
      }
      in += step;
    });
  }

  const DepthwiseBlock<D>& block_;
  const int64_t y_, x_;
  hn::Vec<D> sum_[kColumns];
};

/// Tiles of a row that lie beside each other.
struct TilesOfRow {
  int64_t y, x, count;
};

template <int kColumns, class Taps, class D>
HWY_NOINLINE HWY_FLATTEN void sum_tiles(const DepthwiseBlock<D>& block, TilesOfRow tiles) {
  for (; tiles.count > 0; --tiles.count, tiles.x += kColumns) {
    DepthwiseTile<kColumns, D>(block, tiles.y, tiles.x).run(Taps());
  }
}

/// sum_tiles of a number of columns.
template <class Taps, class D, int... i>
auto sum_tiles_of(int64_t columns, std::integer_sequence<int, i...>) {
  using SumTiles = void (*)(const DepthwiseBlock<D>&, TilesOfRow);
  static constexpr SumTiles kTiles[] = {sum_tiles<i + 1, Taps, D>...};
  return kTiles[columns - 1];
}

/// Whole rows in tiles of nearly one size.
template <class Taps, class D>
void sum_rows(const DepthwiseBlock<D>& block) {
  const EvenTiles tiles(block.band.out_width, kTileColumns);
  const auto sizes = std::make_integer_sequence<int, kTileColumns>();
  const int64_t place = tiles.large * (tiles.size + 1);
  for (int64_t y = 0; y < block.band.out_rows; ++y) {
    if (tiles.large > 0) {
      sum_tiles_of<Taps, D>(tiles.size + 1, sizes)(block, {y, 0, tiles.large});
    }
    sum_tiles_of<Taps, D>(tiles.size, sizes)(block, {y, place, tiles.count - tiles.large});
  }
}

/// Rows by the widths of kernels that networks have.
template <class D>
void sum_rows_of_any_width(const DepthwiseBlock<D>& block) {
  const DepthwiseWeights& weights = block.weights;
  if (weights.dilation_x == 1) {
    if (weights.width == 3 && weights.stride_x == 1) return sum_rows<RowOfTaps<3, 1>>(block);
    if (weights.width == 4 && weights.stride_x == 1) return sum_rows<RowOfTaps<4, 1>>(block);
    if (weights.width == 5 && weights.stride_x == 1) return sum_rows<RowOfTaps<5, 1>>(block);
    if (weights.width == 5 && weights.stride_x == 2) return sum_rows<RowOfTaps<5, 2>>(block);
    if (weights.width == 7 && weights.stride_x == 1) return sum_rows<RowOfTaps<7, 1>>(block);
  }
  sum_rows<RowOfTaps<0, 0>>(block);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
