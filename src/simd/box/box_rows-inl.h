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
      pass.call_ahead(x);
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
  int64_t samples = 1;  // in a window so far: the leading bits of `window`
  const int bits = std::bit_width(static_cast<uint64_t>(window));
  for (int bit = bits - 2; bit > 0; --bit) {
    const bool is_odd = (window >> bit) % 2 == 1;
    samples = 2 * samples + is_odd;
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
