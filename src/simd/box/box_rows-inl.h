// Sums of a window of samples along scratch rows by doubling: two windows of m samples make one of
// 2m, and another sample one of 2m + 1. Some log2 passes over a row in the first cache.
#if defined(SEPCONV_SIMD_BOX_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_ROWS_INL_H_
#undef SEPCONV_SIMD_BOX_ROWS_INL_H_
#else
#define SEPCONV_SIMD_BOX_ROWS_INL_H_
#endif

#include <bit>
#include <cstring>

#include "simd/row-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// From windows of m samples to those of 2m or, with the sample after them, of 2m + 1.
template <class T>
struct Doubling {
  const T* windows;  // of m samples; the samples themselves where m is 1
  int64_t shift;     // from a window to the one after it: m times channels
  const T* samples;

  template <bool kIsOdd, class D>
  HWY_INLINE hn::Vec<D> sum_at(D d, int64_t x) const {
    const auto sum = hn::Add(hn::LoadU(d, windows + x), hn::LoadU(d, windows + x + shift));
    if constexpr (!kIsOdd) return sum;
    return hn::Add(sum, hn::LoadU(d, samples + x + 2 * shift));
  }
};

/// The first count windows, in whole pairs of vectors. May be in place: what is read lies at or
/// behind what is written.
template <bool kIsOdd, class T>
HWY_INLINE void double_windows(const Doubling<T>& doubling, int64_t count, T* windows) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  for (int64_t x = 0; x < count; x += 2 * kLanes) {
    const auto first = doubling.template sum_at<kIsOdd>(d, x);
    const auto second = doubling.template sum_at<kIsOdd>(d, x + kLanes);
    hn::StoreU(first, d, windows + x);
    hn::StoreU(second, d, windows + x + kLanes);
  }
}

/// The size of windows after that many doublings on the way to `window`: its leading bits.
inline int64_t size_after(int64_t window, int doublings) {
  return window >> (std::bit_width(static_cast<uint64_t>(window)) - 1 - doublings);
}

#if HWY_TARGET == HWY_AVX3  // it alone permutes two whole vectors by lanes that are not constants

/// kLevels doublings in one sweep. Each level is a vector behind the one before it, so that the two
/// vectors that its second windows lie in are in registers.
template <int kLevels>
struct WindowLevels {
  using D = hn::ScalableTag<float>;
  using V = hn::Vec<D>;
  static constexpr int64_t kLanes = hn::MaxLanes(D());

  const float* samples;
  V before[kLevels];                              // the last vector of windows that a level took
  hn::Vec<hn::RebindToSigned<D>> later[kLevels];  // lanes of the second windows in two vectors
  int64_t odd_at[kLevels];                        // the sample after both windows
  bool is_odd[kLevels];

  HWY_INLINE WindowLevels(const float* first, int64_t window, int64_t channels) : samples(first) {
    HWY_UNROLL(4)
    for (int i = 0; i < kLevels; ++i) {
      const int64_t shift = size_after(window, i) * channels;
      before[i] = hn::Zero(D());
      later[i] = hn::Iota(hn::RebindToSigned<D>(), static_cast<int32_t>(shift));
      odd_at[i] = 2 * shift;
      is_odd[i] = hold(size_after(window, i + 1) % 2 == 1);
    }
    fill<0>();
  }

  template <int kLevel>
  HWY_INLINE void fill() {
    if constexpr (kLevel < kLevels) {
      next<kLevel>(kLevel * kLanes);
      fill<kLevel + 1>();
    }
  }

  /// Windows of the last level at x - kLevels * kLanes, after those of the last call. Level kStop
  /// only takes what it needs for the next call.
  template <int kStop = kLevels>
  HWY_INLINE V next(int64_t x) {
    return raise<0, kStop>(x, hn::LoadU(D(), samples + x));
  }

  template <int kLevel, int kStop>
  HWY_INLINE V raise(int64_t x, V windows) {
    if constexpr (kLevel == kLevels) {
      return windows;
    } else {
      const V low = before[kLevel];
      before[kLevel] = windows;
      if constexpr (kLevel == kStop) return windows;
      x -= kLanes;
      V sum = hn::Add(low, V{_mm512_permutex2var_ps(low.raw, later[kLevel].raw, windows.raw)});
      if (is_odd[kLevel]) sum = hn::Add(sum, hn::LoadU(D(), samples + x + odd_at[kLevel]));
      return raise<kLevel + 1, kStop>(x, sum);
    }
  }
};

