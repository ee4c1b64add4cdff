// Masked bytes for every target: both sums in integers, and in floats where outputs see too little
// of the weights for integers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/missing/bytes.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "simd/fixed/column-inl.h"
#include "simd/missing/bytes_row-inl.h"
#include "simd/strip_work-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR
/// As FixedColumnBlock: sums of taps where bytes are 1, not 0. No product, nothing to round.
struct TapSums {
  FixedVec first[kRowsTogether], second[kRowsTogether];  // halves of a vector of bytes

  HWY_INLINE TapSums() {
    HWY_UNROLL(4)
    for (int q = 0; q < kRowsTogether; ++q) first[q] = second[q] = hn::Zero(FixedTag());
  }

  HWY_INLINE void add_row(const uint8_t* row, const int32_t* taps, int from, int to) {
    const ByteTag d8;
    const auto bytes = hn::LoadU(d8, row);
#if HWY_TARGET == HWY_AVX3
    const __mmask64 mask = _mm512_test_epi8_mask(bytes.raw, bytes.raw);
    HWY_UNROLL(4)
    for (int q = from; q < to; ++q) {
      const FixedVec tap = broadcast_tap(taps[-q]);
      add_where(static_cast<__mmask32>(mask), tap, &first[q]);
      add_where(static_cast<__mmask32>(mask >> 32), tap, &second[q]);
    }
#else
    const FixedTag d;
    const auto mask = hn::Sub(hn::Zero(d8), bytes);
    const FixedVec lower = hold_in_order(hn::BitCast(d, hn::InterleaveLower(d8, mask, mask)));
    const FixedVec upper = hold_in_order(hn::BitCast(d, hn::InterleaveUpper(d8, mask, mask)));
    HWY_UNROLL(4)
    for (int q = from; q < to; ++q) {
      const FixedVec tap = broadcast_tap(taps[-q]);
      first[q] = hold_in_order(hn::Add(first[q], hn::And(lower, tap)));
      second[q] = hold_in_order(hn::Add(second[q], hn::And(upper, tap)));
    }
#endif
  }

  HWY_INLINE void store(int q, int16_t* p) const {
#if HWY_TARGET == HWY_AVX3
    hn::StoreU(at_most_one(first[q]), FixedTag(), p);
    hn::StoreU(at_most_one(second[q]), FixedTag(), p + kFixedLanes);
#else
    store_interleaved(at_most_one(first[q]), at_most_one(second[q]), p);
#endif
  }

 private:
#if HWY_TARGET == HWY_AVX3
  static HWY_INLINE void add_where(__mmask32 mask, FixedVec tap, FixedVec* sum) {
    *sum = hold_in_order(FixedVec{_mm512_mask_add_epi16(sum->raw, mask, sum->raw, tap.raw)});
  }
#endif

  /// All taps are 2^15, one more than fits.
  static HWY_INLINE FixedVec at_most_one(FixedVec sum) {
    const hn::RebindToUnsigned<FixedTag> d;
    return hn::BitCast(FixedTag(), hn::Min(hn::BitCast(d, sum), hn::Set(d, uint16_t{INT16_MAX})));
  }
};
#endif

/// Column sums of a whole segment, kRowsTogether rows.
inline void combine_paired(const FixedColumnPass& pass, const PairRounding& rounding,
                           const Segment& segment) {
#if HWY_TARGET != HWY_SCALAR
  // Units of the taps themselves: of weights only.
  const bool adds_taps = rounding.shift == 0;
  if (adds_taps ? combine_vectors(RoundedColumns<kRowsTogether, TapSums>{pass}, segment)
                : combine_vectors(PairedColumns{pass, rounding}, segment)) {
    return;
  }
#endif
  for (int64_t q = 0; q < kRowsTogether; ++q) {
    int16_t* out = pass.out + q * pass.out_stride + segment.place;
    for (int64_t i = 0; i < segment.count; ++i) {
      out[i] = paired_column_sample(pass, rounding, q, segment.source + i);
    }
  }
}

/// A strip of masked bytes, kRowsTogether rows at a time.
class BytesOfStrip {
 public:
  BytesOfStrip(const MissingStrip& missing, const MissingBytes& bytes,
               const MissingWeights<float>& floats)
      : missing_(missing),
        bytes_(bytes),
        floats_(floats),
        narrow_(narrow(missing.strip)),
        first_row_(scratch_rows(floats)) {
    std::memset(low_row(0), 0, kRowsTogether * missing.strip.scratch_stride);
  }

