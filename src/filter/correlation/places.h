// Taps in place: which row each one reads and where along it, for one output row or for two that
// share samples.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/correlation/axes.h"
#include "filter/correlation/taps.h"

namespace sepconv {

/// Where a tap reads: the row at a slab (a place along the outer axes) under a tap of the column
/// axis, some samples along it. In C order.
struct TapPlace {
  int64_t slab = 0;
  int64_t column = 0;
  int64_t offset = 0;

  friend auto operator<=>(const TapPlace&, const TapPlace&) = default;
};

/// What output rows are made of; runs, taps and places as in simd::TapRows.
struct PlacedTaps {
  int rows = 1;
  std::vector<simd::TapRun> runs;
  std::vector<double> taps;
  std::vector<float> float_taps;  // the same ones
  std::vector<TapPlace> samples;
  std::vector<TapPlace> partners;  // empty without sums and differences
};

/// The distances of a slab along each outer axis.
using Slab = std::vector<int64_t>;

/// Taps in place; slabs gets those that are met, in that order.
PlacedTaps place_taps(const CorrelationAxes& axes, const PlacedKernel& placed,
                      const OrderedTaps& taps, std::vector<Slab>* slabs);

/// What two output rows, one under the other, are made of where they share samples: every row's
/// sums in the order that they have alone. No taps where the rows share too little, or where taps
/// are not in the order of their places.
PlacedTaps share_samples(const PlacedTaps& one);

}  // namespace sepconv
