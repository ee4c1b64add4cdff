// What the strip loops of the float and double engine share: scratch rows by number, and the passes
// as functions of the sample types.
#if defined(SEPCONV_SIMD_STRIP_WORK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_STRIP_WORK_INL_H_
#undef SEPCONV_SIMD_STRIP_WORK_INL_H_
#else
#define SEPCONV_SIMD_STRIP_WORK_INL_H_
#endif

#include "simd/strip.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// A strip and its weights, with scratch rows by number.
template <class T, class W = Weights<T>>
struct StripWork {
  const Strip& strip;
  const W& weights;

  /// Place 0 of a scratch row.
  T* scratch_row(int64_t row) const { return scratch_start(row) + strip.scratch_zero; }
  /// The first value of a scratch row, aligned.
  T* scratch_start(int64_t row) const {
    return static_cast<T*>(strip.scratch) + row * strip.scratch_stride;
  }
  void fill_edges(T* row, T fill) const {
    for (int64_t i = 0; i < strip.edge_count; ++i) {
      const EdgeCopy& edge = strip.edges[i];
      row[edge.place] = edge.from == kFill ? fill : row[edge.from];
    }
  }
  /// Image row j at the column of the first output sample.
  const std::byte* input_row(int64_t j) const {
    const Segment* segment = strip.segments;
    while (segment->place + segment->count <= 0) ++segment;
    const int64_t sample = segment->source - segment->place;
    return static_cast<const std::byte*>(strip.rows[j]) + sample * sample_bytes(weights.in_type);
  }
  template <class Out>
  Out* out_row(int64_t y) const {
    return reinterpret_cast<Out*>(static_cast<char*>(strip.out) + y * strip.out_stride_bytes);
  }
};

template <class T>
class ColumnWindows;

/// The passes as functions, chosen once a strip from the sample types. f64 and i32 in or out
/// always have double sums.
template <class T>
struct Passes {
  void (*combine_term)(const StripWork<T>&, const Term<T>&, int64_t y, int64_t scratch_row);
  void (*begin_windows)(ColumnWindows<T>& windows);
  void (*advance_windows)(ColumnWindows<T>& windows);
  void (*write_row)(const StripWork<T>&, const T* const* sources, int64_t y);
  void (*write_direct_rows)(const StripWork<T>&, const T* const* sources, int64_t y);
};

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
