// Sums of a window of column sums along kRowsTogether rows: each is the one before it, with a
// sample more and a sample less. Sums of such differences are taken in blocks of 16 bytes, those of
// several rows in one vector.
#if defined(SEPCONV_SIMD_BOX_INTEGER_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_INTEGER_ROWS_INL_H_
#undef SEPCONV_SIMD_BOX_INTEGER_ROWS_INL_H_
#else
#define SEPCONV_SIMD_BOX_INTEGER_ROWS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstring>

#include "simd/box/integer_levels-inl.h"
#include "simd/box/rows.h"
#include "simd/fixed/pairs-inl.h"

#if HWY_TARGET != HWY_SCALAR  // which integer_scalar-inl.h serves
HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Samples that a step along the rows makes: whole vectors of a row, and whole blocks of bytes.
inline constexpr int64_t kStepSamples = std::max(16, 8 * kRowsInVector);

/// A vector of samples of T, which may be stored in less.
template <class D, class From>
HWY_INLINE hn::Vec<D> load_samples(D d, const From* p) {
  if constexpr (sizeof(From) == sizeof(hn::TFromD<D>)) {
    return hn::LoadU(d, p);
  } else {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<From, D>(), p));
  }
}

/// What the samples of a step add to the sums: vectors of a block of each row.
template <class T>
struct Differences {
  static constexpr int64_t kBlockSamples = 16 / sizeof(T);
  static constexpr int kVectors = kStepSamples / kBlockSamples;
  hn::Vec<hn::ScalableTag<T>> vectors[kVectors];

  template <class From>
  HWY_INLINE Differences(const From* entering, const From* leaving, int64_t stride) {
    const hn::ScalableTag<T> d;
    HWY_UNROLL(8)
    for (int v = 0; v < kVectors; ++v) {
      const int64_t at = v % kRowsInVector * stride + v / kRowsInVector * hn::MaxLanes(d);
      vectors[v] = hn::Sub(load_samples(d, entering + at), load_samples(d, leaving + at));
    }
    HWY_UNROLL(8)
    for (int v = 0; v < kVectors; v += kRowsInVector) transpose_blocks(d, vectors + v);
  }

  /// Those of the next 8 samples of each row.
  const hn::Vec<hn::ScalableTag<T>>* of_eight(int i) const {
    return vectors + i * 8 / kBlockSamples;
  }
};

/// Per lane of a block, the lane that ends its channel in the block before: bytes of a table.
template <int kChannels, int kLaneBytes>
constexpr std::array<uint8_t, 16> ends_of_channels() {
  std::array<uint8_t, 16> bytes{};
  for (int i = 0; i < 16; ++i) {
    const int lane = 16 / kLaneBytes - kChannels + i / kLaneBytes % kChannels;
    bytes[i] = static_cast<uint8_t>(lane * kLaneBytes + i % kLaneBytes);
  }
  return bytes;
}

/// Running sums of each channel, a block at a time.
template <int kChannels, class D>
struct BlockSums {
  using V = hn::Vec<D>;
  static constexpr int kLaneBytes = sizeof(hn::TFromD<D>);
  static constexpr int kLanes = 16 / kLaneBytes;

  V previous;  // in every lane, the last sum of its channel

  HWY_INLINE V next(V sums) {
    const D d;
    if constexpr (kChannels < kLanes) {
      sums = hn::Add(sums, hn::ShiftLeftLanes<kChannels>(d, sums));
    }
    if constexpr (2 * kChannels < kLanes) {
      sums = hn::Add(sums, hn::ShiftLeftLanes<2 * kChannels>(d, sums));
    }
    if constexpr (4 * kChannels < kLanes) {
      sums = hn::Add(sums, hn::ShiftLeftLanes<4 * kChannels>(d, sums));
    }
    sums = hn::Add(hold(sums), previous);
    previous = ends(sums);
    return sums;
  }

