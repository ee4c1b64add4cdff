// Depthwise 3x3 without strides: the taps stay in registers while columns go by. Included once a
// target by depthwise.cc.
#if defined(SEPCONV_SIMD_LAYER_SLIDE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_SLIDE_INL_H_
#undef SEPCONV_SIMD_LAYER_SLIDE_INL_H_
#else
#define SEPCONV_SIMD_LAYER_SLIDE_INL_H_
#endif

#include "simd/layer/depthwise-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Output rows that slide together: 9 taps, three sums a row and an input are 16 registers of 16.
/// Of 32, more rows than four would seldom fit a map's height.
inline constexpr int kSlideRows = kRegisters == 32 ? 4 : 2;

/// kRows output rows of one channel block from row y on.
template <int kRows, class D>
class Slide {
 public:
  using V = hn::Vec<D>;

  HWY_INLINE Slide(const DepthwiseBlock<D>& block, int64_t y)
      : block_(block), y_(y), pixel_(block.band.in_pixel_stride) {
    unroll<9>([&](auto k)
                  HWY_ATTR { tap_[k] = hold(hn::Load(D(), block_.taps + k * block_.kLanes)); });
    unroll<kRows + 2>([&](auto j) HWY_ATTR {
      const float* row = block_.row(y + j);
      row_[j] = row == nullptr ? block_.band.zeros : row;
    });
  }

  /// All columns. Output x has inputs x - left to x - left + 2; sums of the outputs before, at and
  /// after a column take turns.
  HWY_INLINE void run() {
    const int64_t width = block_.band.out_width;
    V a[kRows], b[kRows], c[kRows];
    begin(a);
    begin(b);
    column_ = -block_.band.left;
    add_checked<0>(a);
    ++column_;
    add_checked<1>(a);
    add_checked<0>(b);
    ++column_;
    int64_t x = 0;
    const int64_t inside = std::min(width, block_.band.in_width + block_.band.left - 2);
    for (; x + 3 <= inside; x += 3) {
      step(a, b, c, x);
      step(b, c, a, x + 1);
      step(c, a, b, x + 2);
    }
    for (; x < width; ++x) {
      begin(c);
      add_checked<2>(a);
      add_checked<1>(b);
      add_checked<0>(c);
      ++column_;
      finish(a, x);
      unroll<kRows>([&](auto q) HWY_ATTR {
        a[q] = b[q];
        b[q] = c[q];
      });
    }
  }

 private:
  HWY_INLINE void begin(V* sum) const {
    unroll<kRows>([&](auto q) HWY_ATTR { sum[q] = hn::Load(D(), block_.bias); });
  }

  HWY_INLINE void finish(const V* sum, int64_t x) const {
    unroll<kRows>([&](auto q) HWY_ATTR { block_.store(sum[q], y_ + q, x); });
  }

  /// Adds column kx of the taps times input row j.
  template <int kx, int j>
  HWY_INLINE void add_row(V* sum, V in) const {
    unroll<kRows>([&](auto q) HWY_ATTR {
      constexpr int ky = j - q;
      if constexpr (0 <= ky && ky < 3) sum[q] = hn::MulAdd(in, tap_[ky * 3 + kx], sum[q]);
    });
  }

  /// One column of inputs for the outputs that end, are amid and begin there.
  HWY_INLINE void step(V* a, V* b, V* c, int64_t x) {
    begin(c);
    unroll<kRows + 2>([&](auto j) HWY_ATTR {
      const V in = hold(hn::Load(D(), row_[j] + column_ * pixel_));
      add_row<2, j>(a, in);
      add_row<1, j>(b, in);
      add_row<0, j>(c, in);
    });
    ++column_;
    finish(a, x);
  }

  /// The same of one column of taps, if the column is on the map.
  template <int kx>
  HWY_INLINE void add_checked(V* sum) const {
    if (column_ < 0 || column_ >= block_.band.in_width) return;
    unroll<kRows + 2>(
        [&](auto j) HWY_ATTR { add_row<kx, j>(sum, hn::Load(D(), row_[j] + column_ * pixel_)); });
  }

  const DepthwiseBlock<D>& block_;
  int64_t y_;
  int64_t pixel_;
  int64_t column_ = 0;  // of the input
  V tap_[9];
  const float* row_[kRows + 2];
};

/// Every row of a block: as many together as there are registers for, then half as many.
template <int kRows, class D>
HWY_FLATTEN void slide_rows(const DepthwiseBlock<D>& block, int64_t y) {
  for (; y + kRows <= block.band.out_rows; y += kRows) Slide<kRows, D>(block, y).run();
  if constexpr (kRows > 1) slide_rows<kRows / 2>(block, y);
}

inline bool can_slide(const DepthwiseWeights& weights) {
  return weights.height == 3 && weights.width == 3 && weights.stride_y == 1 &&
         weights.stride_x == 1 && weights.dilation_y == 1 && weights.dilation_x == 1;
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
