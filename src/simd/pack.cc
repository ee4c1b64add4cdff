// Packing of taps for the row pass, and the scratch that a strip needs.
#include <algorithm>
#include <numeric>

#include "base/aligned.h"
#include "simd/strip.h"

namespace sepconv::simd {

template <class T>
RowTaps<T> pack_row_taps(const std::vector<T>& taps, int channels) {
  constexpr int64_t kPeriod = 8;  // samples: the lanes of AVX2; the same everywhere, see RowTaps
  const int64_t count = static_cast<int64_t>(taps.size());
  RowTaps<T> packed;
  packed.in_order = taps;
  packed.class_step = std::lcm<int64_t>(kPeriod, channels);
  const int64_t taps_apart = packed.class_step / channels;
  packed.class_count = std::min(taps_apart, count);
  packed.taps_in_long = (count + taps_apart - 1) / taps_apart;
  packed.long_classes = count - (packed.taps_in_long - 1) * packed.class_count;
  for (int64_t first = 0; first < packed.class_count; ++first) {
    for (int64_t i = first; i < count; i += taps_apart) packed.taps.push_back(taps[i]);
  }
  return packed;
}

template RowTaps<float> pack_row_taps(const std::vector<float>&, int);
template RowTaps<double> pack_row_taps(const std::vector<double>&, int);

FixedFactor pack_fixed_factor(std::vector<int16_t> taps, int bits, bool in_pairs) {
  const int64_t count = static_cast<int64_t>(taps.size());
  const auto tap = [&](int64_t i) -> uint32_t {
    return 0 <= i && i < count ? static_cast<uint16_t>(taps[i]) : 0;
  };
  const auto pair = [&](int64_t first) {
    return static_cast<int32_t>(tap(first) | tap(first + 1) << 16);
  };
  FixedFactor factor{{}, bits, in_pairs, {}, {}, {}};
  for (int64_t i = 0; i < count; ++i) {
    factor.doubled.push_back(static_cast<int32_t>(tap(i) | tap(i) << 16));
  }
  // The odd outputs need one pair more where the number of taps is even.
  for (int64_t p = 0; p < count / 2 + 1; ++p) {
    factor.even_pairs.push_back(pair(2 * p));
    factor.odd_pairs.push_back(pair(2 * p - 1));
  }
  factor.taps = std::move(taps);
  return factor;
}

namespace {

// The largest shift whose multiplier fits 16 bits. Rounded up to a whole number it is too large by
// excess / divisor, which must not lift any quotient to the next whole number.
void pack_narrow(int64_t largest, LevelQuotient* quotient) {
  const int64_t divisor = quotient->divisor;
  const auto multiplier = [&](int shift) {
    return ((int64_t{1} << (16 + shift)) + divisor - 1) / divisor;
  };
  while (multiplier(quotient->shift + 1) <= UINT16_MAX) ++quotient->shift;
  const int64_t found = multiplier(quotient->shift);
  const int64_t one = int64_t{1} << (16 + quotient->shift);
  quotient->multiplier = static_cast<uint16_t>(found);
  quotient->is_narrow = quotient->shift < 16 && found <= UINT16_MAX && largest <= UINT16_MAX &&
                        (found * divisor - one) * largest < one;
}

}  // namespace

LevelQuotient pack_level_quotient(int64_t divisor, int64_t largest_sum) {
  LevelQuotient quotient;
  quotient.divisor = static_cast<int32_t>(divisor);
  // A tie is a half, so divisor is even. Other quotients are 1 / (2 sum) from one, relatively; the
  // reciprocal and the product are rounded by 2^-24 each.
  quotient.is_plain = divisor % 2 == 1 && largest_sum < 1 << 22;
  quotient.reciprocal = static_cast<float>(1.0 / divisor);
  quotient.rest = static_cast<float>(1.0 / divisor - quotient.reciprocal);
  pack_narrow(largest_sum + divisor / 2, &quotient);
  return quotient;
}

template <class T>
int64_t window_rows(const Weights<T>& weights) {
  if (weights.windows.column == 0) return 0;
  const int64_t groups = weights.windows.column / kRowsTogether - 1;
  return 3 + 2 * groups;  // src/simd/box/box_columns-inl.h
}

template int64_t window_rows(const Weights<float>&);
template int64_t window_rows(const Weights<double>&);

template <class T>
int64_t scratch_rows(const Weights<T>& weights) {
  const int64_t terms = static_cast<int64_t>(weights.terms.size());
  if (weights.direct.height > 0) {
    return round_up(weights.direct.height + kRowsTogether - 1, kRowsTogether);
  }
  return terms * kRowsTogether + window_rows(weights) + (weights.windows.row > 0 ? 1 : 0);
}

template int64_t scratch_rows(const Weights<float>&);
template int64_t scratch_rows(const Weights<double>&);

}  // namespace sepconv::simd
