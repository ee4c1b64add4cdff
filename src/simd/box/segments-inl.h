// How column windows walk over the columns that a strip reads.
#if defined(SEPCONV_SIMD_BOX_SEGMENTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_BOX_SEGMENTS_INL_H_
#undef SEPCONV_SIMD_BOX_SEGMENTS_INL_H_
#else
#define SEPCONV_SIMD_BOX_SEGMENTS_INL_H_
#endif

#include "simd/hold-inl.h"
#include "simd/strip.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// All segments of a strip: pairs of vectors, then single ones, the last moved back to end with the
/// segment (nothing that is read is written), and lane by lane where it is that short.
template <class T, class Sums>
HWY_INLINE void add_segments(const Strip& strip, const Sums& sums) {
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, 1> d1;
  const int64_t lanes = hn::MaxLanes(d);
  for (int64_t i = 0; i < strip.segment_count; ++i) {
    const Segment& segment = strip.segments[i];
    const int64_t shift = segment.place - segment.source;
    const int64_t end = segment.source + segment.count;
    int64_t x = segment.source;
    for (; x + 2 * lanes <= end; x += 2 * lanes) sums.template add_at<2>(d, x, x + shift);
    for (; x + lanes <= end; x += lanes) sums.template add_at<1>(d, x, x + shift);
    if (x < end && segment.count >= lanes) {
      x = end - lanes;
      sums.template add_at<1>(d, x, x + shift);
      continue;
    }
    for (; x < end; ++x) sums.template add_at<1>(d1, x, x + shift);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
