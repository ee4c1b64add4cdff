// The inside of a CorrelationPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <vector>

#include "filter/correlation/axes.h"

namespace sepconv {

/// Where things lie in a worker's scratch, in bytes from its start, and how its rows are kept.
struct CorrelationScratch {
  int64_t samples = 0;    // pointers under the taps of a row
  int64_t partners = 0;   // and to the other ones of pairs
  int64_t slabs = 0;      // a SlabRow for each slab
  int64_t rows = 0;       // rings of rows, a ring a slab
  int64_t scattered = 0;  // an output row before it is spread
  int64_t total = 0;
  int64_t row_stride = 0;  // values between two rows of a ring
  int64_t row_zero = 0;    // values before the first output sample's place
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
  TapPlaces places;
  std::vector<float> float_taps;  // empty where sums are double
  bool in_double = false;
  bool sums_are_exact = false;       // every sum is an integer that the type holds
  std::vector<StripColumns> strips;  // of a row
  CorrelationScratch scratch;

  int64_t sum_bytes() const { return in_double ? 8 : 4; }
};

}  // namespace sepconv
