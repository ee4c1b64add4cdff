// How a correlation walks an array: which axis its rows run along, and which one it steps down row
// by row.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/border.h"
#include "sepconv/correlation.h"

namespace sepconv {

/// One axis of the array with the taps along it; an axis that the kernel does not have has one tap.
struct ReachedAxis {
  int64_t size = 1;
  int64_t taps = 1;
  int64_t anchor = 0;
  Border border = Border::reflect101;
  double outside = 0;  // the sample beyond a constant border

  Reach reach() const { return {anchor, taps - 1 - anchor}; }
};

/// The axes of an array in C order. Rows are made of neighbouring samples; those of one column
/// follow each other, so that the rows under one tap are soon under the next.
struct CorrelationAxes {
  std::vector<ReachedAxis> all;
  int row = 0;
  int64_t channels = 1;          // samples of a row at one index: a last axis without taps
  int column = -1;               // -1: the rows have no axis before them
  std::vector<int> outer;        // the axes before the row, without column
  std::vector<int> kernel_axes;  // the axis that each one of the kernel runs along

  int64_t row_samples() const { return all[row].size * channels; }
  const ReachedAxis& column_axis() const;
};

/// errors     InvalidArgument: an axis that does not exist or is named twice, another number of
/// them
///            than the kernel has, border_value not a value of type
CorrelationAxes walk_axes(const std::vector<int64_t>& shape, const PlacedKernel& placed,
                          SampleType type);

}  // namespace sepconv
