// Rows that are read in place and copies of their ends, vector after vector of outputs.
#if defined(SEPCONV_SIMD_SMALL_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_SMALL_ROWS_INL_H_
#undef SEPCONV_SIMD_SMALL_ROWS_INL_H_
#else
#define SEPCONV_SIMD_SMALL_ROWS_INL_H_
#endif

#include "base/aligned.h"
#include "simd/convert-inl.h"
#include "simd/hold-inl.h"
#include "simd/small/inside.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Input rows by the sample under tap 0 of output sample 0: the image's own, which outputs
/// [first, last) take, and copies for the others.
template <class In>
struct RowPair {
  const In* const* in_place;
  const In* const* copies;
  int64_t first, last;
};

/// kRowsTogether output rows. Where they stream, a vector on a multiple of its bytes in the first
/// row is on one in all.
template <class Out>
struct GroupOut {
  Out* rows[kRowsTogether];
  bool streams = false;
};

/// Calls use(rows, x, end) for outputs [x, end), whole vectors of kLanes, until there are
/// `samples`, kLanes or more; in place most of them, from `aligned` on. The last vector is moved
/// back to end with the row: outputs made twice get the same bits.
template <int64_t kLanes, class In, class Use>
HWY_INLINE void for_each_run(const RowPair<In>& rows, int64_t samples, int64_t aligned,
                             const Use& use) {
  const auto run = [&](const In* const* from, int64_t x, int64_t end) HWY_ATTR {
    end = std::min(end, samples);
    const int64_t whole = x + (end - x) / kLanes * kLanes;
    if (x < whole) use(from, x, whole);
    if (whole < end) use(from, samples - kLanes, samples);
  };
  int64_t x = round_up(rows.first, kLanes);
  run(rows.copies, 0, x);
  if (x + kLanes <= rows.last) {
    run(rows.in_place, x, x + kLanes);
    x += kLanes - (x - aligned + kLanes) % kLanes;
    const int64_t end = x + std::max<int64_t>(0, rows.last - x) / kLanes * kLanes;
    run(rows.in_place, x, end);
    x = end;
  }
  run(rows.copies, x, samples);
}

/// Calls write(rows, y) for groups of kRowsTogether output rows from y on, kernels of `height`
/// rows. copy(y, scratch_row) makes copies of kRowsTogether image rows' ends, each once, in a ring.
template <class In, class W, class Copy, class Write>
HWY_INLINE void for_each_group(const StripWork<In, W>& work, const StripEnds& ends, int64_t height,
                               const Copy& copy, const Write& write) {
  const int64_t needed = height - 1 + kRowsTogether;
  const In* in_place[kSmallRows];
  const In* copies[kSmallRows];
  int64_t copied = 0;
  for (int64_t y = 0; y < work.strip.out_rows; y += kRowsTogether) {
    for (; copied < y + needed; copied += kRowsTogether) copy(copied, copied % kSmallRows);
    for (int64_t j = 0; j < needed; ++j) {
      in_place[j] = static_cast<const In*>(work.strip.rows[y + j]) + ends.source_of_output();
      copies[j] = work.scratch_row((y + j) % kSmallRows) - work.weights.anchor_samples;
    }
    write(RowPair<In>{in_place, copies, ends.first(), ends.last()}, y);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
