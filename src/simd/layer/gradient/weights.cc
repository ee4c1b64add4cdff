// Gradients of weights for every target, and their way out of the packed layout; src/layer/backward
// calls them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/layer/gradient/weights.cc"
#include "simd/layer/gradient/weights.h"

#include <hwy/foreach_target.h>

#include "simd/layer/gradient/depthwise-inl.h"
#include "simd/layer/gradient/product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

void add_product_gradient_of(const ProductGradient& run) {
  with_block(run.block, [&](auto d) HWY_ATTR { add_panels<decltype(d)>(run); });
}

void add_depthwise_gradient_of(const DepthwiseGradient& run) {
  with_block(run.weights->block, [&](auto d) HWY_ATTR {
    for (int64_t block = 0; block * run.weights->block < run.channels; ++block) {
      add_block<decltype(d)>(run, block);
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "base/aligned.h"

namespace sepconv::simd {
HWY_EXPORT(add_product_gradient_of);
HWY_EXPORT(add_depthwise_gradient_of);

void add_product_gradient(const ProductGradient& run) noexcept {
  HWY_DYNAMIC_DISPATCH(add_product_gradient_of)(run);
}
void add_depthwise_gradient(const DepthwiseGradient& run) noexcept {
  HWY_DYNAMIC_DISPATCH(add_depthwise_gradient_of)(run);
}

void unpack_depthwise_taps(const float* packed, int64_t channels, int64_t count, int block,
                           float* taps) {
  for (int64_t c = 0; c < channels; ++c) {
    const float* from = packed + c / block * count * block + c % block;
    for (int64_t tap = 0; tap < count; ++tap) *taps++ = from[tap * block];
  }
}

void unpack_product(const float* panels, int64_t channels, int64_t depth, int block,
                    float* weights) {
  const int64_t all = round_up(channels, block) / block;
  for (int64_t n = 0; n < channels; ++n) {
    const int64_t at = n / block;
    // the last three blocks of an odd number, or the only one, are one panel
    const int64_t odd = all % 2 == 0 ? all : std::max<int64_t>(all - 3, 0);
    const int64_t first = at < odd ? at / kPanelVectors * kPanelVectors : odd;
    const int64_t blocks = at < odd ? kPanelVectors : all - odd;
    const float* from = panels + (first * depth + at - first) * block + n % block;
    for (int64_t k = 0; k < depth; ++k) *weights++ = from[k * blocks * block];
  }
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
