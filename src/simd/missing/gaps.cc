// Rows without gaps from rows with gaps, for every target; src/filter/array/run.cc calls it once a
// row and task.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/missing/gaps.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>

#include "simd/convert-inl.h"
#include "simd/missing/missing.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Whole vectors of a row from index 0 on, the last one moved back to end with the row (what is
/// done twice is the same), and lane by lane where it is that short; until use is done with it.
template <class D, class Use>
HWY_INLINE void for_vectors(D d, int64_t count, const Use& use) {
  const int64_t lanes = hn::MaxLanes(d);
  bool is_done = false;
  if (count < lanes) {
    const hn::CappedTag<hn::TFromD<D>, 1> d1;
    for (int64_t i = 0; i < count && !is_done; ++i) is_done = use(d1, i);
    return;
  }
  for (int64_t i = 0; i + lanes <= count && !is_done; i += lanes) is_done = use(d, i);
  if (count % lanes != 0 && !is_done) use(d, count - lanes);
}

/// A sample of the row that comes next. Beyond the end of an array this does nothing.
template <class T>
HWY_INLINE void prefetch(const T* sample, int64_t ahead_bytes) {
  hwy::Prefetch(reinterpret_cast<const T*>(reinterpret_cast<uintptr_t>(sample) + ahead_bytes));
}

HWY_INLINE Gaps gaps_of(bool has_missing, bool has_valid) {
  if (!has_missing) return Gaps::none;
  return has_valid ? Gaps::some : Gaps::all;
}

/// Samples that bytes mark, as integers of their size.
template <class U>
struct ByMarks {
  const U* samples;
  const uint8_t* marks;
  int64_t count;
  int64_t samples_ahead_bytes, marks_ahead_bytes;

  Gaps gaps() const {
    const hn::ScalableTag<uint8_t> d8;
    bool has_missing = false, has_valid = false;
    for_vectors(d8, count, [&](auto d, int64_t i) HWY_ATTR {
      prefetch(marks + i, marks_ahead_bytes);
      const auto is_missing = hn::Eq(hn::LoadU(d, marks + i), hn::Zero(d));
      has_missing = has_missing || !hn::AllFalse(d, is_missing);
      has_valid = has_valid || !hn::AllTrue(d, is_missing);
      return has_missing && has_valid;
    });
    return gaps_of(has_missing, has_valid);
  }

  template <class D>
  static HWY_INLINE hn::Mask<D> missing_at(D d, const uint8_t* marks) {
    const hn::Rebind<uint8_t, D> d8;
    const auto bytes = hn::LoadU(d8, marks);
    if constexpr (sizeof(U) == 1) {
      return hn::Eq(bytes, hn::Zero(d));
    } else if constexpr (sizeof(U) == 8) {
      const hn::Rebind<uint32_t, D> d32;
      return hn::Eq(hn::PromoteTo(d, hn::PromoteTo(d32, bytes)), hn::Zero(d));
    } else {
      return hn::Eq(hn::PromoteTo(d, bytes), hn::Zero(d));
    }
  }

  void fill(U centre, U* filled, uint8_t* weights) const {
    if constexpr (sizeof(U) == 1) {
      for_vectors(hn::ScalableTag<U>(), count, [&](auto d, int64_t i) HWY_ATTR {
        prefetch(samples + i, samples_ahead_bytes);
        prefetch(marks + i, marks_ahead_bytes);
        const auto is_missing = missing_at(d, marks + i);
        fill_at(d, i, centre, is_missing, filled);
        if (weights != nullptr) weigh_at(d, i, is_missing, weights);
        return false;
      });
      return;
    }
    // Samples first: weights may be the marks.
    for_vectors(hn::ScalableTag<U>(), count, [&](auto d, int64_t i) HWY_ATTR {
      prefetch(samples + i, samples_ahead_bytes);
      fill_at(d, i, centre, missing_at(d, marks + i), filled);
      return false;
    });
    for_vectors(hn::ScalableTag<uint8_t>(), count, [&](auto d, int64_t i) HWY_ATTR {
      prefetch(marks + i, marks_ahead_bytes);
      weigh_at(d, i, hn::Eq(hn::LoadU(d, marks + i), hn::Zero(d)), weights);
      return false;
    });
  }

