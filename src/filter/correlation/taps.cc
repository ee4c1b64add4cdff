// Taps in the order of their sums, as scipy's C code has them.
#include "filter/correlation/taps.h"

#include <cmath>
#include <limits>

#include "base/check.h"

namespace sepconv {
namespace {

void push(OrderedTaps* ordered, const std::vector<double>& taps, int64_t index) {
  ordered->taps.push_back(taps[index]);
  ordered->samples.push_back(index);
}

// Taps of 0 are left out; a kernel of nothing else keeps none, and its sums are 0.
OrderedTaps as_given(const std::vector<double>& taps) {
  OrderedTaps ordered;
  for (int64_t i = 0; i < static_cast<int64_t>(taps.size()); ++i) {
    if (taps[i] != 0) push(&ordered, taps, i);
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
  if (!is_even && !mirrors(taps, -1)) {
    push(&ordered, taps, last);
    for (int64_t i = 0; i < last; ++i) push(&ordered, taps, i);
    return ordered;
  }
  ordered.kind = is_even ? simd::TapSums::sums : simd::TapSums::differences;
  push(&ordered, taps, last / 2);
  ordered.partners.push_back(last / 2);
  for (int64_t i = 0; i < last / 2; ++i) {
    push(&ordered, taps, i);
    ordered.partners.push_back(last - i);
  }
  return ordered;
}

}  // namespace

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
