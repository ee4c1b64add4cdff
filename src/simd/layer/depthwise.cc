// Depthwise bands for every target; src/layer calls them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/layer/depthwise.cc"
#include "simd/layer/depthwise.h"

#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>

#include "simd/layer/slide-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

template <class D>
void run_block(D d, const DepthwiseBlock<D>& block, const float* slopes) {
  if (!slides(block)) sum_rows_of_any_width(block);
  if (is_clamp(block.weights.activation)) return;
  for (int64_t y = 0; y < block.band.out_rows; ++y) {
    activate_stored(d, block.weights.activation,
                    {block.out + y * block.band.out_row_stride, block.band.out_width,
                     block.band.out_pixel_stride, block.lanes, slopes});
  }
}

void run_depthwise_bands(const DepthwiseBand& band, const DepthwiseWeights& weights) {
  with_block(weights.block, [&](auto d) HWY_ATTR {
    using D = decltype(d);
    const float* slopes = weights.activation.slopes;
    constexpr int64_t kLanes = hn::MaxLanes(D());
    for (int64_t block = 0; block * kLanes < band.channels; ++block) {
      run_block(d, DepthwiseBlock<D>(band, weights, block), slopes);
      if (slopes != nullptr) slopes += kLanes;
    }
  });
  if (band.streams) hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(run_depthwise_bands);
void run_depthwise(const DepthwiseBand& band, const DepthwiseWeights& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(run_depthwise_bands)(band, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
