// What a plan that runs by Fourier tiles has beside its direct weights: made by plan.cc, run by
// fft/run.cc.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "filter/fft/samples.h"
#include "filter/fft/transform.h"
#include "filter/fft/way.h"
#include "filter/layout.h"

namespace sepconv {

/// What tiles of one column of tiles have in common.
struct TileColumn {
  TileColumns reads;
  Layout
      direct;  // of their outputs in the region: for tiles that are summed directly; may be empty
};

/// Everything about tiles that does not depend on an image's samples.
struct FourierPart {
  FourierWay way;
  TilePairs pairs;       // those that a run does
  LineTransform across;  // rows of a tile
  LineTransform down;    // its columns
  // The kernel's, column after column, divided by the samples of a tile: tiles of products come
  // back unscaled.
  std::vector<std::complex<double>> spectrum;
  std::vector<TileColumn> columns;    // from column pairs.first_column of tiles on
  double largest_sample = 0;          // tiles with larger ones, or NaN, are summed directly
  int64_t row_stride = 0;             // complex values from a row of a tile in scratch to the next
  int64_t scratch_bytes = 0;          // a worker's: a tile and two lines, or what direct sums take
  int64_t strided_scratch_bytes = 0;  // where direct sums have to gather pixels
};

/// What the part is made from.
struct FourierPartRequest {
  const FourierWay& way;
  const FilterTerms& kernel;  // as direct_terms gives them
  LayoutRequest layout;       // of the region of interest
  SampleType in_type = SampleType::u8;
  const PackedWeights& direct;  // for tiles that are not finite
};

/// cost       time and memory of one transform of a tile; see FourierPart::spectrum
FourierPart make_fourier_part(const FourierPartRequest& request);

}  // namespace sepconv
