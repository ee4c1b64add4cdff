// Rows of samples to and from the real or imaginary part of lines: types, borders and rounding of
// Fourier tiles; fft/run.cc calls them.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/choose/arithmetic.h"
#include "filter/exact.h"

namespace sepconv {

/// The image columns that the tiles of one column of tiles read.
/// units      places: samples from the left edge of the tile; columns: pixels of the image
struct TileColumns {
  struct Edge {
    int64_t place;
    int64_t source;  // the column that stands in, or kNoSample
  };
  int64_t first = 0;         // column of place 0; may lie outside
  int64_t inside_begin = 0;  // places that are columns of the image
  int64_t inside_end = 0;
  std::vector<Edge> edges;  // all others
};

/// A row of one channel of an image.
struct RowSource {
  const void* row = nullptr;  // its first sample; nullptr for a row beyond a constant border
  SampleType type = SampleType::u8;
  int64_t pixel_stride = 1;   // samples
  double outside = 0;         // the border's constant
  double centre = 0;          // subtracted from every sample
  double largest_sample = 0;  // of float types
};

/// Reads the columns of a tile into line[0], line[2], ...; false where a float sample is NaN or
/// beyond largest_sample.
bool read_row(const RowSource& source, const TileColumns& columns, double* line);

/// How sums become samples: as ArithmeticChoice says.
struct RowFinish {
  Finish finish;
  bool sums_are_exact = false;         // sums are integers, off by less than a half
  const ExactFilter* exact = nullptr;  // set where levels are rounded apart
};

/// Where a row of outputs goes.
struct RowTarget {
  void* row = nullptr;  // the first output
  SampleType type = SampleType::u8;
  int64_t pixel_stride = 1;  // samples
  int64_t count = 0;
};

/// Writes the outputs of line[0], line[2], ...: finished, rounded to nearest with ties to even, and
/// clamped. in and place (of the first output) matter to levels that are rounded apart.
void write_row(const double* line, const RowFinish& finish, const RowTarget& target,
               const ConstImageRef& in, const SamplePlace& place);

}  // namespace sepconv
