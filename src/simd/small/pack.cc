// Weights of small integer kernels: forms of factors, and the bias that keeps sums in 16 bits.
#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/strip.h"

namespace sepconv::simd {
namespace {

using Taps = std::vector<int64_t>;

// Divides taps by their last one where that leaves them whole; gives what it divided by.
int64_t take_out_last(Taps* taps) {
  const int64_t last = taps->back();
  const auto divides = [&](int64_t tap) { return tap % last == 0; };
  if (last == 0 || !std::all_of(taps->begin(), taps->end(), divides)) return 1;
  for (int64_t& tap : *taps) tap /= last;
  return last;
}

FactorForm form_of(const Taps& taps) {
  const auto pairs_are = [&](int64_t sign) {
    return std::equal(taps.begin(), taps.end(), taps.rbegin(),
                      [&](int64_t a, int64_t b) { return a == sign * b; });
  };
  if (pairs_are(1)) return taps.back() == 1 ? FactorForm::unit_symmetric : FactorForm::symmetric;
  return pairs_are(-1) && taps.back() == 1 ? FactorForm::unit_antisymmetric : FactorForm::any;
}

SmallFactor pack_factor(const Taps& taps) {
  SmallFactor factor{form_of(taps), static_cast<int>(taps.size()), {}};
  for (size_t i = 0; i < taps.size(); ++i) {
    const uint16_t tap = static_cast<uint16_t>(taps[i]);  // sums are modulo 2^16
    factor.doubled[i] = static_cast<int32_t>(tap * 0x10001u);
  }
  return factor;
}

int64_t sum_of_sign(const Taps& taps, int64_t sign) {
  int64_t sum = 0;
  for (const int64_t tap : taps) sum += std::max<int64_t>(sign * tap, 0);
  return sum;
}

}  // namespace

std::optional<SmallWeights> pack_small_weights(const std::vector<double>& column,
                                               const std::vector<double>& row, int shift) {
  constexpr int64_t kHighest = std::numeric_limits<int16_t>::max();
  constexpr int kMaxShift = 14;
  if (!is_small_factor(column.size()) || !is_small_factor(row.size())) return {};
  const auto fits = [](double tap) { return std::abs(tap) <= kHighest; };
  if (shift > kMaxShift || !std::all_of(column.begin(), column.end(), fits) ||
      !std::all_of(row.begin(), row.end(), fits)) {
    return {};
  }
  Taps down(column.begin(), column.end()), along(row.begin(), row.end());
  const int64_t down_plus = sum_of_sign(down, 1), down_minus = sum_of_sign(down, -1);
  const int64_t along_plus = sum_of_sign(along, 1), along_minus = sum_of_sign(along, -1);
  const int64_t half = (int64_t{1} << shift) / 2;
  const int64_t highest = 255 * (down_plus * along_plus + down_minus * along_minus) + half;
  const int64_t lowest = -255 * (down_plus * along_minus + down_minus * along_plus);
  // An even multiple of the divisor leaves ties where they are, and even outputs even.
  const int64_t step = int64_t{2} << shift;
  const int64_t excess = std::max<int64_t>(highest - kHighest, 0);
  const int64_t bias = (excess + step - 1) / step * step;
  if (lowest - bias < std::numeric_limits<int16_t>::min() || bias >> shift > kHighest) return {};

  const int64_t common = take_out_last(&down) * take_out_last(&along);
  for (int64_t& tap : down) tap *= common;
  SmallWeights weights;
  weights.column = pack_factor(down);
  weights.row = pack_factor(along);
  weights.bias = static_cast<int16_t>(bias);
  weights.level = static_cast<int16_t>(bias >> shift);
  weights.shift = shift;
  return weights;
}

}  // namespace sepconv::simd