  template <class D>
  HWY_INLINE void fill_at(D d, int64_t i, U centre, hn::Mask<D> is_missing, U* filled) const {
    const auto value = hn::LoadU(d, samples + i);
    hn::StoreU(hn::IfThenElse(is_missing, hn::Set(d, centre), value), d, filled + i);
  }

  template <class D>
  static HWY_INLINE void weigh_at(D d, int64_t i, hn::Mask<D> is_missing, uint8_t* weights) {
    hn::StoreU(hn::IfThenZeroElse(is_missing, hn::Set(d, uint8_t{1})), d, weights + i);
  }
};

/// Samples that are missing where they are NaN.
template <class T>
struct ByNumbers {
  const T* samples;
  int64_t count;

  Gaps gaps() const {
    bool has_missing = false, has_valid = false;
    for_vectors(hn::ScalableTag<T>(), count, [&](auto d, int64_t i) HWY_ATTR {
      const auto value = hn::LoadU(d, samples + i);
      const auto is_valid = hn::Eq(value, value);
      has_missing = has_missing || !hn::AllTrue(d, is_valid);
      has_valid = has_valid || !hn::AllFalse(d, is_valid);
      return has_missing && has_valid;
    });
    return gaps_of(has_missing, has_valid);
  }

  /// Weights first: filled may be the samples, and is valid then. A vector that is done twice would
  /// make missing samples valid, so samples come in a pass of their own.
  void fill(T* filled, uint8_t* weights) const {
    const hn::ScalableTag<T> d_all;
    for_vectors(d_all, count, [&](auto d, int64_t i) HWY_ATTR {
      const auto value = hn::LoadU(d, samples + i);
      const auto one = hn::Set(d, T{1});
      store_from(d, hn::IfThenElseZero(hn::Eq(value, value), one), false, weights + i);
      return false;
    });
    for_vectors(d_all, count, [&](auto d, int64_t i) HWY_ATTR {
      const auto value = hn::LoadU(d, samples + i);
      hn::StoreU(hn::IfThenElseZero(hn::Eq(value, value), value), d, filled + i);
      return false;
    });
  }
};

/// Integers of kBytes, as which samples are moved.
template <size_t kBytes>
using Bits = hwy::UnsignedFromSize<kBytes>;

template <class In>
Gaps fill_row(const MarkedRow& row, void* filled, uint8_t* weights) {
  if (row.marks != nullptr) {
    using U = Bits<sizeof(In)>;
    const ByMarks<U> marked{static_cast<const U*>(row.samples), row.marks, row.count,
                            row.samples_ahead_bytes, row.marks_ahead_bytes};
    const Gaps gaps = marked.gaps();
    // Not 0 for u16 only, whose bits it is.
    const U centre = static_cast<U>(centre_of(row.type));
    if (gaps == Gaps::some) marked.fill(centre, static_cast<U*>(filled), weights);
    return gaps;
  }
  if constexpr (std::is_floating_point_v<In>) {
    const ByNumbers<In> numbers{static_cast<const In*>(row.samples), row.count};
    const Gaps gaps = numbers.gaps();
    if (gaps == Gaps::some) numbers.fill(static_cast<In*>(filled), weights);
    return gaps;
  }
  return Gaps::none;
}

Gaps fill_gaps_of_row(const MarkedRow& row, void* filled, uint8_t* weights) {
  return visit_type(row.type, [&]<class In>(std::type_identity<In>) {
    return fill_row<In>(row, filled, weights);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
HWY_EXPORT(fill_gaps_of_row);
Gaps fill_gaps(const MarkedRow& row, void* filled, uint8_t* weights) noexcept {
  return HWY_DYNAMIC_DISPATCH(fill_gaps_of_row)(row, filled, weights);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
