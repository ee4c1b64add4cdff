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
      : clamp_(&block.clamp),
        bias_(block.bias),
        lanes_(block.lanes),
        width_(block.band.out_width),
        in_step_(block.band.in_pixel_stride),
        out_step_(block.band.out_pixel_stride),
        column_(-block.band.left),
        in_width_(block.band.in_width),
        in_at_(column_ * in_step_) {
    unroll<9>([&](auto k)
                  HWY_ATTR { tap_[k] = hold(hn::Load(D(), block.taps + k * block.kLanes)); });
    unroll<kRows + 2>([&](auto j) HWY_ATTR {
      const float* row = block.row(y + j);
      in_[j] = row == nullptr ? block.band.zeros : row;
    });
    unroll<kRows>([&](auto q)
                      HWY_ATTR { out_[q] = block.out + (y + q) * block.band.out_row_stride; });
  }

  /// All columns. Output x has inputs x - left to x - left + 2; sums of the outputs that end, are
  /// amid and begin at a column take turns.
  HWY_INLINE void run() {
    V a[kRows], b[kRows], c[kRows];
    begin(a);
    add_checked<0>(a);
    next_column();
    begin(b);
    add_checked<1>(a);
    add_checked<0>(b);
    next_column();
    int64_t x = 0;
    const int64_t inside = column_ < 0 ? 0 : std::min(width_, in_width_ - column_);
    for (; x + 3 <= inside; x += 3) {
      step(a, b, c);
      step(b, c, a);
      step(c, a, b);
    }
    column_ += x;
    for (; x < width_; ++x) {
      begin(c);
      add_checked<2>(a);
      add_checked<1>(b);
      add_checked<0>(c);
      next_column();
      finish(a);
      unroll<kRows>([&](auto q) HWY_ATTR {
        a[q] = b[q];
        b[q] = c[q];
      });
    }
  }

 private:
  HWY_INLINE void begin(V* sum) const {
    unroll<kRows>([&](auto q) HWY_ATTR { sum[q] = hn::Load(D(), bias_); });
  }

  HWY_INLINE void finish(const V* sum) {
    unroll<kRows>([&](auto q)
                      HWY_ATTR { store_lanes(D(), (*clamp_)(sum[q]), lanes_, out_[q] + out_at_); });
    out_at_ += out_step_;
  }

  HWY_INLINE void next_column() {
    ++column_;
    in_at_ += in_step_;
  }

  /// Adds column kx of the taps times input row j.
  template <int kx, int j>
  HWY_INLINE void add_row(V* sum, V in) const {
    unroll<kRows>([&](auto q) HWY_ATTR {
      constexpr int ky = j - q;
      if constexpr (0 <= ky && ky < 3) sum[q] = hn::MulAdd(in, tap_[ky * 3 + kx], sum[q]);
    });
  }

  /// One column of inputs, on the map, for the outputs that end, are amid and begin there.
  HWY_INLINE void step(V* a, V* b, V* c) {
    begin(c);
    unroll<kRows + 2>([&](auto j) HWY_ATTR {
      const V in = hold_in_order(hn::LoadU(D(), in_[j] + in_at_));
      add_row<2, j>(a, in);
      add_row<1, j>(b, in);
      add_row<0, j>(c, in);
    });
    in_at_ += in_step_;
    finish(a);
  }

  /// One column of taps, if the column of inputs is on the map.
  template <int kx>
  HWY_INLINE void add_checked(V* sum) const {
    if (column_ < 0 || column_ >= in_width_) return;
    unroll<kRows + 2>([&](auto j)
                          HWY_ATTR { add_row<kx, j>(sum, hn::LoadU(D(), in_[j] + in_at_)); });
  }

  const Clamp<D>* clamp_;
  const float* bias_;
  int64_t lanes_, width_, in_step_, out_step_;
  int64_t column_, in_width_;   // of the input
  int64_t in_at_, out_at_ = 0;  // of the columns, in floats
  V tap_[9];
  const float* in_[kRows + 2];
  float* out_[kRows];
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
