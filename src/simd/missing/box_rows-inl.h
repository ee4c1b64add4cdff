// The row pass of a masked box of bytes: windows of values and of valid samples side by side, and
// their quotient.
#if defined(SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#undef SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#else
#define SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#endif

#include <array>
#include <type_traits>

#include "simd/box/integer_rows-inl.h"
#include "simd/box/rows.h"
#include "simd/missing/missing.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// What a column's valid samples are counted in, beside sums of values in T.
template <class T>
using CountOf = std::conditional_t<sizeof(T) == 2, uint8_t, int32_t>;

/// kRowsTogether rows of column sums: of values, and of samples that are valid. Those of counts
/// have no outputs.
template <class T>
struct MissingBoxRows {
  BoxRows<T> values;
  BoxRows<CountOf<T>> counts;
  int32_t least;
  uint8_t fill;
};

#if HWY_TARGET != HWY_SCALAR
/// Sums of values over counts as levels, ties to even. Sums are up to kLargestBoxSum, so that
/// floats hold them, and a quotient is a tie exactly or farther from one than half a unit of its
/// last place: one that is right to half a unit, and right where a float holds it, will do.
class CountLevels {
 public:
  template <class T>
  explicit CountLevels(const MissingBoxRows<T>& rows)
      : least_(hn::Set(WideTag(), rows.least)), fill_(hn::Set(WideTag(), rows.fill)) {}

  /// In the low 16 bits of each lane; the high ones are anything.
  HWY_INLINE WideVec in_low_halves(WideVec values, WideVec counts) const {
    const D d;
    const V mean = quotient(hn::ConvertTo(d, values), hn::ConvertTo(d, counts));
    const WideVec levels = hn::BitCast(WideTag(), hn::Add(mean, hn::Set(d, 0x1p23f)));
    return hn::IfThenElse(hn::Lt(counts, least_), fill_, levels);
  }

 private:
  using D = hn::RebindToFloat<WideTag>;
  using V = hn::Vec<D>;

  static HWY_INLINE V quotient(V value, V count) {
#if HWY_TARGET == HWY_AVX3
    // A reciprocal of 14 bits, and what its quotient lacks: 2.5 times as fast as a division, and
    // within 2^-28 before the last rounding.
    const V reciprocal = hn::ApproximateReciprocal(count);
    const V first = hn::Mul(value, reciprocal);
    return hn::MulAdd(hn::NegMulAdd(first, count, value), reciprocal, first);
#else
    return hn::Div(value, count);
#endif
  }

  WideVec least_, fill_;
};

/// All windows of the rows of one vector, from first_row on.
template <int kChannels, class T>
void divide_along(const MissingBoxRows<T>& rows, int first_row) {
  using Windows = WideWindows<T, kChannels>;
  const BoxRows<T>& values = rows.values;
  const BoxRows<CountOf<T>>& counts = rows.counts;
  Windows value_windows(values, first_row), count_windows(counts, first_row);
  const CountLevels levels(rows);
  const int64_t value_stride = values.stride, count_stride = counts.stride;
  const auto* value_in = values.entering() + first_row * value_stride;
  const auto* value_out = values.leaving() + first_row * value_stride;
  const auto* count_in = counts.entering() + first_row * count_stride;
  const auto* count_out = counts.leaving() + first_row * count_stride;
  // Inlined twice, so that sums stay in registers.
  const auto step = [&](int64_t x, uint8_t* const* to, int64_t place) HWY_ATTR
      __attribute__((always_inline)) {
    const Differences<T> of_values(value_in + x, value_out + x, value_stride);
    const Differences<T> of_counts(count_in + x, count_out + x, count_stride);
    const auto eight_levels = [&](int i) HWY_ATTR {
      WideVec value[2], count[2];
      value_windows.next(of_values.of_eight(i), value);
      count_windows.next(of_counts.of_eight(i), count);
      return Windows::join(levels.in_low_halves(value[0], count[0]),
                           levels.in_low_halves(value[1], count[1]));
    };
    HWY_UNROLL(2)
    for (int i = 0; i < kStepSamples / 8; i += 2) {
      const NarrowVec lower = eight_levels(i), upper = eight_levels(i + 1);
      store_blocks(BytesTag(), pack_blocks(lower, upper), to, place + i * 8);
    }
  };
  for_steps(values.out + first_row, values.samples, step);
}

template <int kChannels, class T>
void divide_along_all(const MissingBoxRows<T>& rows) {
  for (int row = 0; row < kRowsTogether; row += kRowsInVector) divide_along<kChannels>(rows, row);
}

#if HWY_TARGET == HWY_AVX3
/// Largest number of samples in a window whose quotients are looked up.
inline constexpr int64_t kMaxShortSamples = 31;

/// ceil(2^15 / count).
constexpr std::array<uint16_t, kMaxShortSamples + 1> reciprocals_of_counts() {
  std::array<uint16_t, kMaxShortSamples + 1> table{};
  for (int count = 1; count <= kMaxShortSamples; ++count) {
    table[count] = static_cast<uint16_t>(((1 << 15) + count - 1) / count);
  }
  return table;
}