/// The first count windows after kLevels doublings, in whole vectors.
template <int kLevels>
HWY_NOINLINE void sweep_windows(WindowLevels<kLevels> levels, int64_t count, float* windows) {
  constexpr int64_t kLanes = WindowLevels<kLevels>::kLanes;
  HWY_UNROLL(1)
  for (int64_t x = 0; x < count; x += kLanes) {
    hn::StoreU(levels.next(x + kLevels * kLanes), hn::ScalableTag<float>(), windows + x);
  }
}

/// Doublings in one sweep, but never the last one; gives their number.
inline int sweep_first(const Windows<float>& of, const float* samples, int64_t channels,
                       int64_t outputs, float* windows) {
  const int most = std::bit_width(static_cast<uint64_t>(of.row)) - 2;
  int levels = 0;
  while (levels < std::min(most, 4) &&
         size_after(of.row, levels) * channels <= WindowLevels<2>::kLanes) {
    ++levels;
  }
  const int64_t count = outputs + (of.row - size_after(of.row, levels)) * channels;
  switch (levels) {
    case 2:
      sweep_windows(WindowLevels<2>(samples, of.row, channels), count, windows);
      return 2;
    case 3:
      sweep_windows(WindowLevels<3>(samples, of.row, channels), count, windows);
      return 3;
    case 4:
      sweep_windows(WindowLevels<4>(samples, of.row, channels), count, windows);
      return 4;
    default:
      return 0;
  }
}

#endif  // AVX-512

/// Where one doubling at a time does as well: none.
template <class T>
int sweep_first(const Windows<T>&, const T*, int64_t, int64_t, T*) {
  return 0;
}

/// The last doubling and the epilogue: part of an output row, the last vector moved back to end
/// with it.
template <bool kIsOdd, bool kRoundOnce, class T, class Out>
HWY_INLINE void finish_windows(const Doubling<T>& doubling, const RowPass<T>& pass, int64_t count,
                               Out* out) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  const Weights<T>& weights = *pass.weights;
  const Finisher<kRoundOnce, hn::ScalableTag<T>> finisher(d, weights.epilogue);
  const bool truncates = weights.epilogue.truncates;
  const auto gain = hn::Set(d, weights.windows.gain);
  const auto finished_at = [&](int64_t x) HWY_ATTR {
    const auto sum = doubling.template sum_at<kIsOdd>(d, pass.first + x);
    return finisher.finish(d, multiply_add<kRoundOnce>(d, sum, gain, finisher.before));
  };
  if (count < kLanes) {
    Out row[kLanes];
    store_from(d, finished_at(0), truncates, row);
    std::memcpy(out, row, count * sizeof(Out));
    return;
  }
  const bool streams = pass.streams;
  int64_t x = 0;
  HWY_UNROLL(2)
  for (; x + kLanes <= count; x += kLanes) {
    const auto sum = finished_at(x);
    if (streams) {
      pass.call_below(x);
      stream_from(d, sum, truncates, out + x);
    } else {
      store_from(d, sum, truncates, out + x);
    }
  }
  if (x < count) store_from(d, finished_at(count - kLanes), truncates, out + count - kLanes);
}

/// An output row of window sums, from the scratch row of its one term.
template <class Out, bool kRoundOnce, class T>
void write_window_row(const StripWork<T>& work, const T* const* sources, int64_t y) {
  const Weights<T>& weights = work.weights;
  const int64_t window = weights.windows.row;
  const int64_t outputs = work.strip.out_samples;
  T* between = work.scratch_start(scratch_rows(weights) - 1);
  Doubling<T> doubling{sources[0], weights.channels, sources[0]};
  int done = sweep_first(weights.windows, sources[0], weights.channels, outputs, between);
  if (done > 0) doubling.windows = between;
  doubling.shift = size_after(window, done) * weights.channels;
  const int doublings = std::bit_width(static_cast<uint64_t>(window)) - 1;
  while (done < doublings - 1) {
    const int64_t samples = size_after(window, ++done);
    const bool is_odd = samples % 2 == 1;
    const int64_t count = outputs + (window - samples) * weights.channels;
    if (is_odd) {
      double_windows<true>(doubling, count, between);
    } else {
      double_windows<false>(doubling, count, between);
    }
    doubling.windows = between;
    doubling.shift = samples * weights.channels;
  }
  const auto finish = [&](const RowPass<T>& part, int64_t count, Out* out) {
    if (window % 2 == 1) {
      finish_windows<true, kRoundOnce>(doubling, part, count, out);
    } else {
      finish_windows<false, kRoundOnce>(doubling, part, count, out);
    }
  };
  write_parts(row_pass(work, sources, y), outputs, work.template out_row<Out>(y), finish);
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
