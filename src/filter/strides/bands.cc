// Packing: the segments of a strip one after the other.
#include "filter/strides/bands.h"

namespace sepconv {

std::vector<Band> make_bands(const std::vector<StripColumns>& strips) {
  std::vector<Band> bands;
  for (const StripColumns& strip : strips) {
    Band band{strip, strip, {}, 0};
    for (simd::Segment& segment : band.packed.segments) {
      band.reads.push_back({segment.source, band.samples, segment.count});
      segment.source = band.samples;
      band.samples += segment.count;
    }
    bands.push_back(std::move(band));
  }
  return bands;
}

}  // namespace sepconv
