// The u8 engine for every target: the strip loop over fixed-point columns and rows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/fixed/fixed.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>

#include <algorithm>

#include "simd/fixed/column-inl.h"
#include "simd/fixed/row-inl.h"
#include "simd/fixed/scalar-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

template <int kRows>
void combine_fixed_columns(const Strip& strip, const FixedWeights& weights, int64_t y,
                           int16_t* scratch) {
  const auto* rows = reinterpret_cast<const uint8_t* const*>(strip.rows) + y;
  const FixedColumnPass pass{rows, weights.column, scratch, strip.scratch_stride};
  for (int64_t i = 0; i < strip.segment_count; ++i) combine_fixed<kRows>(pass, strip.segments[i]);
  for (int q = 0; q < kRows; ++q) {
    int16_t* row = scratch + q * strip.scratch_stride;
    for (int64_t i = 0; i < strip.edge_count; ++i) {
      const EdgeCopy& edge = strip.edges[i];
      row[edge.place] = edge.from == kFill ? weights.fill : row[edge.from];
    }
  }
}

/// What a strip's rows are asked by, in place of weights.
struct ByteRows {
  SampleType in_type = SampleType::u8;
};

void convolve_fixed_strip(const Strip& strip, const FixedWeights& weights) {
  const int64_t taps = std::ssize(weights.column.taps);
  const ByteRows bytes;
  const StripWork<int16_t, ByteRows> work{strip, bytes};
  for (int64_t y = 0; y < strip.out_rows; y += kRowsTogether) {
    if (taps >= kRowsTogether - 1) {
      combine_fixed_columns<kRowsTogether>(strip, weights, y, work.scratch_row(0));
    } else {
      for (int q = 0; q < kRowsTogether; ++q) {
        combine_fixed_columns<1>(strip, weights, y + q, work.scratch_row(q));
      }
    }
    const int64_t rows_left = std::min<int64_t>(kRowsTogether, strip.out_rows - y);
    for (int64_t q = 0; q < rows_left; ++q) {
      const int16_t* source = work.scratch_row(q) - weights.anchor_samples;
      RowPass<int16_t> row{nullptr, &source};
      row.streams = strip.streams;
      row.ahead_sample_bytes = 1;
      if (row.streams) row.ahead = work.input_row(y + q + kRowsTogether + taps - 1);
      write_fixed_row(weights, row, strip.out_samples, work.out_row<uint8_t>(y + q));
    }
  }
  if (strip.streams) hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_fixed_strip);
void convolve_strip_u8(const Strip& strip, const FixedWeights& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_fixed_strip)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
