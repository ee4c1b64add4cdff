// Which outputs of a strip see nothing but the image, so that its rows are read in place, and what
// of the rows is copied for the others. Used by the vector code that has all taps in registers.
#pragma once

#include <algorithm>
#include <array>

#include "simd/strip.h"

namespace sepconv::simd {

/// Taps along a row, in samples: the anchor, and the distance from the first tap to the last.
struct RowReach {
  int64_t anchor = 0;
  int64_t span = 0;
};

/// A strip's ends. Outputs [first, last) see only samples of the first segment.
class StripEnds {
 public:
  // units      lanes: samples of the vectors that outputs are made in
  StripEnds(const Strip& strip, const RowReach& reach, int64_t lanes) : ends_(strip) {
    const Segment& main = strip.segments[0];
    first_ = std::clamp<int64_t>(main.place + reach.anchor, 0, strip.out_samples);
    last_ = std::min(strip.out_samples, main.place + main.count - reach.span + reach.anchor);
    source_of_output_ = main.source - main.place - reach.anchor;
    // A vector may begin just before `first`, or end just behind `last`. Borders mirror samples
    // that are no further from the ends than taps reach.
    const int64_t margin = lanes + reach.span;
    const int64_t left = first_ + margin - main.place, right = last_ - margin - main.place;
    const bool has_room = strip.segment_count - 1 <= kMaxParts - 2;
    if (left >= right || !has_room) {
      first_ = last_ = strip.out_samples;
      return;
    }
    parts_[0] = {main.source, main.place, left};
    parts_[1] = {main.source + right, main.place + right, main.count - right};
    std::copy_n(strip.segments + 1, strip.segment_count - 1, parts_.begin() + 2);
    ends_.segments = parts_.data();
    ends_.segment_count += 1;
  }
  StripEnds(const StripEnds&) = delete;

  /// The strip with segments for its ends alone.
  const Strip& strip() const { return ends_; }
  int64_t first() const { return first_; }
  int64_t last() const { return last_; }
  /// The image sample under the first tap of output 0 (negative: not one of the outputs above).
  int64_t source_of_output() const { return source_of_output_; }

 private:
  static constexpr int64_t kMaxParts = 4;  // of the first segment two, and one that wraps each way

  Strip ends_;
  std::array<Segment, kMaxParts> parts_;
  int64_t first_ = 0, last_ = 0, source_of_output_ = 0;
};

}  // namespace sepconv::simd