  static HWY_INLINE V ends(V sums) {
    if constexpr (kChannels == kLanes) return sums;
    const D d;
    HWY_ALIGN static constexpr auto kEnds = ends_of_channels<kChannels, kLaneBytes>();
    const auto bytes = hn::BitCast(d, hn::LoadDup128(BytesTag(), kEnds.data()));
    return hn::TableLookupBytes(sums, bytes);
  }
};

/// The sums of windows one pixel before the first ones, plus start, as BlockSums begin with them.
template <int kChannels, class D, class T>
BlockSums<kChannels, D> first_sums(D d, const BoxRows<T>& rows, int first_row, int start) {
  using Sum = hn::TFromD<D>;
  HWY_ALIGN Sum lanes[hn::MaxLanes(D())];
  constexpr int kLanes = BlockSums<kChannels, D>::kLanes;
  for (int row = 0; row < kRowsInVector; ++row) {
    const T* source = rows.source + (first_row + row) * rows.stride;
    for (int c = 0; c < kChannels; ++c) {
      int32_t sum = start;
      for (int64_t i = 0; i < rows.weights.row - 1; ++i) sum += source[c + i * kChannels];
      for (int i = c; i < kLanes; i += kChannels) lanes[row * kLanes + i] = static_cast<Sum>(sum);
    }
  }
  return {hn::Load(d, lanes)};
}

/// Sums of 16 bits, which wrap around on the way to a window's sum that fits.
template <int kChannels, bool kIsPlain>
class NarrowSteps {
 public:
  NarrowSteps(const BoxRows<uint16_t>& rows, int first_row)
      : sums_(
            first_sums<kChannels>(NarrowTag(), rows, first_row, rows.weights.quotient.divisor / 2)),
        levels_(rows.weights.quotient) {}

  HWY_INLINE NarrowVec next(const NarrowVec* added) { return levels_.of(sums_.next(added[0])); }

 private:
  BlockSums<kChannels, NarrowTag> sums_;
  NarrowLevels<kIsPlain> levels_;
};

/// What is added to 8 samples of each row, as two vectors of blocks of 4.
HWY_INLINE WideVec lower_half(const NarrowVec* added) {
  const auto twice = hn::InterleaveLower(NarrowTag(), added[0], added[0]);
  return hn::ShiftRight<16>(hn::BitCast(WideTag(), twice));
}
HWY_INLINE WideVec upper_half(const NarrowVec* added) {
  const auto twice = hn::InterleaveUpper(NarrowTag(), added[0], added[0]);
  return hn::ShiftRight<16>(hn::BitCast(WideTag(), twice));
}
HWY_INLINE WideVec lower_half(const WideVec* added) { return added[0]; }
HWY_INLINE WideVec upper_half(const WideVec* added) { return added[1]; }

/// The next 8 windows of each row in sums of 32 bits, as two vectors of blocks of 4.
template <class T, int kChannels>
class WideWindows {
 public:
  template <class From>
  WideWindows(const BoxRows<From>& rows, int first_row)
      : sums_(first_sums<kChannels>(WideTag(), rows, first_row, 0)) {}

  HWY_INLINE void next(const hn::Vec<hn::ScalableTag<T>>* added, WideVec* two) {
    two[0] = sums_.next(lower_half(added));
    two[1] = sums_.next(upper_half(added));
  }

  /// Levels in order, from those in the low halves of lanes.
  static HWY_INLINE NarrowVec join(WideVec first, WideVec second) {
    const WideVec low = hn::Set(WideTag(), 0xFF);
    return hn::BitCast(NarrowTag(),
                       hn::ReorderDemote2To(PairTag(), hn::And(first, low), hn::And(second, low)));
  }

 private:
  BlockSums<kChannels, WideTag> sums_;
};

