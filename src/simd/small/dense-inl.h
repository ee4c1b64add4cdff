// Dense kernels of 3x3 and 5x5 floats: all taps of four output rows in registers, straight from the
// image's rows and into the output's.
#if defined(SEPCONV_SIMD_SMALL_DENSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SMALL_DENSE_INL_H_
#undef SEPCONV_SIMD_SMALL_DENSE_INL_H_
#else
#define SEPCONV_SIMD_SMALL_DENSE_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "simd/row-inl.h"
#include "simd/small/in_place.h"
#include "simd/small/rows-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using DenseTag = hn::ScalableTag<float>;
using DenseVec = hn::Vec<DenseTag>;
inline constexpr int64_t kDenseLanes = hn::MaxLanes(DenseTag());

/// Vectors of sums in each of kRowsTogether rows: two share the broadcast of a tap.
inline constexpr int kDenseVectors = 2;
inline constexpr int64_t kDenseStep = kDenseVectors * kDenseLanes;

/// Sums of kRowsTogether x kDenseVectors vectors. Each output adds its taps in their order, as
/// DirectBlock does.
template <int kSide>
struct DenseBlock {
  static constexpr int kInputRows = kSide - 1 + kRowsTogether;

  const float* taps;
  int64_t channels;
  DenseVec sum[kRowsTogether][kDenseVectors];

  /// Adds input row kRow, which is row kRow - q of the kernel to output row q.
  template <int kRow>
  HWY_INLINE void add_row(const float* t) {
    constexpr int kFirst = std::max(0, kRow - kSide + 1);
    constexpr int kLast = std::min(kRowsTogether - 1, kRow);
    const DenseTag d;
    HWY_UNROLL(5)
    for (int i = 0; i < kSide; ++i, t += channels) {
      DenseVec v[kDenseVectors];
      HWY_UNROLL(2)
      for (int a = 0; a < kDenseVectors; ++a) v[a] = hold(hn::LoadU(d, t + a * kDenseLanes));
      HWY_UNROLL(4)
      for (int q = kFirst; q <= kLast; ++q) {
        const DenseVec w = hold(hn::Set(d, taps[(kRow - q) * kSide + i]));
        HWY_UNROLL(2)
        for (int a = 0; a < kDenseVectors; ++a) {
          sum[q][a] = multiply_add<false>(d, v[a], w, sum[q][a]);
        }
      }
    }
  }

  template <int kRow = 0>
  HWY_INLINE void add_rows(const float* const* rows, int64_t x) {
    if constexpr (kRow < kInputRows) {
      add_row<kRow>(rows[kRow] + x);
      add_rows<kRow + 1>(rows, x);
    }
  }
};

/// kDenseStep outputs from sample x on. Rows from the last one up, as SmallSums has them.
template <int kSide>
HWY_INLINE void write_dense(const Weights<float>& weights, const float* const* rows, int64_t x,
                            const GroupOut<float>& out) {
  const DenseTag d;
  const Finisher<false, DenseTag> finisher(d, weights.epilogue);
  DenseBlock<kSide> block{weights.direct.taps.data(), weights.channels, {}};
  HWY_UNROLL(4)
  for (int q = 0; q < kRowsTogether; ++q) {
    HWY_UNROLL(2)
    for (int a = 0; a < kDenseVectors; ++a) block.sum[q][a] = finisher.before;
  }
  block.add_rows(rows, x);
  const bool streams = out.streams && first_aligned<kDenseLanes>(out.rows[0] + x) == 0;
  HWY_UNROLL(4)
  for (int q = kRowsTogether - 1; q >= 0; --q) {
    HWY_UNROLL(2)
    for (int a = 0; a < kDenseVectors; ++a) {
      float* to = out.rows[q] + x + a * kDenseLanes;
      const DenseVec value = finisher.finish(d, block.sum[q][a]);
      streams ? hn::Stream(value, d, to) : hn::StoreU(value, d, to);
    }
  }
}

/// kRowsTogether output rows, `samples` of each.
template <int kSide>
HWY_NOINLINE void write_dense_rows(const Weights<float>& weights, const RowPair<float>& rows,
                                   int64_t samples, const GroupOut<float>& out) {
  if (samples >= kDenseStep) {
    const auto write = [&](const auto* from, int64_t x, int64_t end) HWY_ATTR {
      HWY_UNROLL(1)
      for (; x < end; x += kDenseStep) write_dense<kSide>(weights, from, x, out);
    };
    for_each_run<kDenseStep>(rows, samples, first_aligned<kDenseStep>(out.rows[0]), write);
    return;
  }
  float last[kRowsTogether][kDenseStep];
  write_dense<kSide>(weights, rows.copies, 0, {{last[0], last[1], last[2], last[3]}});
  for (int q = kRowsTogether - 1; q >= 0; --q) {
    std::memcpy(out.rows[q], last[q], samples * sizeof(float));
  }
}

/// A strip of outputs. Where rows do not lie alike, or some are missing, none go past the caches.
inline void run_dense(const StripWork<float>& work, const Passes<float>& passes) {
  const Strip& strip = work.strip;
  const Weights<float>& weights = work.weights;
  const int64_t side = weights.direct.height;
  const StripEnds ends(strip, {weights.anchor_samples, (side - 1) * weights.channels}, kDenseStep);
  const StripWork<float> ends_work{ends.strip(), weights};
  const bool are_alike = strip.out_stride_bytes % (kDenseLanes * int64_t{sizeof(float)}) == 0;
  const auto copy = [&](int64_t y, int64_t scratch_row) {
    passes.combine_term(ends_work, weights.terms[0], y, scratch_row);
  };
  for_each_group(ends_work, ends, side, copy, [&](const RowPair<float>& rows, int64_t y) {
    const bool is_whole = y + kRowsTogether <= strip.out_rows;
    GroupOut<float> out{{}, strip.streams && are_alike && is_whole};
    for (int64_t q = 0; q < kRowsTogether; ++q) {
      out.rows[q] = work.template out_row<float>(std::min(y + q, strip.out_rows - 1));
    }
    side == 3 ? write_dense_rows<3>(weights, rows, strip.out_samples, out)
              : write_dense_rows<5>(weights, rows, strip.out_samples, out);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
