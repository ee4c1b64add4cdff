// Depthwise 3x3: the taps stay in registers while columns go by. Included once a
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

/// Strides of a kernel that slides.
template <int kStrideDown, int kStrideAlong>
struct SlideStrides {
  static constexpr int kDown = kStrideDown;
  static constexpr int kAlong = kStrideAlong;
};

/// kRows output rows of one channel block from row y on, and their columns from x on. Those of a
/// kernel with dilation are so far apart; the rows and columns between them are other slides.
template <int kRows, class Strides, class D>
class Slide {
 public:
  using V = hn::Vec<D>;

  HWY_INLINE Slide(const DepthwiseBlock<D>& block, int64_t y, int64_t x)
      : block_(block),
        clamp_(block.clamp),
        step_(block.weights.dilation_x),
        width_((block.band.out_width - x + step_ - 1) / step_),
        in_step_(block.band.in_pixel_stride * step_),
        out_step_(block.band.out_pixel_stride * step_),
        column_(x * Strides::kAlong - block.band.left),
        in_width_(block.band.in_width),
        in_at_(column_ * block.band.in_pixel_stride),
        out_at_(x * block.band.out_pixel_stride) {
    unroll<9>([&](auto k)
                  HWY_ATTR { tap_[k] = hold(hn::Load(D(), block.taps + k * block.kLanes)); });
    const int64_t rows_apart = block.weights.dilation_y;
    unroll<kInputs>([&](auto j) HWY_ATTR {
      const float* row = block.row(y * Strides::kDown + j * rows_apart);
      in_[j] = row == nullptr ? block.band.zeros : row;
    });
    unroll<kRows>([&](auto q) HWY_ATTR {
      out_[q] = block.out + (y + q * rows_apart) * block.band.out_row_stride;
    });
  }

  /// All columns: output i has input columns i * kAlong to i * kAlong + 2.
  HWY_INLINE void run() {
    if constexpr (Strides::kAlong == 1) {
      run_by_one();
    } else {
      run_by_two();
    }
  }

 private:
  static constexpr int kInputs = (kRows - 1) * Strides::kDown + 3;

