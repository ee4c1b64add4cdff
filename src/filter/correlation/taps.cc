// Taps in the order of their sums, as scipy's C code has them.
#include "filter/correlation/taps.h"

#include <cmath>
#include <limits>

#include "base/check.h"

namespace sepconv {
namespace {

using simd::TapUse;

void push(OrderedTaps* ordered, TapUse use, double tap, const std::pair<int64_t, int64_t>& at) {
  if (ordered->runs.empty() || ordered->runs.back().use != use) ordered->runs.push_back({use, 0});
  ++ordered->runs.back().count;
  ordered->taps.push_back(tap);
  ordered->samples.push_back(at.first);
  ordered->partners.push_back(at.second);
}

// Taps of 0 are left out; a kernel of nothing else keeps none, and its sums are 0.
OrderedTaps as_given(const std::vector<double>& taps) {
  OrderedTaps ordered;
  for (int64_t i = 0; i < static_cast<int64_t>(taps.size()); ++i) {
    if (taps[i] != 0) push(&ordered, TapUse::sample, taps[i], {i, i});
  }
  return ordered;
}

// True where taps on both sides of the middle of an odd number are equal, or opposite (sign -1).
bool mirrors(const std::vector<double>& taps, double sign) {
  const int64_t last = static_cast<int64_t>(taps.size()) - 1;
  for (int64_t i = 0; i < last - i; ++i) {
    if (std::abs(taps[last - i] - sign * taps[i]) > std::numeric_limits<double>::epsilon()) {
      return false;
    }
  }
  return last % 2 == 0;
}

OrderedTaps in_pairs(const std::vector<double>& taps) {
  OrderedTaps ordered;
  ordered.start = -0.0;  // sums begin with a product
  const int64_t last = static_cast<int64_t>(taps.size()) - 1;
  const bool is_even = mirrors(taps, 1);
  const bool is_paired = is_even || mirrors(taps, -1);
  const int64_t first = is_paired ? last / 2 : last;
  push(&ordered, TapUse::sample, taps[first], {first, first});
  const TapUse use = is_even ? TapUse::sum : is_paired ? TapUse::difference : TapUse::sample;
  for (int64_t i = 0; i < first; ++i) {
    push(&ordered, use, taps[i], {i, is_paired ? last - i : i});
  }
  return ordered;
}

}  // namespace

int64_t OrderedTaps::samples_read() const {
  int64_t count = 0;
  for (size_t t = 0; t < taps.size(); ++t) count += samples[t] == partners[t] ? 1 : 2;
  return count;
}

double OrderedTaps::l1_norm() const {
  double norm = 0;
  for (size_t t = 0; t < taps.size(); ++t) {
    norm += std::abs(taps[t]) * (samples[t] == partners[t] ? 1 : 2);
  }
  return norm;
}

OrderedTaps order_taps(const Kernel& kernel, TapOrder order, bool are_integers) {
  require(order == TapOrder::as_given || kernel.axes() == 1,
          "filter: a kernel of {} axes in_pairs; expected 1", kernel.axes());
  std::vector<double> taps = kernel.taps();
  if (are_integers) taps.assign(kernel.integers().begin(), kernel.integers().end());
  OrderedTaps ordered = order == TapOrder::as_given ? as_given(taps) : in_pairs(taps);
  if (are_integers) ordered.divisor = static_cast<double>(kernel.divisor());
  return ordered;
}

}  // namespace sepconv
