// Sums of a window of rows of bytes that add the next row and subtract the one that has left: exact
// in integers, at two additions a sample.
#if defined(SEPCONV_SIMD_BOX_INTEGER_COLUMNS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_INTEGER_COLUMNS_INL_H_
#undef SEPCONV_SIMD_BOX_INTEGER_COLUMNS_INL_H_
#else
#define SEPCONV_SIMD_BOX_INTEGER_COLUMNS_INL_H_
#endif

#include <algorithm>
#include <utility>

#include "simd/box/rows.h"
#include "simd/box/segments-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Bytes as they are.
struct Levels {
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const uint8_t* p) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<uint8_t, D>(), p));
  }
};

/// The sum of count rows.
template <class T, class Load>
struct RowsSum {
  const uint8_t* const* rows;
  int64_t count;
  T* sum;

  template <int kVectors, class D>
  HWY_INLINE void add_at(D d, int64_t x, int64_t place) const {
    constexpr int64_t kLanes = hn::MaxLanes(D());
    hn::Vec<D> sums[kVectors];
    for (int i = 0; i < kVectors; ++i) sums[i] = hn::Zero(d);
    for (int64_t j = 0; j < count; ++j) {
      HWY_UNROLL(2)
      for (int i = 0; i < kVectors; ++i) {
        sums[i] = hn::Add(sums[i], Load::load(d, rows[j] + x + i * kLanes));
      }
    }
    HWY_UNROLL(2)
    for (int i = 0; i < kVectors; ++i) hn::StoreU(sums[i], d, sum + place + i * kLanes);
  }
};

/// kRowsTogether windows that start in neighbouring rows, each from the one before. Between them
/// is a partial sum: a window without its last row. The next partial sums go to a row of their own,
/// so that what is read is not written.
template <class T, class Load>
struct SlidingSums {
  const uint8_t* const* first;  // row 0 of window 0, which window 1 has left
  const uint8_t* const* last;
  const T* partial;
  T* next_partial;
  T* windows;
  int64_t stride;

  template <int kVectors, class D>
  HWY_INLINE void add_at(D d, int64_t x, int64_t place) const {
    constexpr int64_t kLanes = hn::MaxLanes(D());
    hn::Vec<D> sums[kVectors];
    HWY_UNROLL(2)
    for (int i = 0; i < kVectors; ++i) sums[i] = hn::LoadU(d, partial + place + i * kLanes);
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) {
      const uint8_t* entering = last[q] + x;
      const uint8_t* leaving = first[q] + x;
      HWY_UNROLL(2)
      for (int i = 0; i < kVectors; ++i) {
        sums[i] = hn::Add(sums[i], Load::load(d, entering + i * kLanes));
        hn::StoreU(sums[i], d, windows + q * stride + place + i * kLanes);
        sums[i] = hn::Sub(sums[i], Load::load(d, leaving + i * kLanes));
      }
    }
    HWY_UNROLL(2)
    for (int i = 0; i < kVectors; ++i) hn::StoreU(sums[i], d, next_partial + place + i * kLanes);
  }
};

/// kRowsTogether windows of three rows, which share the sums of two: less to do than sliding.
template <class T, class Load>
struct ThreeRowSums {
  const uint8_t* const* rows;
  T* windows;
  int64_t stride;

  template <int kVectors, class D>
  HWY_INLINE void add_at(D d, int64_t x, int64_t place) const {
    constexpr int64_t kLanes = hn::MaxLanes(D());
    static_assert(kRowsTogether == 4);
    const uint8_t* row[kRowsTogether + 2];
    for (int j = 0; j < kRowsTogether + 2; ++j) row[j] = rows[j] + x;
    HWY_UNROLL(2)
    for (int i = 0; i < kVectors; ++i) {
      T* to = windows + place + i * kLanes;
      const auto at = [&](int j) HWY_ATTR { return Load::load(d, row[j] + i * kLanes); };
      const auto row2 = at(2), row3 = at(3);
      const auto rows12 = hn::Add(at(1), row2), rows34 = hn::Add(row3, at(4));
      hn::StoreU(hn::Add(at(0), rows12), d, to);
      hn::StoreU(hn::Add(rows12, row3), d, to + stride);
      hn::StoreU(hn::Add(row2, rows34), d, to + 2 * stride);
      hn::StoreU(hn::Add(rows34, at(5)), d, to + 3 * stride);
    }
  }
};

template <class T>
using BoxWork = StripWork<T, BoxWeights>;

/// The column windows of a strip, kRowsTogether at a time.
template <class T, class Load = Levels>
class SlidingColumns {
 public:
  explicit SlidingColumns(const BoxWork<T>& work) : work_(work) {
    if (are_three_rows()) return;
    add_segments<T>(work.strip, RowsSum<T, Load>{rows_from(0), work.weights.column - 1,
                                                 work.scratch_row(partial_)});
  }

  /// The windows of output rows y and up into scratch rows 0 and up; y rises by kRowsTogether.
  void advance(int64_t y) {
    if (are_three_rows()) {
      T* windows = work_.scratch_row(0);
      const int64_t stride = work_.strip.scratch_stride;
      add_segments<T>(work_.strip, ThreeRowSums<T, Load>{rows_from(y), windows, stride});
    } else {
      slide(y);
    }
    for (int q = 0; q < kRowsTogether; ++q) {
      work_.fill_edges(work_.scratch_row(q), static_cast<T>(work_.weights.fill));
    }
  }

 private:
  bool are_three_rows() const { return work_.weights.column == 3; }

  void slide(int64_t y) {
    SlidingSums<T, Load> sums;
    sums.first = rows_from(y);
    sums.last = rows_from(y + work_.weights.column - 1);
    sums.partial = work_.scratch_row(partial_);
    sums.next_partial = work_.scratch_row(next_partial_);
    sums.windows = work_.scratch_row(0);
    sums.stride = work_.strip.scratch_stride;
    add_segments<T>(work_.strip, sums);
    std::swap(partial_, next_partial_);
  }

  const uint8_t* const* rows_from(int64_t row) const {
    return reinterpret_cast<const uint8_t* const*>(work_.strip.rows) + row;
  }

  const BoxWork<T>& work_;
  int64_t partial_ = kRowsTogether, next_partial_ = kRowsTogether + 1;
};

/// Output rows y and up, from the windows in scratch rows 0 and up. Rows beyond the strip's last
/// are made too, into a scratch row that no window needs any more.
template <class T>
BoxRows<T> box_rows(const BoxWork<T>& work, int64_t y) {
  T* source = work.scratch_row(0) - work.weights.anchor_samples;
  BoxRows<T> rows{work.weights, source, work.strip.scratch_stride, work.strip.out_samples, {}};
  for (int q = 0; q < kRowsTogether; ++q) {
    rows.out[q] = y + q < work.strip.out_rows
                      ? work.template out_row<uint8_t>(y + q)
                      : reinterpret_cast<uint8_t*>(work.scratch_start(kRowsTogether));
    std::fill_n(source + q * rows.stride - rows.weights.channels, rows.weights.channels, T{0});
  }
  return rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
