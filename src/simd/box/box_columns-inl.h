// Sums of a window of image rows at a cost that does not depend on the window, without subtracting:
// no sum drifts, and NaN stays in the windows that hold it.
//
// kRowsTogether windows that start in neighbouring rows share all rows but a few at both ends. The
// shared ones are `common` rows (fewer than a group) and whole groups of kRowsTogether rows, whose
// sums are kept; a window of m groups is the end of a block of m groups and the start of the next
// one (van Herk, Gil and Werman). Groups and blocks count from row 0 of the image, so that sums do
// not depend on where strips and chunks begin.
#if defined(SEPCONV_SIMD_BOX_COLUMNS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_COLUMNS_INL_H_
#undef SEPCONV_SIMD_BOX_COLUMNS_INL_H_
#else
#define SEPCONV_SIMD_BOX_COLUMNS_INL_H_
#endif

#include <algorithm>
#include <utility>

#include "simd/box/segments-inl.h"
#include "simd/convert-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// kRowsTogether windows from kRowsTogether rows at both ends and the sums of groups between them.
template <class In, class T>
struct WindowSums {
  const In* top[kRowsTogether];  // window q has rows q and below,
  const In* common[kRowsTogether - 1];
  int64_t common_count;             // these,
  const T* ends;                    // the end of a block of groups,
  const T* starts;                  // the start of the next,
  const In* bottom[kRowsTogether];  // and q rows of these, which are the next group
  const T* starts_before;           // starts, or zeros where the next group starts a block
  T* windows;
  int64_t stride;
  T* group;
  T* next_starts;

  template <int kVectors, class D>
  HWY_INLINE void add_at(D d, int64_t x, int64_t place) const {
    constexpr int64_t kLanes = hn::MaxLanes(D());
    hn::Vec<D> window[kRowsTogether][kVectors], rows[kVectors];
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      const int64_t at = place + i * kLanes;
      rows[i] = hn::Add(hn::LoadU(d, ends + at), hn::LoadU(d, starts + at));
    }
    for (int64_t j = 0; j < common_count; ++j) add_row(d, common[j] + x, rows);
    HWY_UNROLL(4)
    for (int q = kRowsTogether - 1; q >= 0; --q) {
      add_row(d, top[q] + x, rows);
      HWY_UNROLL(4)
      for (int i = 0; i < kVectors; ++i) window[q][i] = rows[i];
    }
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) rows[i] = hn::Zero(d);
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) {
      HWY_UNROLL(4)
      for (int i = 0; i < kVectors; ++i) {
        if (q > 0) window[q][i] = hn::Add(window[q][i], rows[i]);
        hn::StoreU(window[q][i], d, windows + q * stride + place + i * kLanes);
      }
      add_row(d, bottom[q] + x, rows);
    }
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      const int64_t at = place + i * kLanes;
      hn::StoreU(rows[i], d, group + at);
      hn::StoreU(hn::Add(hn::LoadU(d, starts_before + at), rows[i]), d, next_starts + at);
    }
  }

  template <int kVectors, class D>
  static HWY_INLINE void add_row(D d, const In* row, hn::Vec<D> (&sum)[kVectors]) {
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      sum[i] = hn::Add(sum[i], load_as(d, row + i * hn::MaxLanes(D())));
    }
  }
};

/// The sum of a group of image rows.
template <class In, class T>
struct GroupSum {
  const In* row[kRowsTogether];
  T* group;

  template <int kVectors, class D>
  HWY_INLINE void add_at(D d, int64_t x, int64_t place) const {
    hn::Vec<D> sum[kVectors];
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) sum[i] = hn::Zero(d);
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) {
      WindowSums<In, T>::template add_row<kVectors>(d, row[q] + x, sum);
    }
    HWY_UNROLL(4)
    for (int i = 0; i < kVectors; ++i) {
      hn::StoreU(sum[i], d, group + place + i * hn::MaxLanes(D()));
    }
  }
};

/// Sums of whole scratch rows.
template <class T>
void add_scratch_rows(const StripWork<T>& work, const T* a, const T* b, T* sum) {
  const hn::ScalableTag<T> d;
  const int64_t lanes = hn::MaxLanes(d);
  for (int64_t x = 0; x < work.strip.scratch_stride; x += lanes) {
    hn::Store(hn::Add(hn::Load(d, a + x), hn::Load(d, b + x)), d, sum + x);
  }
}

