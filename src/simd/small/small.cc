// The engine of small integer kernels for every target: rows in place, and copies of their ends.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/small/small.cc"
#include <hwy/cache_control.h>
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

/// Outputs [x, end), whole vectors. Not inlined, so that the ends of a row share it.
template <class Sums, class Out>
HWY_NOINLINE void write_run(const SmallWeights& weights, const uint8_t* const* rows, int64_t x,
                            int64_t end, GroupOut<Out> out) {
  const Sums sums(weights);
  out.streams = hold(out.streams && first_aligned<kSmallLanes>(out.rows[0] + x) == 0);
  HWY_UNROLL(1)
  for (; x < end; x += kSmallLanes) sums.write(rows, x, out);
}

template <class Out>
using WriteRun = void (*)(const SmallWeights& weights, const uint8_t* const* rows, int64_t x,
                          int64_t end, GroupOut<Out> out);

/// write_run for kernels of that size and the forms of the weights.
template <class Out, int kHeight, int kWidth>
WriteRun<Out> choose_run(const SmallWeights& weights) {
  WriteRun<Out> run = nullptr;
  with_form(weights.column.form, [&]<class Column>(Column) HWY_ATTR {
    with_form(weights.row.form, [&]<class Row>(Row) HWY_ATTR {
      run = write_run<SmallSums<kHeight, kWidth, Column::value, Row::value>, Out>;
    });
  });
  return run;
}

template <class Out>
WriteRun<Out> choose_run(const SmallWeights& weights) {
  const bool is_low = weights.column.tap_count == 3, is_narrow = weights.row.tap_count == 3;
  if (is_low && is_narrow) return choose_run<Out, 3, 3>(weights);
  if (is_low) return choose_run<Out, 3, kMaxSmallTaps>(weights);
  if (is_narrow) return choose_run<Out, kMaxSmallTaps, 3>(weights);
  return choose_run<Out, kMaxSmallTaps, kMaxSmallTaps>(weights);
}

/// kRowsTogether output rows, by calls of make(rows, x, end, out).
template <class Out, class Make>
void write_small_rows(const RowPair<uint8_t>& rows, int64_t samples, const GroupOut<Out>& out,
                      const Make& make) {
  if (samples >= kSmallLanes) {
    const auto use = [&](const auto* from, int64_t x, int64_t end) { make(from, x, end, out); };
    for_each_run<kSmallLanes>(rows, samples, first_aligned<kSmallLanes>(out.rows[0]), use);
    return;
  }
  Out last[kRowsTogether][kSmallLanes];
  make(rows.copies, 0, kSmallLanes, GroupOut<Out>{{last[0], last[1], last[2], last[3]}});
  for (int q = kRowsTogether - 1; q >= 0; --q) {
    std::memcpy(out.rows[q], last[q], samples * sizeof(Out));
  }
}

template <class Out>
void write_small_strip(const Strip& strip, const SmallWeights& weights) {
  const int64_t span = (weights.row.tap_count - 1) * weights.channels;
  const StripEnds ends(strip, {weights.anchor_samples, span}, kSmallLanes);
  const SmallWork work{ends.strip(), weights};
  const bool are_alike = strip.out_stride_bytes % (kSmallLanes * int64_t{sizeof(Out)}) == 0;
  const auto copy = [&](int64_t y, int64_t scratch_row) { copy_ends(work, y, scratch_row); };
  const WriteRun<Out> run = choose_run<Out>(weights);
  const auto make = [&](const auto* rows, int64_t x, int64_t end, const GroupOut<Out>& out) {
    run(weights, rows, x, end, out);
  };
  const auto write = [&](const RowPair<uint8_t>& rows, int64_t y) {
    const bool is_whole = y + kRowsTogether <= strip.out_rows;
    GroupOut<Out> out{{}, strip.streams && are_alike && is_whole};
    for (int64_t q = 0; q < kRowsTogether; ++q) {
      out.rows[q] = work.template out_row<Out>(std::min(y + q, strip.out_rows - 1));
    }
    write_small_rows(rows, strip.out_samples, out, make);
  };
  for_each_group(work, ends, weights.column.tap_count, copy, write);
}

void convolve_small_strip(const Strip& strip, const SmallWeights& weights) {
  if (weights.out_type == SampleType::u8) {
    write_small_strip<uint8_t>(strip, weights);
  } else {
    write_small_strip<int16_t>(strip, weights);
  }
  if (strip.streams) hwy::FlushStream();
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
