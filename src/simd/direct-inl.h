// Direct sums: every tap of a 2-D kernel, from converted image rows to several output rows at once.
#if defined(SEPCONV_SIMD_DIRECT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_DIRECT_INL_H_
#undef SEPCONV_SIMD_DIRECT_INL_H_
#else
#define SEPCONV_SIMD_DIRECT_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "simd/row-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Vectors of sums in an output row: with kRowsTogether rows, as many taps and a load they are 13
/// of 16 registers, or 21 of 32.
inline constexpr int kDirectVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;

/// kRowsTogether output rows: sources[j] is the sample under tap 0 of kernel row j of the first
/// one.
template <class T>
struct DirectPass {
  const Weights<T>* weights;
  const T* const* sources;
  T* sums;  // row q at q * sums_stride
  int64_t sums_stride;
};

/// kRows x kVectors sums. An input row that is row j of output row 0 is row j - q of output row q.
template <class D, int kRows, int kVectors, bool kRoundOnce>
struct DirectBlock {
  using T = hn::TFromD<D>;
  hn::Vec<D> sum[kRows][kVectors];

  /// Adds a tap of output row kFirst and its neighbours up to kLast (not included), whose taps are
  /// a kernel row before one another, on the samples at t.
  template <int kFirst, int kLast>
  HWY_INLINE void add_tap(D d, const T* t, const T* tap, int64_t kernel_width) {
    hn::Vec<D> w[kRows];
    HWY_UNROLL(4)
    for (int q = kFirst; q < kLast; ++q) w[q] = hold(hn::Set(d, tap[-q * kernel_width]));
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      const auto v = hold(hn::LoadU(d, t + i * hn::MaxLanes(d)));
      HWY_UNROLL(4)
      for (int q = kFirst; q < kLast; ++q) {
        sum[q][i] = multiply_add<kRoundOnce>(d, v, w[q], sum[q][i]);
      }
    }
  }

  /// Adds kernel row j of output row 0, and what it is to the others.
  template <int kFirst, int kLast>
  HWY_INLINE void add_row(D d, const DirectPass<T>& pass, int64_t x, int64_t j) {
    const DirectTaps<T>& direct = pass.weights->direct;
    const T* t = pass.sources[j] + x;
    const T* tap = direct.taps.data() + j * direct.width;
    HWY_UNROLL(1)
    for (int64_t i = 0; i < direct.width; ++i, t += pass.weights->channels) {
      add_tap<kFirst, kLast>(d, t, tap + i, direct.width);
    }
  }
};

/// Finished sums of kRows output rows from output row `first` on, at kVectors vectors from sample x
/// on; kernels of kRows - 1 rows or more. Each output adds its taps in their order.
template <int kRows, int kVectors, bool kRoundOnce, class D, class T>
HWY_INLINE void sum_rows_at(D d, const DirectPass<T>& pass, int64_t x, int first) {
  const Finisher<kRoundOnce, D> finisher(d, pass.weights->epilogue);
  const DirectPass<T> from{pass.weights, pass.sources + first, nullptr, 0};
  const int64_t height = pass.weights->direct.height;
  DirectBlock<D, kRows, kVectors, kRoundOnce> block;
  for (auto& row : block.sum) {
    for (auto& sum : row) sum = finisher.before;
  }
  if constexpr (kRows > 1) block.template add_row<0, 1>(d, from, x, 0);
  if constexpr (kRows > 2) block.template add_row<0, 2>(d, from, x, 1);
  if constexpr (kRows > 3) block.template add_row<0, 3>(d, from, x, 2);
  for (int64_t j = kRows - 1; j < height; ++j) {
    block.template add_row<0, kRows>(d, from, x, j);
  }
  if constexpr (kRows > 1) block.template add_row<1, kRows>(d, from, x, height);
  if constexpr (kRows > 2) block.template add_row<2, kRows>(d, from, x, height + 1);
  if constexpr (kRows > 3) block.template add_row<3, kRows>(d, from, x, height + 2);
  for (int q = 0; q < kRows; ++q) {
    T* sums = pass.sums + (first + q) * pass.sums_stride;
    for (int i = 0; i < kVectors; ++i) {
      hn::StoreU(finisher.finish(d, block.sum[q][i]), d, sums + i * hn::MaxLanes(d));
    }
  }
}

/// kRowsTogether output rows at kVectors vectors; low kernels go row by row. Not inlined, so that
/// the output types share it.
template <int kVectors, bool kRoundOnce, class T>
HWY_NOINLINE void sum_direct(const DirectPass<T>& pass, int64_t x) {
  const hn::ScalableTag<T> d;
  if (pass.weights->direct.height >= kRowsTogether - 1) {
    sum_rows_at<kRowsTogether, kVectors, kRoundOnce>(d, pass, x, 0);
    return;
  }
  for (int q = 0; q < kRowsTogether; ++q) sum_rows_at<1, kVectors, kRoundOnce>(d, pass, x, q);
}

/// The sums of a block as samples of the output rows [0, rows), `samples` of each.
template <class Out, class T>
HWY_INLINE void store_direct(const DirectPass<T>& pass, const StripWork<T>& work, int64_t y,
                             const Segment& block) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  const bool truncates = work.weights.epilogue.truncates;
  const int64_t rows = std::min<int64_t>(kRowsTogether, work.strip.out_rows - y);
  for (int64_t q = 0; q < rows; ++q) {
    const T* sums = pass.sums + q * pass.sums_stride;
    Out* out = work.template out_row<Out>(y + q) + block.place;
    if (block.count >= kLanes) {
      store_sums(sums, block.count, truncates, out);
      continue;
    }
    Out last[kLanes];
    store_sums(sums, kLanes, truncates, last);
    std::memcpy(out, last, block.count * sizeof(Out));
  }
}

/// kRowsTogether output rows from y on: blocks, then single vectors, the last one moved back to end
/// with the row.
template <class Out, bool kRoundOnce, class T>
void write_direct_rows(const StripWork<T>& work, const T* const* sources, int64_t y) {
  constexpr int64_t kLanes = hn::MaxLanes(hn::ScalableTag<T>());
  constexpr int64_t kBlock = kDirectVectors * kLanes;
  HWY_ALIGN T sums[kRowsTogether * kBlock];
  const DirectPass<T> pass{&work.weights, sources, sums, kBlock};
  const int64_t samples = work.strip.out_samples;
  int64_t x = 0;
  for (; x + kBlock <= samples; x += kBlock) {
    sum_direct<kDirectVectors, kRoundOnce>(pass, x);
    store_direct<Out>(pass, work, y, {x, x, kBlock});
  }
  for (; x < samples; x += kLanes) {
    const int64_t at = std::max<int64_t>(0, std::min(x, samples - kLanes));
    sum_direct<1, kRoundOnce>(pass, at);
    store_direct<Out>(pass, work, y, {at, at, std::min(kLanes, samples)});
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
