// Masked boxes of bytes in integers for every target: sliding columns of values and of valid
// samples, and their rows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/missing/box.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <cstring>

#include "simd/box/integer_columns-inl.h"
#include "simd/missing/box_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// The strip, whose scratch rows have 32 bits a value, with rows of T.
template <class T>
Strip strip_in(Strip strip) {
  constexpr int64_t kValues = sizeof(int32_t) / sizeof(T);
  strip.scratch_stride *= kValues;
  strip.scratch_zero *= kValues;
  return strip;
}

/// 1 for each sample that is valid.
struct Marks {
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const uint8_t* p) {
    const hn::Rebind<uint8_t, D> d8;
    const auto ones = hn::Min(hn::LoadU(d8, p), hn::Set(d8, uint8_t{1}));
    if constexpr (sizeof(hn::TFromD<D>) == 1) {
      return ones;
    } else {
      return hn::PromoteTo(d, ones);
    }
  }
};

/// With column sums of values in T.
template <class T>
void slide_over_missing(const MissingStrip& missing, const MissingBox& box) {
  const Strip values = strip_in<T>(missing.strip);
  const BoxWork<T> value_work{values, box.values};
  Strip counts = strip_in<CountOf<T>>(missing.strip);
  counts.rows = missing.weight_rows;
  counts.scratch = value_work.scratch_start(kRowsTogether + kBoxPartialRows);
  const BoxWork<CountOf<T>> count_work{counts, box.counts};
  SlidingColumns<T> value_columns(value_work);
  SlidingColumns<CountOf<T>, Marks> count_columns(count_work);
  for (int64_t y = 0; y < values.out_rows; y += kRowsTogether) {
    value_columns.advance(y);
    count_columns.advance(y);
    write_missing_box_rows<T>(
        {box_rows(value_work, y), box_rows(count_work, y), box.least, box.fill});
  }
}

void convolve_missing_box_strip(const MissingStrip& missing, const MissingBox& box) {
  if (box.values.has_narrow_columns()) {
    slide_over_missing<uint16_t>(missing, box);
  } else {
    slide_over_missing<int32_t>(missing, box);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
namespace {

/// True where a strip needs columns beyond the image that count as missing.
bool has_missing_edges(const Strip& strip, const MissingBox& box) {
  return box.counts.fill == 0 &&
         std::any_of(strip.edges, strip.edges + strip.edge_count,
                     [](const EdgeCopy& edge) { return edge.from == kFill; });
}

}  // namespace

int64_t scratch_rows(const MissingBox&) { return 2 * (kRowsTogether + kBoxPartialRows); }

HWY_EXPORT(convolve_missing_box_strip);
void convolve_missing_box(const MissingStrip& missing, const MissingBox& box) noexcept {
  const Strip& strip = missing.strip;
  const Gaps gaps = gaps_under(missing, box.values.column, 0, strip.out_rows);
  if (gaps == Gaps::none && !has_missing_edges(strip, box)) {
    return convolve_strip_box(strip, box.values);
  }
  HWY_DYNAMIC_DISPATCH(convolve_missing_box_strip)(missing, box);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
