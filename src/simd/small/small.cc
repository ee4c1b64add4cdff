// The engine of small integer kernels for every target: rows in place, and copies of their ends.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/small/small.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <cstring>

#include "simd/small/rows-inl.h"
#include "simd/small/sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

using SmallWork = StripWork<uint8_t, SmallWeights>;

/// kRowsTogether image rows from y on, their ends, into scratch rows from scratch_row on.
inline void copy_ends(const SmallWork& work, int64_t y, int64_t scratch_row) {
  const Strip& strip = work.strip;
  for (int64_t q = 0; q < kRowsTogether; ++q) {
    const auto* image = static_cast<const uint8_t*>(strip.rows[y + q]);
    uint8_t* copy = work.scratch_row(scratch_row + q);
    for (int64_t i = 0; i < strip.segment_count; ++i) {
      const Segment& segment = strip.segments[i];
      std::memcpy(copy + segment.place, image + segment.source, segment.count);
    }
    work.fill_edges(copy, work.weights.fill);
  }
}

/// kRowsTogether output rows by kernels of that size.
template <class Out, int kHeight, int kWidth>
HWY_NOINLINE void write_small_rows(const SmallWeights& weights, const RowPair<uint8_t>& rows,
                                   int64_t samples, const SmallOut<Out>& out) {
  with_form(weights.row.form, [&]<class Form>(Form) HWY_ATTR {
    const SmallSums<kHeight, kWidth, Form::value> sums{weights};
    if (samples >= kSmallLanes) {
      const int64_t aligned = first_aligned<kSmallLanes>(out[0]);
      const auto write = [&](const auto* from, int64_t x) HWY_ATTR { sums.write(from, x, out); };
      for_each_vector<kSmallLanes>(rows, samples, aligned, write);
      return;
    }
    Out last[kRowsTogether][kSmallLanes];
    sums.write(rows.copies, 0, SmallOut<Out>{last[0], last[1], last[2], last[3]});
    for (int q = kRowsTogether - 1; q >= 0; --q) {
      std::memcpy(out[q], last[q], samples * sizeof(Out));
    }
  });
}

template <class Out>
void write_small_rows(const SmallWeights& weights, const RowPair<uint8_t>& rows, int64_t samples,
                      const SmallOut<Out>& out) {
  const bool is_low = weights.column.tap_count == 3, is_narrow = weights.row.tap_count == 3;
  if (is_low && is_narrow) return write_small_rows<Out, 3, 3>(weights, rows, samples, out);
  if (is_low) return write_small_rows<Out, 3, kMaxSmallTaps>(weights, rows, samples, out);
  if (is_narrow) return write_small_rows<Out, kMaxSmallTaps, 3>(weights, rows, samples, out);
  write_small_rows<Out, kMaxSmallTaps, kMaxSmallTaps>(weights, rows, samples, out);
}

template <class Out>
void write_small_strip(const Strip& strip, const SmallWeights& weights) {
  const int64_t span = (weights.row.tap_count - 1) * weights.channels;
  const StripEnds ends(strip, {weights.anchor_samples, span}, kSmallLanes);
  const SmallWork work{ends.strip(), weights};
  const auto copy = [&](int64_t y, int64_t scratch_row) { copy_ends(work, y, scratch_row); };
  const auto write = [&](const RowPair<uint8_t>& rows, int64_t y) {
    SmallOut<Out> out;
    for (int64_t q = 0; q < kRowsTogether; ++q) {
      out[q] = work.template out_row<Out>(std::min(y + q, strip.out_rows - 1));
    }
    write_small_rows<Out>(weights, rows, strip.out_samples, out);
  };
  for_each_group(work, ends, weights.column.tap_count, copy, write);
}

void convolve_small_strip(const Strip& strip, const SmallWeights& weights) {
  if (weights.out_type == SampleType::u8) {
    write_small_strip<uint8_t>(strip, weights);
  } else {
    write_small_strip<int16_t>(strip, weights);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(convolve_small_strip);
void convolve_strip_small(const Strip& strip, const SmallWeights& weights) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_small_strip)(strip, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