/// Where the column windows of a strip are, and what of them is in scratch.
template <class T>
class ColumnWindows {
 public:
  explicit ColumnWindows(const StripWork<T>& work)
      : work_(work),
        window_(work.weights.windows.column),
        groups_(window_ / kRowsTogether - 1),
        y_(-positive_mod(work.strip.first_row, kRowsTogether)),
        block_(positive_mod((work.strip.first_row + y_) / kRowsTogether - 1, groups_) + 1) {
    std::fill_n(start_of(kZeros), work.strip.scratch_stride, T{0});
  }

  /// Rows above the strip that the first windows start in.
  int64_t first_row() const { return y_; }

  /// Sums all groups that the first windows share.
  template <class In>
  void begin() {
    for (int64_t g = 0; g < groups_; ++g) {
      GroupSum<In, T> sum;
      const int64_t row = y_ + window_ - (groups_ - g) * kRowsTogether;
      for (int q = 0; q < kRowsTogether; ++q) sum.row[q] = row_at<In>(row + q);
      const int64_t in_block = block_ + g;
      sum.group =
          work_.scratch_row(in_block < groups_ ? end_row(in_block) : group_row(in_block - groups_));
      add_segments<T>(work_.strip, sum);
      if (in_block < groups_) continue;
      add_scratch_rows(work_, start_of(starts_), start_of(group_row(in_block - groups_)),
                       start_of(next_starts()));
      starts_ = next_starts();
    }
    sum_ends();
  }

  /// kRowsTogether windows into scratch rows 0 and up; then the next ones are due.
  template <class In>
  void advance() {
    const bool ends_block = block_ == groups_;
    WindowSums<In, T> sums;
    for (int q = 0; q < kRowsTogether; ++q) {
      sums.top[q] = row_at<In>(y_ + q);
      sums.bottom[q] = row_at<In>(y_ + window_ + q);
    }
    sums.common_count = window_ % kRowsTogether;
    for (int64_t j = 0; j < sums.common_count; ++j) {
      sums.common[j] = row_at<In>(y_ + kRowsTogether + j);
    }
    sums.ends = work_.scratch_row(ends_block ? kZeros : end_row(block_));
    sums.starts = work_.scratch_row(starts_);
    sums.starts_before = work_.scratch_row(ends_block ? kZeros : starts_);
    sums.windows = work_.scratch_row(0);
    sums.stride = work_.strip.scratch_stride;
    if (ends_block) {
      std::swap(ends_set_, groups_set_);
      sum_ends();
      block_ = 0;
    }
    sums.group = work_.scratch_row(group_row(block_));
    starts_ = next_starts();
    sums.next_starts = work_.scratch_row(starts_);
    add_segments<T>(work_.strip, sums);
    ++block_;
    y_ += kRowsTogether;
  }

 private:
  // Scratch rows after those of the windows.
  static constexpr int64_t kZeros = kRowsTogether;
  static constexpr int64_t kStarts = kZeros + 1;  // two rows in turn
  static constexpr int64_t kSets = kStarts + 2;   // two sets of a block of groups

  static int64_t positive_mod(int64_t value, int64_t period) {
    const int64_t rest = value % period;
    return rest < 0 ? rest + period : rest;
  }

  // Rows beyond those under the strip's taps are only in windows that nobody takes.
  template <class In>
  const In* row_at(int64_t row) const {
    const int64_t last = work_.strip.out_rows + window_ - 2;
    return static_cast<const In*>(work_.strip.rows[std::clamp<int64_t>(row, 0, last)]);
  }

  T* start_of(int64_t row) const { return work_.scratch_start(row); }
  int64_t end_row(int64_t in_block) const { return kSets + ends_set_ * groups_ + in_block; }
  int64_t group_row(int64_t in_block) const { return kSets + groups_set_ * groups_ + in_block; }
  int64_t next_starts() const { return starts_ == kStarts ? kStarts + 1 : kStarts; }

  // Groups of a block to sums of them and the ones after them.
  void sum_ends() {
    for (int64_t g = groups_ - 2; g >= 1; --g) {
      add_scratch_rows(work_, start_of(end_row(g + 1)), start_of(end_row(g)), start_of(end_row(g)));
    }
  }

  const StripWork<T>& work_;
  const int64_t window_;
  const int64_t groups_;  // in a window, and in a block
  int64_t y_;             // the row that the next windows start in
  int64_t block_;         // the group of a block that they start with, 1 to groups_
  int64_t starts_ = kZeros;
  int64_t ends_set_ = 0, groups_set_ = 1;
};

template <class In, class T>
void begin_windows(ColumnWindows<T>& windows) {
  windows.template begin<In>();
}

template <class In, class T>
void advance_windows(ColumnWindows<T>& windows) {
  windows.template advance<In>();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
