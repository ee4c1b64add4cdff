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

/// Some channels of some pixels.
struct Part {
  int64_t first_channel, channels_end;
  int64_t first_pixel, pixels_end;
};

HWY_INLINE float* place_of(const BlockedRow& blocked, int64_t c, int64_t x) {
  return blocked.data + c / blocked.block * blocked.block_stride + c % blocked.block +
         x * blocked.pixel_stride;
}

/// Value by value: for strides that vectors do not serve.
void copy_part_to_blocks(const RowCopy& copy, const Part& part) {
  const auto& [row, blocked, pixels, channels, multiplier] = copy;
  for (int64_t c = part.first_channel; c < part.channels_end; ++c) {
    const float* from = row.data + c / multiplier * row.channel_stride;
    float* to = place_of(blocked, c, 0);
    const bool is_channel = c < channels * multiplier;
    for (int64_t x = part.first_pixel; x < part.pixels_end; ++x) {
      to[x * blocked.pixel_stride] = is_channel ? from[x * row.pixel_stride] : 0.0f;
    }
  }
}

void copy_part_from_blocks(const RowCopy& copy, const Part& part) {
  for (int64_t c = part.first_channel; c < part.channels_end; ++c) {
    const float* from = place_of(copy.blocked, c, 0);
    float* to = copy.row.data + c * copy.row.channel_stride;
    for (int64_t x = part.first_pixel; x < part.pixels_end; ++x) {
      to[x * copy.row.pixel_stride] = from[x * copy.blocked.pixel_stride];
    }
  }
}

/// Pixels and channels that change places at once, where vectors have as many lanes.
constexpr int64_t kSquare = 4;

/// Four rows of four become four columns.
HWY_INLINE void transpose_square(const float* from, int64_t from_stride, float* to,
                                 int64_t to_stride) {
#if HWY_TARGET != HWY_SCALAR
  constexpr hn::CappedTag<float, kSquare> d;
  constexpr hn::Repartition<uint64_t, decltype(d)> pairs;
  const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + from_stride);
  const auto c = hn::LoadU(d, from + 2 * from_stride), e = hn::LoadU(d, from + 3 * from_stride);
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
  const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
  const auto ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
  const auto ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
  const auto store = [&](auto v, int64_t i)
                         HWY_ATTR { hn::StoreU(hn::BitCast(d, v), d, to + i * to_stride); };
  store(hn::InterleaveLower(pairs, ab_low, ce_low), 0);
  store(hn::InterleaveUpper(pairs, ab_low, ce_low), 1);
  store(hn::InterleaveLower(pairs, ab_high, ce_high), 2);
  store(hn::InterleaveUpper(pairs, ab_high, ce_high), 3);
#else
  (void)from, (void)from_stride, (void)to, (void)to_stride;
#endif
}

/// A row whose channels are apart: squares where its pixels are neighbours, copy_part for the rest.
template <class CopySquare, class CopyPart>
void copy_planar(const RowCopy& copy, int64_t channels_end,
                 [[maybe_unused]] const CopySquare& copy_square, const CopyPart& copy_part) {
  int64_t channels = 0, pixels = 0;
#if HWY_TARGET != HWY_SCALAR
  if (copy.row.pixel_stride == 1 && copy.multiplier == 1) {
    channels = copy.channels / kSquare * kSquare;
    pixels = copy.pixels / kSquare * kSquare;
  }
  for (int64_t c = 0; c < channels; c += kSquare) {
    float* row = copy.row.data + c * copy.row.channel_stride;
    float* blocked = place_of(copy.blocked, c, 0);
    for (int64_t x = 0; x < pixels; x += kSquare) {
      copy_square(row + x, blocked + x * copy.blocked.pixel_stride);
    }
  }
#endif
  copy_part(copy, Part{0, channels, pixels, copy.pixels});
  copy_part(copy, Part{channels, channels_end, 0, copy.pixels});
}

void copy_row_to_blocks(const RowCopy& copy) {
  if (copy.row.channel_stride != 1) {
    const int64_t filled = copy.channels * copy.multiplier, block = copy.blocked.block;
    const auto square = [&](const float* row, float* blocked) HWY_ATTR {
      transpose_square(row, copy.row.channel_stride, blocked, copy.blocked.pixel_stride);
    };
    const int64_t lanes = (filled + block - 1) / block * block;
    return copy_planar(copy, lanes, square, copy_part_to_blocks);
  }
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
    const auto square = [&](float* row, const float* in_blocks) HWY_ATTR {
      transpose_square(in_blocks, blocked.pixel_stride, row, copy.row.channel_stride);
    };
    return copy_planar(copy, copy.channels, square, copy_part_from_blocks);
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
namespace {
// Floats of a cache line: rows of weights are often powers of two apart, so that a line is gone
// before the next column would read it.
constexpr int64_t kLine = 16;
}  // namespace

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
    const int64_t width = blocks * block;
    for (int64_t part = 0; part < depth; part += kLine) {
      const int64_t end = std::min(part + kLine, depth);
      for (int64_t n = 0; n < width; ++n) {
        const float* row = weights + (first * block + n) * depth;
        const bool is_channel = first * block + n < channels;
        for (int64_t k = part; k < end; ++k) to[k * width + n] = is_channel ? row[k] : 0.0f;
      }
    }
    to += depth * width;
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