  /// Sums of the outputs that end, are amid and begin at a column take turns.
  HWY_INLINE void run_by_one() {
    V a[kRows], b[kRows], c[kRows];
    begin(a);
    add_checked<0>(a);
    next_column();
    begin(b);
    add_checked<1>(a);
    add_checked<0>(b);
    next_column();
    int64_t x = 0;
    const int64_t inside = std::min(width_, columns_inside());
    for (; x + 3 <= inside; x += 3) {
      step_by_one(a, b, c);
      step_by_one(b, c, a);
      step_by_one(c, a, b);
    }
    column_ += x * step_;
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

  /// An output ends where the next one begins.
  HWY_INLINE void run_by_two() {
    V a[kRows], b[kRows];
    begin(a);
    add_checked<0>(a);
    next_column();
    int64_t x = 0;
    const int64_t inside = std::min(width_, columns_inside() / 2);
    for (; x + 2 <= inside; x += 2) {
      step_by_two(a, b);
      step_by_two(b, a);
    }
    column_ += 2 * x * step_;
    for (; x < width_; ++x) {
      begin(b);
      add_checked<1>(a);
      next_column();
      add_checked<2>(a);
      add_checked<0>(b);
      next_column();
      finish(a);
      unroll<kRows>([&](auto q) HWY_ATTR { a[q] = b[q]; });
    }
  }

  /// How many columns from this one on are on the map; 0 if this one lies left of it.
  HWY_INLINE int64_t columns_inside() const {
    return column_ < 0 ? 0 : (std::max(in_width_ - column_, int64_t{0}) + step_ - 1) / step_;
  }

  HWY_INLINE void begin(V* sum) const {
    unroll<kRows>([&](auto q) HWY_ATTR { sum[q] = hn::Load(D(), block_.bias); });
  }

  HWY_INLINE void finish(const V* sum) {
    unroll<kRows>([&](auto q) HWY_ATTR { block_.store(clamp_(sum[q]), out_[q] + out_at_); });
    out_at_ += out_step_;
  }

  HWY_INLINE void next_column() {
    column_ += step_;
    in_at_ += in_step_;
  }

  /// Adds column kx of the taps times input row j.
  template <int kx, int j>
  HWY_INLINE void add_row(V* sum, V in) const {
    unroll<kRows>([&](auto q) HWY_ATTR {
      constexpr int ky = j - q * Strides::kDown;
      if constexpr (0 <= ky && ky < 3) sum[q] = hn::MulAdd(in, tap_[ky * 3 + kx], sum[q]);
    });
  }

  /// One column of inputs, on the map, for the outputs that end, are amid and begin there.
  HWY_INLINE void step_by_one(V* a, V* b, V* c) {
    begin(c);
    unroll<kInputs>([&](auto j) HWY_ATTR {
      const V in = hold_in_order(hn::LoadU(D(), in_[j] + in_at_));
      add_row<2, j>(a, in);
      add_row<1, j>(b, in);
      add_row<0, j>(c, in);
    });
    in_at_ += in_step_;
    finish(a);
  }

  /// Two columns of inputs, on the map: one amid an output, one where it ends and the next begins.
  HWY_INLINE void step_by_two(V* a, V* b) {
    unroll<kInputs>(
        [&](auto j) HWY_ATTR { add_row<1, j>(a, hold_in_order(hn::LoadU(D(), in_[j] + in_at_))); });
    in_at_ += in_step_;
    begin(b);
    unroll<kInputs>([&](auto j) HWY_ATTR {
      const V in = hold_in_order(hn::LoadU(D(), in_[j] + in_at_));
      add_row<2, j>(a, in);
      add_row<0, j>(b, in);
    });
    in_at_ += in_step_;
    finish(a);
  }

  /// One column of taps, if the column of inputs is on the map.
  template <int kx>
  HWY_INLINE void add_checked(V* sum) const {
    if (column_ < 0 || column_ >= in_width_) return;
    unroll<kInputs>([&](auto j) HWY_ATTR { add_row<kx, j>(sum, hn::LoadU(D(), in_[j] + in_at_)); });
  }

  const DepthwiseBlock<D>& block_;
  const Clamp<D> clamp_;
  int64_t step_, width_;  // input columns between neighbours, and how many outputs there are
  int64_t in_step_, out_step_;
  int64_t column_, in_width_;  // of the input
  int64_t in_at_, out_at_;     // of the columns, in floats
  V tap_[9];
  const float* in_[kInputs];
  float* out_[kRows];
};

/// count groups of rows, all columns.
template <int kRows, class Strides, class D>
HWY_NOINLINE HWY_FLATTEN void slide_groups(const DepthwiseBlock<D>& block, int64_t y,
                                           int64_t count) {
  const int64_t step_y = block.weights.dilation_y, step_x = block.weights.dilation_x;
  for (; count > 0; --count, y += kRows * step_y) {
    for (int64_t x = 0; x < std::min(step_x, block.band.out_width); ++x) {
      Slide<kRows, Strides, D>(block, y, x).run();
    }
  }
}

/// slide_groups of a number of rows.
template <class Strides, class D, int... i>
auto slide_groups_of(int64_t rows, std::integer_sequence<int, i...>) {
  using SlideGroups = void (*)(const DepthwiseBlock<D>&, int64_t, int64_t);
  static constexpr SlideGroups kGroups[] = {slide_groups<i + 1, Strides, D>...};
  return kGroups[rows - 1];
}

/// Every row of a block, in groups of nearly one size.
template <class Strides, class D>
void slide_rows(const DepthwiseBlock<D>& block) {
  const auto sizes = std::make_integer_sequence<int, kSlideRows>();
  const int64_t step = block.weights.dilation_y, rows = block.band.out_rows;
  for (int64_t y = 0; y < std::min(step, rows); ++y) {
    const EvenTiles groups((rows - y + step - 1) / step, kSlideRows);
    if (groups.large > 0) {
      slide_groups_of<Strides, D>(groups.size + 1, sizes)(block, y, groups.large);
    }
    slide_groups_of<Strides, D>(groups.size, sizes)(
        block, y + groups.large * (groups.size + 1) * step, groups.count - groups.large);
  }
}

/// Runs 3x3 kernels whose outputs are neighbours, strides of 2 apart or as far as their taps; false
/// for others.
template <class D>
bool slides(const DepthwiseBlock<D>& block) {
  const DepthwiseWeights& weights = block.weights;
  if (weights.height != 3 || weights.width != 3) return false;
  const bool has_dilation = weights.dilation_y > 1 || weights.dilation_x > 1;
  if (weights.stride_y == 1 && weights.stride_x == 1) {
    slide_rows<SlideStrides<1, 1>>(block);
  } else if (weights.stride_y == 2 && weights.stride_x == 1 && !has_dilation) {
    slide_rows<SlideStrides<2, 1>>(block);
  } else if (weights.stride_y == 2 && weights.stride_x == 2 && !has_dilation) {
    slide_rows<SlideStrides<2, 2>>(block);
  } else {
    return false;
  }
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
