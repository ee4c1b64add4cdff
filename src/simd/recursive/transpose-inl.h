// Lines to lanes and back: samples of any type and layout as sums that lie kLinesTogether apart.
// Included once a target by recursive.cc.
#if defined(SEPCONV_SIMD_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_TRANSPOSE_INL_H_
#undef SEPCONV_SIMD_TRANSPOSE_INL_H_
#else
#define SEPCONV_SIMD_TRANSPOSE_INL_H_
#endif

#include <hwy/cache_control.h>

#include <algorithm>

#include "simd/convert-inl.h"
#include "simd/recursive/lines.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Samples of a line that are turned at a time.
inline constexpr int64_t kTile = kLinesTogether;

/// Samples that are called early where lines lie across: each comes from a page of its own.
inline constexpr int64_t kSamplesAhead = 2 * kTile;

/// A vector of sums with no more lanes than lines are filtered together.
template <class T>
using LineTag = hn::CappedTag<T, kLinesTogether>;

/// Lanes of samples as sums, at their own value (load_as gives u16 centred).
template <class D, class In>
HWY_INLINE hn::Vec<D> load_sample(D d, const In* p) {
  using T = hn::TFromD<D>;
  const auto v = load_as(d, p);
  if constexpr (std::is_same_v<In, uint16_t>) return hn::Add(v, hn::Set(d, T{32768}));
  return v;
}

/// to[j][i] = from[i][j] of square tiles, rows kTile apart.
template <class T>
void transpose_tile(const T* HWY_RESTRICT from, T* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  for (int64_t i = 0; i < kTile; ++i) {
    for (int64_t j = 0; j < kTile; ++j) to[j * kTile + i] = from[i * kTile + j];
  }
#else
  const hn::FixedTag<T, 16 / sizeof(T)> d;
  constexpr int64_t kLanes = 16 / sizeof(T);
  for (int64_t i = 0; i < kTile; i += kLanes) {
    for (int64_t j = 0; j < kTile; j += kLanes) {
      const T* in = from + i * kTile + j;
      T* out = to + j * kTile + i;
      const auto a = hn::Load(d, in), b = hn::Load(d, in + kTile);
      if constexpr (kLanes == 2) {
        hn::Store(hn::InterleaveLower(d, a, b), d, out);
        hn::Store(hn::InterleaveUpper(d, a, b), d, out + kTile);
      } else {
        const auto c = hn::Load(d, in + 2 * kTile), e = hn::Load(d, in + 3 * kTile);
        const auto ac_low = hn::InterleaveLower(d, a, c), ac_high = hn::InterleaveUpper(d, a, c);
        const auto be_low = hn::InterleaveLower(d, b, e), be_high = hn::InterleaveUpper(d, b, e);
        hn::Store(hn::InterleaveLower(d, ac_low, be_low), d, out);
        hn::Store(hn::InterleaveUpper(d, ac_low, be_low), d, out + kTile);
        hn::Store(hn::InterleaveLower(d, ac_high, be_high), d, out + 2 * kTile);
        hn::Store(hn::InterleaveUpper(d, ac_high, be_high), d, out + 3 * kTile);
      }
    }
  }
#endif
}

/// True where the lines' samples are neighbours: a lane a line, without turning anything.
template <class Void>
bool lies_across(const LineGroup<Void>& group, int64_t lines) {
  if (lines != kLinesTogether) return false;
  for (int k = 1; k < kLinesTogether; ++k) {
    if (group.offsets[k] != group.offsets[0] + k) return false;
  }
  return true;
}

/// All samples of a group of lines into x[sample][line].
template <class In, class T>
void load_lines(const LineWork& work, int64_t size, T* x) {
  const In* data = static_cast<const In*>(work.in.data);
  const int64_t stride = work.in.stride;
  const LineTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(LineTag<T>());
  if (lies_across(work.in, work.lines)) {
    const In* row = data + work.in.offsets[0];
    for (int64_t i = 0; i < size; ++i, row += stride) {
      hwy::Prefetch(row + std::min(kSamplesAhead, size - 1 - i) * stride);
      for (int64_t lane = 0; lane < kLinesTogether; lane += kLanes) {
        hn::Store(load_sample(d, row + lane), d, x + i * kLinesTogether + lane);
      }
    }
    return;
  }
  int64_t i = 0;
  if (stride == 1) {
    HWY_ALIGN T tile[kLinesTogether * kTile];
    for (; i + kTile <= size; i += kTile) {
      for (int64_t line = 0; line < kLinesTogether; ++line) {
        const In* samples = data + work.in.offsets[line] + i;
        for (int64_t at = 0; at < kTile; at += kLanes) {
          hn::Store(load_sample(d, samples + at), d, tile + line * kTile + at);
        }
      }
      transpose_tile(tile, x + i * kLinesTogether);
    }
  }
  for (; i < size; ++i) {
    for (int64_t line = 0; line < kLinesTogether; ++line) {
      x[i * kLinesTogether + line] = static_cast<T>(data[work.in.offsets[line] + i * stride]);
    }
  }
}

/// What turns sums into outputs.
template <class D>
struct LineFinish {
  using V = hn::Vec<D>;
  V scale, offset;
  bool truncates;

  LineFinish(D d, const LineFilter& filter)
      : scale(hn::Set(d, static_cast<hn::TFromD<D>>(filter.scale))),
        offset(hn::Set(d, static_cast<hn::TFromD<D>>(filter.offset))),
        truncates(filter.truncates) {}

  template <class T, class Out>
  HWY_INLINE void store(D d, const T* sum, Out* out) const {
    store_from(d, hn::Add(hn::Mul(hn::Load(d, sum), scale), offset), truncates, out);
  }
};

/// y[sample][line] as the samples of a group of lines.
template <class Out, class T>
void store_lines(const LineFilter& filter, const LineWork& work, const T* y) {
  Out* data = static_cast<Out*>(work.out.data);
  const int64_t stride = work.out.stride;
  const LineTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(LineTag<T>());
  const LineFinish<LineTag<T>> finish(d, filter);
  if (lies_across(work.out, work.lines)) {
    Out* row = data + work.out.offsets[0];
    for (int64_t i = 0; i < filter.size; ++i, row += stride) {
      for (int64_t lane = 0; lane < kLinesTogether; lane += kLanes) {
        finish.store(d, y + i * kLinesTogether + lane, row + lane);
      }
    }
    return;
  }
  int64_t i = 0;
  if (stride == 1) {
    HWY_ALIGN T tile[kLinesTogether * kTile];
    for (; i + kTile <= filter.size; i += kTile) {
      transpose_tile(y + i * kLinesTogether, tile);
      for (int64_t line = 0; line < work.lines; ++line) {
        Out* samples = data + work.out.offsets[line] + i;
        for (int64_t at = 0; at < kTile; at += kLanes) {
          finish.store(d, tile + line * kTile + at, samples + at);
        }
      }
    }
  }
  HWY_ALIGN Out apart[kLinesTogether];
  for (; i < filter.size; ++i) {
    for (int64_t lane = 0; lane < kLinesTogether; lane += kLanes) {
      finish.store(d, y + i * kLinesTogether + lane, apart + lane);
    }
    for (int64_t line = 0; line < work.lines; ++line) {
      data[work.out.offsets[line] + i * stride] = apart[line];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