/// The same of one channel: sums of pairs give every second window, and what the second sample of
/// a pair added the ones between.
template <>
class WideWindows<uint16_t, 1> {
 public:
  template <class From>
  WideWindows(const BoxRows<From>& rows, int first_row)
      : sums_(first_sums<1>(WideTag(), rows, first_row, 0)) {}

  HWY_INLINE void next(const NarrowVec* added, WideVec* two) {
    const PairTag pairs;
    const WideTag wide;
    const auto both = hn::BitCast(pairs, added[0]);
    const WideVec second = hn::ShiftRight<16>(hn::BitCast(wide, both));
    two[1] = sums_.next(multiply_add_pairs(both, hn::Set(pairs, 1), hn::Zero(wide)));
    two[0] = hn::Sub(two[1], second);
  }

  static HWY_INLINE NarrowVec join(WideVec even, WideVec odd) {
    const NarrowTag d;
    return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<16>(odd)), hn::BitCast(d, even));
  }

 private:
  BlockSums<1, WideTag> sums_;
};

/// Sums of 32 bits.
template <class T, int kChannels, bool kIsPlain>
class WideSteps {
 public:
  WideSteps(const BoxRows<T>& rows, int first_row)
      : windows_(rows, first_row), levels_(rows.weights.quotient) {}

  HWY_INLINE NarrowVec next(const hn::Vec<hn::ScalableTag<T>>* added) {
    WideVec two[2];
    windows_.next(added, two);
    return windows_.join(levels_.in_low_halves(two[0]), levels_.in_low_halves(two[1]));
  }

 private:
  WideWindows<T, kChannels> windows_;
  WideLevels<kIsPlain> levels_;
};

/// Calls step(x, rows, place) for kStepSamples outputs at a time, which go to place in its rows.
template <class Step>
HWY_INLINE void for_steps(uint8_t* const* rows_out, int64_t samples, const Step& step) {
  // Copies, since bytes that are stored might be the rows themselves for all the compiler knows.
  uint8_t* out[kRowsInVector];
  std::copy_n(rows_out, kRowsInVector, out);
  int64_t x = 0;
  for (; x + kStepSamples <= samples; x += kStepSamples) step(x, out, x);
  if (x == samples) return;
  uint8_t last[kRowsInVector][kStepSamples];
  uint8_t* to[kRowsInVector];
  for (int row = 0; row < kRowsInVector; ++row) to[row] = last[row];
  step(x, to, 0);
  for (int row = 0; row < kRowsInVector; ++row) std::memcpy(out[row] + x, last[row], samples - x);
}

/// All windows of the rows of one vector, from first_row on.
template <class Steps, class T>
void slide_along(const BoxRows<T>& rows, int first_row) {
  Steps steps(rows, first_row);
  const T* entering = rows.entering() + first_row * rows.stride;
  const T* leaving = rows.leaving() + first_row * rows.stride;
  const int64_t stride = rows.stride;
  const auto step = [&](int64_t x, uint8_t* const* to, int64_t place) HWY_ATTR {
    const Differences<T> differences(entering + x, leaving + x, stride);
    HWY_UNROLL(2)
    for (int i = 0; i < kStepSamples / 8; i += 2) {
      const NarrowVec lower = steps.next(differences.of_eight(i));
      const NarrowVec upper = steps.next(differences.of_eight(i + 1));
      store_blocks(BytesTag(), pack_blocks(lower, upper), to, place + i * 8);
    }
  };
  for_steps(rows.out + first_row, rows.samples, step);
}

/// Windows of kPixels, or of pixels where that is 0, whose samples are all added.
template <int kPixels>
struct WindowSum {
  int64_t pixels, channels;

  template <class D>
  HWY_INLINE hn::Vec<D> add(D d, const hn::TFromD<D>* first, hn::Vec<D> sum) const {
    HWY_UNROLL(8)
    for (int64_t i = 0; i < (kPixels == 0 ? pixels : kPixels); ++i) {
      sum = hn::Add(sum, hn::LoadU(d, first + i * channels));
    }
    return sum;
  }
};

