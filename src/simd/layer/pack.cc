// Packing for layers: weights when a plan is made, rows on their way into blocks and out of them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/layer/pack.cc"
#include "simd/layer/pack.h"

#include <hwy/foreach_target.h>

#include "simd/layer/unroll-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

int widest_block() { return static_cast<int>(hn::MaxLanes(hn::ScalableTag<float>())); }

int narrowest_block() { return HWY_TARGET == HWY_AVX3 ? widest_block() / 2 : widest_block(); }

/// Channels side by side, each of them multiplier times: a block's are looked up in one vector.
template <class D>
void copy_repeated(D d, const RowCopy& copy) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  const int64_t multiplier = copy.multiplier, filled = copy.channels * multiplier;
  for (int64_t block = 0; block * kLanes < filled; ++block) {
    const int64_t first = block * kLanes / multiplier;
    HWY_ALIGN int32_t lanes[kLanes];
    for (int64_t i = 0; i < kLanes; ++i) {
      lanes[i] = static_cast<int32_t>((block * kLanes + i) / multiplier - first);
    }
    const auto indices = hn::SetTableIndices(d, lanes);
    const auto is_channel =
        hn::FirstN(d, static_cast<size_t>(std::min(kLanes, filled - block * kLanes)));
    const float* from = copy.row.data + first;
    float* to = copy.blocked.data + block * copy.blocked.block_stride;
    for (int64_t x = 0; x < copy.pixels; ++x) {
      const auto values = load_lanes(d, from, copy.channels - first);
      hn::Store(hn::IfThenElseZero(is_channel, hn::TableLookupLanes(values, indices)), d, to);
      from += copy.row.pixel_stride;
      to += copy.blocked.pixel_stride;
    }
  }
}

/// Channel by channel: for strides that vectors do not serve.
void copy_each(const RowCopy& copy) {
  const auto& [row, blocked, pixels, channels, multiplier] = copy;
  const int64_t filled = (channels * multiplier + blocked.block - 1) / blocked.block;
  for (int64_t c = 0; c < filled * blocked.block; ++c) {
    const float* from = row.data + c / multiplier * row.channel_stride;
    float* to = blocked.data + c / blocked.block * blocked.block_stride + c % blocked.block;
    for (int64_t x = 0; x < pixels; ++x) {
      const bool is_channel = c < channels * multiplier;
      to[x * blocked.pixel_stride] = is_channel ? from[x * row.pixel_stride] : 0.0f;
    }
  }
}

void copy_row_to_blocks(const RowCopy& copy) {
  if (copy.row.channel_stride != 1) return copy_each(copy);
  with_block(copy.blocked.block, [&](auto d) HWY_ATTR {
    if (copy.multiplier != 1) return copy_repeated(d, copy);
    constexpr int64_t kLanes = hn::MaxLanes(decltype(d)());
    for (int64_t x = 0; x < copy.pixels; ++x) {
      const float* from = copy.row.data + x * copy.row.pixel_stride;
      float* to = copy.blocked.data + x * copy.blocked.pixel_stride;
      for (int64_t c = 0; c < copy.channels; c += kLanes, to += copy.blocked.block_stride) {
        hn::Store(load_lanes(d, from + c, copy.channels - c), d, to);
      }
    }
  });
}

void copy_row_from_blocks(const RowCopy& copy) {
  const BlockedRow& blocked = copy.blocked;
  if (copy.row.channel_stride != 1) {
    for (int64_t c = 0; c < copy.channels; ++c) {
      const float* from = blocked.data + c / blocked.block * blocked.block_stride;
      float* to = copy.row.data + c * copy.row.channel_stride;
      for (int64_t x = 0; x < copy.pixels; ++x) {
        to[x * copy.row.pixel_stride] = from[x * blocked.pixel_stride + c % blocked.block];
      }
    }
    return;
  }
  with_block(blocked.block, [&](auto d) HWY_ATTR {
    constexpr int64_t kLanes = hn::MaxLanes(decltype(d)());
    for (int64_t x = 0; x < copy.pixels; ++x) {
      const float* from = blocked.data + x * blocked.pixel_stride;
      float* to = copy.row.data + x * copy.row.pixel_stride;
      for (int64_t c = 0; c < copy.channels; c += kLanes, from += blocked.block_stride) {
        store_lanes(d, hn::Load(d, from), copy.channels - c, to + c);
      }
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "base/aligned.h"
#include "simd/layer/product.h"

namespace sepconv::simd {
HWY_EXPORT(widest_block);
HWY_EXPORT(narrowest_block);
HWY_EXPORT(copy_row_to_blocks);
HWY_EXPORT(copy_row_from_blocks);

std::vector<int> layer_blocks() {
  const int widest = layer_block(), narrowest = HWY_DYNAMIC_DISPATCH(narrowest_block)();
  if (narrowest == widest) return {widest};
  return {widest, narrowest};
}

int layer_block() { return HWY_DYNAMIC_DISPATCH(widest_block)(); }

void pack_channels(const float* values, int64_t channels, int block, float* to) {
  std::copy_n(values, channels, to);
  std::fill(to + channels, to + round_up(channels, block), 0.0f);
}

void pack_depthwise_taps(const float* taps, int64_t channels, int64_t count, int block, float* to) {
  for (int64_t first = 0; first < channels; first += block) {
    for (int64_t tap = 0; tap < count; ++tap) {
      for (int64_t c = first; c < first + block; ++c) {
        *to++ = c < channels ? taps[c * count + tap] : 0.0f;
      }
    }
  }
}

void pack_product(const float* weights, int64_t channels, int64_t depth, int block, float* to) {
  const int64_t all = round_up(channels, block) / block;
  for (int64_t first = 0; first < all;) {
    const int64_t left = all - first;
    const int64_t blocks = left == 1 || left == 3 ? left : kPanelVectors;
    for (int64_t k = 0; k < depth; ++k) {
      for (int64_t n = first * block; n < (first + blocks) * block; ++n) {
        *to++ = n < channels ? weights[n * depth + k] : 0.0f;
      }
    }
    first += blocks;
  }
}

void copy_to_blocks(const RowCopy& copy) noexcept {
  HWY_DYNAMIC_DISPATCH(copy_row_to_blocks)(copy);
}
void copy_from_blocks(const RowCopy& copy) noexcept {
  HWY_DYNAMIC_DISPATCH(copy_row_from_blocks)(copy);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