  void run() {
    const Strip& strip = missing_.strip;
    const auto taps = static_cast<int64_t>(bytes_.taps.column.taps.size());
    for (int64_t y = 0; y < strip.out_rows; y += kRowsTogether) {
      const int64_t count = std::min<int64_t>(kRowsTogether, strip.out_rows - y);
      const Gaps gaps = gaps_under(missing_, taps, y, kRowsTogether);
      if (gaps == Gaps::all && empty_out_ != nullptr) {
        for (int64_t q = 0; q < count; ++q) std::memcpy(out_row(y + q), empty_out_, out_samples());
        continue;
      }
      sum_columns(y, gaps);
      for (int64_t q = 0; q < count; ++q) write_row(q, out_row(y + q));
      if (!low_.is_empty()) redo_low(y, count);
      if (gaps == Gaps::all) empty_out_ = out_row(y);
    }
  }

 private:
  /// As rows of 16 bits, as long in bytes.
  static Strip narrow(Strip strip) {
    strip.scratch_stride *= 2;
    strip.scratch_zero *= 2;
    return strip;
  }

  /// Those of weights are kept where whole rows follow whole ones.
  void sum_columns(int64_t y, Gaps gaps) {
    const int bits = bytes_.taps.column.bits;
    sum_rows(missing_.strip.rows + y, rounding_to(kLevelBits, bits), 0, bytes_.value_fill);
    if (gaps != Gaps::none || !are_whole_) {
      sum_rows(missing_.weight_rows + y, rounding_to(kShareBits, bits), kRowsTogether,
               bytes_.weight_fill);
    }
    are_whole_ = gaps == Gaps::none;
  }

  void sum_rows(const void* const* rows, const PairRounding& rounding, int64_t to, int16_t fill) {
    const FixedColumnPass pass{reinterpret_cast<const uint8_t* const*>(rows), bytes_.taps.column,
                               sums(to), narrow_.scratch_stride};
    for (int64_t i = 0; i < narrow_.segment_count; ++i) {
      combine_paired(pass, rounding, narrow_.segments[i]);
    }
    const StripWork<int16_t, MissingBytes> work{narrow_, bytes_};
    for (int64_t q = 0; q < kRowsTogether; ++q) work.fill_edges(sums(to + q), fill);
  }

  void write_row(int64_t q, uint8_t* out) {
    const int64_t anchor = bytes_.taps.anchor_samples;
    const auto fill = static_cast<uint8_t>(floats_.finish.fill);
    write_missing_row(
        {bytes_, sums(q) - anchor, sums(kRowsTogether + q) - anchor, fill, low_row(q), &low_},
        out_samples(), out);
  }

  /// Outputs that are marked as low, by floats; takes the marks away.
  void redo_low(int64_t y, int64_t count) {
    low_.last = std::min(low_.last, out_samples());
    for (OutputRun run; next_run(&run);) {
      run_floats(y, count, run);
      for (int64_t q = 0; q < count; ++q) {
        replace_low(q, run, out_row(y + q));
        std::fill(low_row(q) + run.first, low_row(q) + run.last, uint8_t{0});
      }
    }
    low_ = {};
  }

  /// Marked outputs are as likely as others where holes are many: no branch.
  void replace_low(int64_t q, const OutputRun& run, uint8_t* out) const {
    const uint8_t *low = low_row(q), *redone = redone_row(q) - run.first;
    for (int64_t i = run.first; i < run.last; ++i) out[i] = low[i] != 0 ? redone[i] : out[i];
  }

  /// True of eight outputs, from x on, of which a row has marked one.
  bool is_marked(int64_t x) const {
    uint64_t any = 0;
    for (int64_t q = 0; q < kRowsTogether; ++q) {
      uint64_t marks = 0;
      std::memcpy(&marks, low_row(q) + x, sizeof(marks));
      any |= marks;
    }
    return any != 0;
  }

  /// Takes the next marked outputs from low_; those that are near are of one run.
  bool next_run(OutputRun* run) {
    constexpr int64_t kStep = 8, kNear = 64;
    *run = {};
    for (int64_t& x = low_.first; x < low_.last; x += kStep) {
      if (!run->is_empty() && x >= run->last + kNear) break;
      if (is_marked(x)) run->add(x, std::min(x + kStep, out_samples()));
    }
    return !run->is_empty();
  }

