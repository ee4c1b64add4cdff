// Gradients of a depthwise layer's taps: sums of a few taps in registers while rows go by. Included
// once a target by weights.cc.
#if defined(SEPCONV_SIMD_LAYER_GRADIENT_DEPTHWISE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_GRADIENT_DEPTHWISE_INL_H_
#undef SEPCONV_SIMD_LAYER_GRADIENT_DEPTHWISE_INL_H_
#else
#define SEPCONV_SIMD_LAYER_GRADIENT_DEPTHWISE_INL_H_
#endif

#include "simd/layer/gradient/weights.h"
#include "simd/layer/unroll-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// A block of channels, and the first of its taps that are summed together.
struct TapPlace {
  int64_t block, row, column;
};

/// kRows x kColumns taps of a block.
template <int kRows, int kColumns, class D>
class TapGradients {
 public:
  HWY_INLINE TapGradients(const DepthwiseGradient& run, const TapPlace& place)
      : run_(run), place_(place), weights_(*run.weights) {
    // output x has the inputs x * stride + first, and a dilation further for every tap
    const int64_t stride = weights_.stride_x;
    const int64_t first = place.column * weights_.dilation_x - run.left;
    const int64_t last = first + (kColumns - 1) * weights_.dilation_x;
    first_ = first;
    inside_ = std::min(first < 0 ? (-first + stride - 1) / stride : 0, run.out_width);
    const int64_t end = run.in_width - last;  // in outputs times strides
    beyond_ = end <= 0 ? 0 : std::min((end + stride - 1) / stride, run.out_width);
    beyond_ = std::max(beyond_, inside_);
  }

  HWY_INLINE void run() {
    for_each([&](auto v, auto u) HWY_ATTR { sum_[v][u] = hn::Zero(d); });
    for (int64_t y = 0; y < run_.out_rows; ++y) add_row(y);
    float* to = run_.taps + place_.block * weights_.height * weights_.width * kLanes;
    for_each([&](auto v, auto u) HWY_ATTR {
      const int64_t tap = (place_.row + v) * weights_.width + place_.column + u;
      float* at = to + tap * kLanes;
      hn::Store(hn::Add(hn::Load(d, at), sum_[v][u]), d, at);
    });
  }

 private:
  static constexpr int64_t kLanes = hn::MaxLanes(D());
  static constexpr D d{};

  template <class Use>
  static HWY_INLINE void for_each(const Use& use) {
    unroll<kRows * kColumns>([&](auto i) HWY_ATTR {
      use(std::integral_constant<int, i / kColumns>(), std::integral_constant<int, i % kColumns>());
    });
  }

  HWY_INLINE void add_row(int64_t y) {
    const float* in[kRows];
    bool is_on_map = false;
    for (int64_t v = 0; v < kRows; ++v) {
      const float* row = run_.rows[y * weights_.stride_y + (place_.row + v) * weights_.dilation_y];
      is_on_map |= row != nullptr;
      in[v] = row == nullptr ? run_.zeros : row + place_.block * run_.in_block_stride;
    }
    if (!is_on_map) return;
    const float* gradients =
        run_.gradients + place_.block * run_.gradients_block_stride + y * run_.gradients_row_stride;
    for (int64_t x = 0; x < inside_; ++x) add_checked(in, gradients, x);
    add_inside(in, gradients);
    for (int64_t x = beyond_; x < run_.out_width; ++x) add_checked(in, gradients, x);
  }

  HWY_INLINE void add_checked(const float* const* in, const float* gradients, int64_t x) {
    const auto g = hn::Load(d, gradients + x * kLanes);
    for_each([&](auto v, auto u) HWY_ATTR {
      const int64_t column = x * weights_.stride_x + first_ + u * weights_.dilation_x;
      if (column < 0 || column >= run_.in_width) return;
      sum_[v][u] = hn::MulAdd(hn::Load(d, in[v] + column * kLanes), g, sum_[v][u]);
    });
  }

  HWY_INLINE void add_inside(const float* const* in, const float* gradients) {
    const int64_t step = weights_.stride_x * kLanes, between = weights_.dilation_x * kLanes;
    const float* at[kRows];
    unroll<kRows>(
        [&](auto v) HWY_ATTR { at[v] = in[v] + (inside_ * weights_.stride_x + first_) * kLanes; });
    for (int64_t x = inside_; x < beyond_; ++x) {
      const auto g = hold(hn::Load(d, gradients + x * kLanes));
      for_each([&](auto v, auto u) HWY_ATTR {
        sum_[v][u] = hn::MulAdd(hn::Load(d, at[v] + u * between), g, sum_[v][u]);
      });
      unroll<kRows>([&](auto v) HWY_ATTR { at[v] += step; });
    }
  }

  const DepthwiseGradient& run_;
  const TapPlace place_;
  const DepthwiseWeights& weights_;
  int64_t first_;            // column of the first tap under output 0
  int64_t inside_, beyond_;  // outputs whose inputs are all on the map
  hn::Vec<D> sum_[kRows][kColumns];
};

template <int kRows, int kColumns, class D>
HWY_NOINLINE HWY_FLATTEN void add_taps(const DepthwiseGradient& run, TapPlace place) {
  TapGradients<kRows, kColumns, D>(run, place).run();
}

/// add_taps of a number of taps of one row.
template <class D, int... i>
auto add_taps_of(int64_t columns, std::integer_sequence<int, i...>) {
  using AddTaps = void (*)(const DepthwiseGradient&, TapPlace);
  static constexpr AddTaps kTiles[] = {add_taps<1, i + 1, D>...};
  return kTiles[columns - 1];
}

/// Taps of a row that are summed together: as many as keep multiply-adds from waiting.
inline constexpr int kMostTaps = 8;

/// All taps of a block.
template <class D>
void add_block(const DepthwiseGradient& run, int64_t block) {
  const DepthwiseWeights& weights = *run.weights;
  if (weights.height == 3 && weights.width == 3) return add_taps<3, 3, D>(run, {block, 0, 0});
  const EvenTiles tiles(weights.width, kMostTaps);
  for (int64_t row = 0; row < weights.height; ++row) {
    int64_t column = 0;
    for (int64_t i = 0; i < tiles.count; ++i) {
      const int64_t size = tiles.size + (i < tiles.large ? 1 : 0);
      add_taps_of<D>(size, std::make_integer_sequence<int, kMostTaps>())(run, {block, row, column});
      column += size;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