/// A vector of bytes of windows of few samples, all of them added, in 16 bits.
template <int kPixels>
struct ShortMissingWindows {
  WindowSum<kPixels> window;
  const uint16_t* values;
  const uint8_t* counts;
  NarrowVec reciprocals, least, fill;

  /// floor((2 value + count) / (2 count)) by multiplying may be one too much, and rounds ties up.
  HWY_INLINE NarrowVec levels_of(NarrowVec value, NarrowVec count) const {
    const NarrowTag d;
    const NarrowVec one = hn::Set(d, 1);
    const NarrowVec sum = hn::Add(hn::Add(value, value), count);
    const NarrowVec multiplier{_mm512_permutexvar_epi16(count.raw, reciprocals.raw)};
    const NarrowVec level = hn::MulHigh(sum, multiplier);
    const NarrowVec product = hn::Mul(level, hn::Add(count, count));
    const auto is_over = hn::Lt(sum, hn::Add(product, hn::And(level, one)));
    const NarrowVec rounded = hn::IfThenElse(is_over, hn::Sub(level, one), level);
    return hn::IfThenElse(hn::Lt(count, least), fill, rounded);
  }

  HWY_INLINE NarrowVec values_at(int64_t x) const {
    return window.add(NarrowTag(), values + x, hn::Zero(NarrowTag()));
  }

  HWY_INLINE void store(int64_t x, uint8_t* out) const {
    const NarrowTag d;
    const hn::Rebind<uint8_t, NarrowTag> half;
    const auto count = window.add(BytesTag(), counts + x, hn::Zero(BytesTag()));
    const NarrowVec lower = levels_of(values_at(x), hn::PromoteTo(d, hn::LowerHalf(half, count)));
    const NarrowVec upper =
        levels_of(values_at(x + hn::MaxLanes(d)), hn::PromoteTo(d, hn::UpperHalf(half, count)));
    hn::StoreU(pack_in_order(lower, upper), BytesTag(), out);
  }
};

template <int kPixels>
void divide_short_rows(const MissingBoxRows<uint16_t>& rows) {
  const NarrowTag d;
  HWY_ALIGN static constexpr auto kReciprocals = reciprocals_of_counts();
  const BoxWeights& weights = rows.values.weights;
  for (int row = 0; row < kRowsTogether; ++row) {
    const ShortMissingWindows<kPixels> windows{{weights.row, weights.channels},
                                               rows.values.source + row * rows.values.stride,
                                               rows.counts.source + row * rows.counts.stride,
                                               hn::Load(d, kReciprocals.data()),
                                               hn::Set(d, static_cast<uint16_t>(rows.least)),
                                               hn::Set(d, rows.fill)};
    store_row(windows, rows.values.samples, rows.values.out[row]);
  }
}

/// True of rows that this did.
inline bool divide_if_short(const MissingBoxRows<uint16_t>& rows) {
  const BoxWeights& weights = rows.values.weights;
  if (weights.column * weights.row > kMaxShortSamples) return false;
  switch (weights.row) {
    case 3:
      divide_short_rows<3>(rows);
      return true;
    case 5:
      divide_short_rows<5>(rows);
      return true;
    default:
      divide_short_rows<0>(rows);
      return true;
  }
}
#endif

template <class T>
void write_missing_box_rows(const MissingBoxRows<T>& rows) {
#if HWY_TARGET == HWY_AVX3
  if constexpr (sizeof(T) == 2) {
    if (divide_if_short(rows)) return;
  }
#endif
  switch (rows.values.weights.channels) {
    case 1:
      return divide_along_all<1>(rows);
    case 2:
      return divide_along_all<2>(rows);
    case 3:
      return divide_along_all<3>(rows);
    default:
      return divide_along_all<4>(rows);
  }
}
#else
/// The windows of one channel of a row.
template <class T>
void divide_along_channel(const MissingBoxRows<T>& rows, int row, int channel) {
  const BoxRows<T>& values = rows.values;
  const int64_t channels = values.weights.channels;
  const int64_t reach = (values.weights.row - 1) * channels;
  const auto* values_of_row = values.source + row * values.stride;
  const auto* counts_of_row = rows.counts.source + row * rows.counts.stride;
  int64_t value = 0, count = 0;
  for (int64_t x = channel - reach; x < values.samples; x += channels) {
    value += values_of_row[reach + x];
    count += counts_of_row[reach + x];
    if (x < 0) continue;
    values.out[row][x] = count < rows.least ? rows.fill : box_level(value, count);
    value -= values_of_row[x];
    count -= counts_of_row[x];
  }
}

template <class T>
void write_missing_box_rows(const MissingBoxRows<T>& rows) {
  for (int row = 0; row < kRowsTogether; ++row) {
    for (int c = 0; c < rows.values.weights.channels; ++c) divide_along_channel(rows, row, c);
  }
}
#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