  /// The float engine on a part of the strip, into redone rows.
  void run_floats(int64_t y, int64_t count, const OutputRun& run) {
    std::array<Segment, kMostClipped> clipped;
    MissingStrip part{missing_.strip, missing_.weight_rows + y};
    part.first_place = run.first;
    Strip& strip = part.strip;
    strip.rows += y;
    strip.out = redone_row(0);
    strip.out_stride_bytes = strip.scratch_stride;
    strip.out_rows = count;
    strip.out_samples = run.last - run.first;
    strip.streams = false;
    if (strip.segment_count <= kMostClipped) clip_segments(run, &strip, clipped.data());
    convolve_missing_f32(part, floats_);
  }

  /// Leaves of the segments what a run's taps reach, and what edges there copy.
  void clip_segments(const OutputRun& run, Strip* strip, Segment* clipped) const {
    const auto taps = static_cast<int64_t>(bytes_.taps.row.taps.size());
    int64_t first = run.first - bytes_.taps.anchor_samples;
    int64_t last = run.last - bytes_.taps.anchor_samples + (taps - 1) * bytes_.taps.channels;
    const int64_t reached_first = first, reached_last = last;
    for (int64_t i = 0; i < strip->edge_count; ++i) {
      const EdgeCopy& edge = strip->edges[i];
      if (edge.place < reached_first || edge.place >= reached_last || edge.from == kFill) continue;
      first = std::min(first, edge.from);
      last = std::max(last, edge.from + 1);
    }
    int64_t count = 0;
    for (int64_t i = 0; i < strip->segment_count; ++i) {
      const Segment& segment = strip->segments[i];
      const int64_t from = std::max(segment.place, first);
      const int64_t to = std::min(segment.place + segment.count, last);
      if (from < to) clipped[count++] = {segment.source + from - segment.place, from, to - from};
    }
    strip->segments = clipped;
    strip->segment_count = count;
  }

  // Scratch rows after those of the floats: column sums of values and of weights, then rows of
  // bytes.
  int16_t* sums(int64_t row) const {
    return reinterpret_cast<int16_t*>(float_row(row)) + narrow_.scratch_zero;
  }
  uint8_t* low_row(int64_t q) const { return byte_row(2 * kRowsTogether, q); }
  uint8_t* redone_row(int64_t q) const { return byte_row(2 * kRowsTogether + 1, q); }
  uint8_t* byte_row(int64_t row, int64_t q) const {
    return reinterpret_cast<uint8_t*>(float_row(row)) + q * missing_.strip.scratch_stride;
  }
  float* float_row(int64_t row) const {
    return static_cast<float*>(missing_.strip.scratch) +
           (first_row_ + row) * missing_.strip.scratch_stride;
  }
  uint8_t* out_row(int64_t y) const {
    return static_cast<uint8_t*>(missing_.strip.out) + y * missing_.strip.out_stride_bytes;
  }
  int64_t out_samples() const { return missing_.strip.out_samples; }

  static constexpr int64_t kMostClipped = 8;  // segments; more are of images narrower than a kernel

  const MissingStrip& missing_;
  const MissingBytes& bytes_;
  const MissingWeights<float>& floats_;
  const Strip narrow_;
  const int64_t first_row_;
  bool are_whole_ = false;
  OutputRun low_;                    // all outputs of the group that are marked
  const void* empty_out_ = nullptr;  // an output row of nothing but missing samples
};

void convolve_missing_bytes(const MissingStrip& strip, const MissingBytes& bytes,
                            const MissingWeights<float>& floats) {
  BytesOfStrip(strip, bytes, floats).run();
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sepconv::simd {
int64_t scratch_rows(const MissingBytes&, const MissingWeights<float>& floats) {
  return scratch_rows(floats) + 2 * kRowsTogether + 2;
}

Gaps gaps_under(const MissingStrip& missing, int64_t taps, int64_t y, int64_t count) {
  const void* const* rows = missing.weight_rows;
  const auto are_all = [&](const void* row) {
    return row != nullptr && std::all_of(rows + y, rows + y + count + taps - 1,
                                         [&](const void* other) { return other == row; });
  };
  if (are_all(missing.whole)) return Gaps::none;
  return are_all(missing.empty) ? Gaps::all : Gaps::some;
}

HWY_EXPORT(convolve_missing_bytes);
void convolve_missing_u8(const MissingStrip& strip, const MissingBytes& bytes,
                         const MissingWeights<float>& floats) noexcept {
  HWY_DYNAMIC_DISPATCH(convolve_missing_bytes)(strip, bytes, floats);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
