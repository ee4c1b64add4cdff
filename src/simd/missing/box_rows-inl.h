// The row pass of a masked box of bytes: windows of values and of valid samples side by side, and
// their quotient.
#if defined(SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#undef SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#else
#define SEPCONV_SIMD_MISSING_BOX_ROWS_INL_H_
#endif

#include "simd/box/integer_rows-inl.h"
#include "simd/missing/missing.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// kRowsTogether rows of column sums: of values, and of samples that are valid. Those of counts
/// have no outputs.
template <class T>
struct MissingBoxRows {
  BoxRows<T> values;
  BoxRows<T> counts;
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
  const BoxRows<T>&values = rows.values, &counts = rows.counts;
  Windows value_windows(values, first_row), count_windows(counts, first_row);
  const CountLevels levels(rows);
  const int64_t stride = values.stride, offset = first_row * stride;
  const T *value_in = values.entering() + offset, *value_out = values.leaving() + offset;
  const T *count_in = counts.entering() + offset, *count_out = counts.leaving() + offset;
  const auto step = [&](int64_t x, uint8_t* const* to, int64_t place) HWY_ATTR {
    const Differences<T> of_values(value_in + x, value_out + x, stride);
    const Differences<T> of_counts(count_in + x, count_out + x, stride);
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

template <class T>
void write_missing_box_rows(const MissingBoxRows<T>& rows) {
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
  const BoxRows<T>&values = rows.values, &counts = rows.counts;
  const int64_t channels = values.weights.channels, start = row * values.stride;
  const int64_t reach = (values.weights.row - 1) * channels;
  int64_t value = 0, count = 0;
  for (int64_t i = start + channel; i < start + reach; i += channels) {
    value += values.source[i];
    count += counts.source[i];
  }
  for (int64_t x = channel; x < values.samples; x += channels) {
    value += values.source[start + reach + x];
    count += counts.source[start + reach + x];
    values.out[row][x] = count < rows.least ? rows.fill : box_level(value, count);
    value -= values.source[start + x];
    count -= counts.source[start + x];
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
