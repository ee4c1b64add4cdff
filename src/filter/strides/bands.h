// Bands: the strips of a layout as parts of long rows, so that scratch does not grow with the rows
// of an array.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/border.h"

namespace sepconv {

/// A strip of the plane. Its samples are read where they are in a row of the array, or from a
/// packed row, which has only those that the strip needs.
struct Band {
  StripColumns in_place;
  StripColumns packed;
  std::vector<simd::Segment> reads;  // from a row of the array to a packed row
  int64_t samples = 0;               // of a packed row
};

std::vector<Band> make_bands(const std::vector<StripColumns>& strips);

}  // namespace sepconv
