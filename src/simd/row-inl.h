// The row pass: weighted sums along scratch rows, from one or several sources into one output row.
#if defined(SEPCONV_SIMD_ROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_ROW_INL_H_
#undef SEPCONV_SIMD_ROW_INL_H_
#else
#define SEPCONV_SIMD_ROW_INL_H_
#endif

#include <cstring>

#include "simd/convert-inl.h"
#include "simd/hold-inl.h"
#include "simd/strip.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of sums in a block of a row, and taps of a class in use at a time: 8 + 4 + the load
/// are 13 of 16 registers, and 11 loads serve 32 multiply-adds.
inline constexpr int kRowVectors = 8;
inline constexpr int kClassTaps = 4;

/// What one output row is made of: sources[i] is the sample under tap 0 of output sample 0.
template <class T>
struct RowPass {
  const Weights<T>* weights;
  const T* const* sources;  // one a term
};

/// Adds kTaps taps of one class to kVectors vectors of sums: output vector i and tap a meet in the
/// sample vector at i * lanes + a * class step, so equal distances share one load.
template <int kVectors, int kTaps, int kClassStep, bool kRoundOnce, class D, class V, class T>
HWY_INLINE void add_class_taps(D d, const T* t, const T* taps, V (&sum)[kVectors]) {
  constexpr int kLanes = hn::MaxLanes(D());
  constexpr int kUnit = kLanes < 8 ? kLanes : 8;  // divides lanes and class step
  constexpr int kVectorUnits = kLanes / kUnit;
  constexpr int kTapUnits = kClassStep / kUnit;
  V w[kTaps];
  HWY_UNROLL(4)
  for (int a = 0; a < kTaps; ++a) w[a] = hn::Set(d, taps[a]);
  HWY_UNROLL(160)
  for (int n = 0; n <= (kVectors - 1) * kVectorUnits + (kTaps - 1) * kTapUnits; ++n) {
    bool is_loaded = false;
    V v = w[0];
    HWY_UNROLL(4)
    for (int a = 0; a < kTaps; ++a) {
      const int units = n - a * kTapUnits;
      if (units < 0 || units % kVectorUnits != 0 || units / kVectorUnits >= kVectors) continue;
      if (!is_loaded) v = hold(hn::LoadU(d, t + n * kUnit));
      is_loaded = true;
      sum[units / kVectorUnits] = multiply_add<kRoundOnce>(d, v, w[a], sum[units / kVectorUnits]);
    }
  }
}

template <int kVectors, int kClassStep, bool kRoundOnce, class D, class V, class T>
HWY_INLINE void add_source(D d, const T* t, const RowTaps<T>& row, V (&sum)[kVectors]) {
  const T* taps = row.taps.data();
  for (const auto& c : row.classes) {
    const T* first = t + c.offset;
    int64_t left = c.count;
    HWY_UNROLL(1)
    for (; left >= kClassTaps; left -= kClassTaps) {
      add_class_taps<kVectors, kClassTaps, kClassStep, kRoundOnce>(d, first, taps, sum);
      first += kClassTaps * kClassStep;
      taps += kClassTaps;
    }
    if (left == 3) add_class_taps<kVectors, 3, kClassStep, kRoundOnce>(d, first, taps, sum);
    if (left == 2) add_class_taps<kVectors, 2, kClassStep, kRoundOnce>(d, first, taps, sum);
    if (left == 1) add_class_taps<kVectors, 1, kClassStep, kRoundOnce>(d, first, taps, sum);
    taps += left;
  }
}

/// The epilogue of one vector of sums (before was what the sums started from).
template <bool kRoundOnce, class D, class T>
HWY_INLINE hn::Vec<D> finish(D d, hn::Vec<D> sum, const Epilogue<T>& epilogue) {
  if (epilogue.divisor != 1) sum = hn::Div(sum, hn::Set(d, epilogue.divisor));
  return multiply_add<kRoundOnce>(d, sum, hn::Set(d, epilogue.scale), hn::Set(d, epilogue.after));
}

/// kVectors vectors of one output row, from sample x on.
template <int kVectors, int kClassStep, bool kRoundOnce, class D, class T, class Out>
HWY_INLINE void convolve_row_at(D d, const RowPass<T>& pass, int64_t x, Out* out) {
  hn::Vec<D> sum[kVectors];
  HWY_UNROLL(16)
  for (int i = 0; i < kVectors; ++i) sum[i] = hn::Set(d, pass.weights->epilogue.before);
  const auto& terms = pass.weights->terms;
  for (size_t s = 0; s < terms.size(); ++s) {
    add_source<kVectors, kClassStep, kRoundOnce>(d, pass.sources[s] + x, terms[s].row, sum);
  }
  HWY_UNROLL(16)
  for (int i = 0; i < kVectors; ++i) {
    store_from(d, finish<kRoundOnce>(d, sum[i], pass.weights->epilogue),
               out + x + i * hn::MaxLanes(d));
  }
}

/// A whole output row: blocks of kRowVectors, then single vectors; the last of each is moved back
/// to end with the row. A row shorter than a vector goes by way of a small buffer.
template <int kClassStep, bool kRoundOnce, class T, class Out>
HWY_INLINE void convolve_row(const RowPass<T>& pass, int64_t samples, Out* out) {
  const hn::ScalableTag<T> d;
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr int64_t kBlock = kRowVectors * kLanes;
  int64_t x = 0;
  for (; x + kBlock <= samples; x += kBlock) {
    convolve_row_at<kRowVectors, kClassStep, kRoundOnce>(d, pass, x, out);
  }
  if (x == samples) return;
  if (samples >= kBlock) {
    convolve_row_at<kRowVectors, kClassStep, kRoundOnce>(d, pass, samples - kBlock, out);
    return;
  }
  for (; x + kLanes <= samples; x += kLanes) {
    convolve_row_at<1, kClassStep, kRoundOnce>(d, pass, x, out);
  }
  if (x < samples) {
    Out last[kLanes];
    convolve_row_at<1, kClassStep, kRoundOnce>(d, pass, x, last - x);
    std::memcpy(out + x, last, (samples - x) * sizeof(Out));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
