// The inside of a CorrelationPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <vector>

#include "base/context_pool.h"
#include "filter/correlation/places.h"

namespace sepconv {

/// Where things lie in a worker's scratch, in bytes from its start, and how its rows are kept.
struct CorrelationScratch {
  int64_t samples = 0;    // pointers under the taps
  int64_t partners = 0;   // and to the other ones of pairs
  int64_t slabs = 0;      // a SlabRow for each slab
  int64_t rows = 0;       // rings of rows, a ring a slab
  int64_t scattered = 0;  // output rows before they are spread
  int64_t total = 0;
  int64_t scattered_stride = 0;  // bytes between those
  int64_t row_stride = 0;        // values between two rows of a ring
  int64_t row_zero = 0;          // values before the first output sample's place
};

/// Where the rows of a slab start in the input, at the outer index that a worker is at.
struct SlabRow {
  int64_t offset = 0;     // samples
  int outside_axis = -1;  // the last outer axis beyond whose edge the slab is; -1: none
};

struct CorrelationPlan::Impl {
  std::vector<int64_t> shape;
  SampleType in_type, out_type;
  ArrayOptions options;
  TapOrder order;
  std::vector<int64_t> kernel_shape;
  CorrelationAxes axes;
  OrderedTaps taps;
  PlacedTaps one, two;  // what an output row is made of, and two; the latter may have no taps
  std::vector<Slab> slabs;
  bool in_double = false;
  bool sums_are_exact = false;       // every sum is an integer that the type holds
  std::vector<StripColumns> strips;  // of a row
  CorrelationScratch scratch;
  ContextPool contexts{1};

  int64_t sum_bytes() const { return in_double ? 8 : 4; }
  bool goes_by_twos() const { return !two.taps.empty(); }
  /// Rows of a slab that are kept: those under the output rows made together.
  int64_t ring_rows() const { return axes.column_axis().taps + (goes_by_twos() ? 1 : 0); }
};

}  // namespace sepconv