/// A vector of bytes of windows of few samples: all of them added.
template <int kPixels, bool kIsPlain>
struct ShortWindows {
  WindowSum<kPixels> window;
  const uint16_t* source;
  NarrowLevels<kIsPlain> levels;
  NarrowVec half;

  HWY_INLINE NarrowVec levels_at(int64_t x) const {
    return levels.of(window.add(NarrowTag(), source + x, half));
  }

  HWY_INLINE void store(int64_t x, uint8_t* out) const {
    const NarrowVec lower = levels_at(x), upper = levels_at(x + hn::MaxLanes(NarrowTag()));
    hn::StoreU(pack_in_order(lower, upper), BytesTag(), out);
  }
};

/// A row of windows, a vector of bytes at a time; the last one is moved back to end with it.
template <class Windows>
HWY_INLINE void store_row(const Windows& windows, int64_t samples, uint8_t* out) {
  constexpr int64_t kLanes = hn::MaxLanes(BytesTag());
  int64_t x = 0;
  for (; x + kLanes <= samples; x += kLanes) windows.store(x, out + x);
  if (x == samples) return;
  if (samples >= kLanes) return windows.store(samples - kLanes, out + samples - kLanes);
  uint8_t last[kLanes];
  windows.store(0, last);
  std::memcpy(out, last, samples);
}

template <int kPixels, bool kIsPlain>
void add_short_windows(const BoxRows<uint16_t>& rows, int row) {
  const BoxWeights& weights = rows.weights;
  const LevelQuotient& quotient = weights.quotient;
  const auto half = hn::Set(NarrowTag(), static_cast<uint16_t>(quotient.divisor / 2));
  const ShortWindows<kPixels, kIsPlain> windows{{weights.row, weights.channels},
                                                rows.source + row * rows.stride,
                                                NarrowLevels<kIsPlain>(quotient),
                                                half};
  store_row(windows, rows.samples, rows.out[row]);
}

template <bool kIsPlain>
void add_short_rows(const BoxRows<uint16_t>& rows) {
  for (int row = 0; row < kRowsTogether; ++row) {
    switch (rows.weights.row) {
      case 3:
        add_short_windows<3, kIsPlain>(rows, row);
        break;
      case 5:
        add_short_windows<5, kIsPlain>(rows, row);
        break;
      default:
        add_short_windows<0, kIsPlain>(rows, row);
    }
  }
}

template <class Steps, class T>
void slide_along_all(const BoxRows<T>& rows) {
  for (int row = 0; row < kRowsTogether; row += kRowsInVector) slide_along<Steps>(rows, row);
}

/// Steps of 16 or 32 bits for a number of channels.
template <int kChannels, bool kIsPlain, class T>
void slide_along_channels(const BoxRows<T>& rows) {
  if constexpr (sizeof(T) == 2) {
    if (rows.weights.quotient.is_narrow) {
      return slide_along_all<NarrowSteps<kChannels, kIsPlain>>(rows);
    }
  }
  slide_along_all<WideSteps<T, kChannels, kIsPlain>>(rows);
}

/// Longest windows whose samples are added one by one.
inline constexpr int64_t kMaxShortWindow = 6;

template <bool kIsPlain, class T>
void write_box_rows(const BoxRows<T>& rows) {
  if constexpr (sizeof(T) == 2) {
    if (rows.weights.quotient.is_narrow && rows.weights.row <= kMaxShortWindow) {
      return add_short_rows<kIsPlain>(rows);
    }
  }
  switch (rows.weights.channels) {
    case 1:
      return slide_along_channels<1, kIsPlain>(rows);
    case 2:
      return slide_along_channels<2, kIsPlain>(rows);
    case 3:
      return slide_along_channels<3, kIsPlain>(rows);
    default:
      return slide_along_channels<4, kIsPlain>(rows);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET

#endif  // per-target include guard
