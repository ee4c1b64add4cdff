// Borders made real: which sample stands in for one beyond the image, and what a strip must read,
// copy and fill so that the vector code never sees an edge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sepconv/filter.h"
#include "simd/strip.h"

namespace sepconv {

/// What border_index gives where the border has no sample (zero and constant).
inline constexpr int64_t kNoSample = -1;

/// The index in [0, size) that stands in for index (any distance away), or kNoSample.
int64_t border_index(int64_t index, int64_t size, Border border);

/// True where the border has samples of its own: zero or a constant.
bool is_constant(Border border);

/// True where a sample of that type can be value.
bool is_value_of(SampleType type, double value);

/// A row of samples that are all value, as it lies beyond a constant border.
std::vector<std::byte> constant_row(SampleType type, int64_t samples, double value);

/// The columns of one strip: its outputs, what the column pass reads and what edges copy.
/// units      x, width: pixels; segments and edges: samples
struct StripColumns {
  int64_t x = 0;  // in the image
  int64_t width = 0;
  std::vector<simd::Segment> segments;
  std::vector<simd::EdgeCopy> edges;

  int64_t first_place() const;  // the lowest place that segments or edges write
  int64_t last_place() const;   // one beyond the highest
};

/// How far a row of taps reaches to the left and right of its output, in pixels.
struct Reach {
  int64_t left = 0;
  int64_t right = 0;
};

/// The columns that outputs [x, x + width) need.
StripColumns strip_columns(const ImageShape& image, int64_t x, int64_t width, const Reach& reach,
                           Border border);

}  // namespace sepconv
