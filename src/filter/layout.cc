// Strips from cache sizes: the scratch rows of a strip stay in the first cache, the image rows
// under the kernel in the second.
#include "filter/layout.h"

#include <algorithm>

#include "base/aligned.h"
#include "simd/small/in_place.h"

namespace sepconv {
namespace {

// Caches that nearly every CPU of the last ten years has at least; what a strip may use of them.
constexpr int64_t kFirstCacheBytes = 30 * 1024;
constexpr int64_t kSecondCacheBytes = 384 * 1024;

// Scratch rows of 16 bits are half the bytes and may come from the second cache (Zen 4, whole rows
// of 5760 u8 samples against halves, 3 to 63 taps: 1 to 9 % faster).
constexpr int64_t kFixedCacheBytes = 48 * 1024;

// Narrower strips lose more to the halo than they win in the cache (measured on Zen 3: 640 to 320
// pixels cost 8 % with 121 taps).
constexpr int64_t kMinStripSamples = 640;

// Passes that sum windows do little for each sample: halos cost them more than caches give (1920
// samples against 960: 10 to 30 % faster with windows of 9 to 301).
constexpr int64_t kMinWindowSamples = 2048;

// Strips start on multiples of this, so that their scratch rows and stores stay aligned.
constexpr int64_t kStripAlignment = 64;

// Enough rows to make the set-up of a chunk disappear, few enough for the pointers to stay small.
constexpr int64_t kChunkRows = 128;

// A chunk of column windows begins with sums over one of them: many rows to a window.
constexpr int64_t kChunkWindows = 4;
constexpr int64_t kMaxChunkRows = 512;

// Outputs of this many bytes or more go past the caches: a store that does not read the old line
// first halves the traffic. Floats from 2 MB on, twice the second cache of the machine it was
// measured on, where not even a reader that comes at once loses by it (Zen 4, 3 taps: 0.99 to 1.7
// times as fast, reading included). Shorter samples take longer to make than to move, and need the
// caches to be full: u16 of 4 MB 0.9 times, of 16 MB 1.0 to 1.35 times as fast; u8 of 2 MB 1.0
// times, of 6 MB 1.0 to 1.2, of 25 MB 1.0 to 1.65. Two threads fill what takes stores past the
// caches: floats of 8 MB 0.54 times as fast with 3 taps, 0.8 with 7, of 33 MB 1.3 and 1.7 times.
constexpr int64_t streamed_bytes(const LayoutRequest& request) {
  if (request.out_sample_bytes == 1) return 4 << 20;
  if (request.out_sample_bytes < int64_t{sizeof(float)}) return 8 << 20;
  return request.threads > 1 ? 12 << 20 : 2 << 20;
}

// Rows that are gathered and scattered take as much scratch as a chunk has: a MB or less with
// these.
constexpr int64_t kStridedChunkRows = 32;

// Rows of doubles that wait to be rounded apart: they should not leave the second cache.
constexpr int64_t kExactChunkRows = 8;

int64_t strip_width(const LayoutRequest& request, const PackedWeights& weights) {
  const int64_t channels = request.image.channels;
  const int64_t value_bytes = scratch_value_bytes(weights);
  const int64_t rows = scratch_rows(weights) - window_rows(weights);
  const int64_t scratch_bytes = rows * value_bytes;
  const int64_t input_rows = request.kernel_height + simd::kRowsTogether - 1;
  const bool is_fixed = std::holds_alternative<simd::FixedWeights>(weights);
  const int64_t in_first = (is_fixed ? kFixedCacheBytes : kFirstCacheBytes) / scratch_bytes;
  const auto* floats = std::get_if<simd::Weights<float>>(&weights);
  const bool is_in_place = floats != nullptr && simd::reads_in_place(*floats);
  const int64_t in_second =
      kSecondCacheBytes / (input_rows * request.sample_bytes + window_rows(weights) * value_bytes);
  const int64_t samples = std::max(is_in_place ? in_second : std::min(in_first, in_second),
                                   has_windows(weights) ? kMinWindowSamples : kMinStripSamples);
  // Mirrored edges copy from columns that the same strip has summed.
  const int64_t halo = std::max(request.reach.left, request.reach.right) + 1;
  const int64_t widest = std::max(samples / channels, halo);
  const int64_t count = (request.roi.width + widest - 1) / widest;
  return round_up((request.roi.width + count - 1) / count, kStripAlignment);
}

int64_t chunk_rows(const LayoutRequest& request, const PackedWeights& weights) {
  int64_t rows = kChunkRows;
  if (window_rows(weights) > 0) {
    rows = std::clamp(kChunkWindows * request.kernel_height, kChunkRows, kMaxChunkRows);
  }
  if (request.is_rounded_apart) rows = kExactChunkRows;
  return round_up(std::min(request.roi.height, rows), simd::kRowsTogether);
}

}  // namespace

simd::Strip strip_of(const Layout& layout, const StripColumns& columns, int64_t channels) {
  simd::Strip strip;
  strip.segments = columns.segments.data();
  strip.segment_count = static_cast<int64_t>(columns.segments.size());
  strip.edges = columns.edges.data();
  strip.edge_count = static_cast<int64_t>(columns.edges.size());
  strip.out_samples = columns.width * channels;
  strip.scratch_stride = layout.scratch_stride;
  strip.scratch_zero = layout.scratch_zero;
  return strip;
}

Layout make_layout(const LayoutRequest& request, const PackedWeights& weights) {
  Layout layout;
  const Rect& roi = request.roi;
  const int64_t width = strip_width(request, weights);
  std::vector<StripColumns> strips;
  int64_t first_place = 0, last_place = 0;
  for (int64_t x = 0; x < roi.width; x += width) {
    strips.push_back(strip_columns(request.image, roi.x + x, std::min(width, roi.width - x),
                                   request.reach, request.border));
    first_place = std::min(first_place, strips.back().first_place());
    last_place = std::max(last_place, strips.back().last_place());
  }
  layout.bands = make_bands(strips);
  for (const Band& band : layout.bands) {
    layout.packed_samples = std::max(layout.packed_samples, band.samples);
  }
  const int64_t line = kAlignment / scratch_value_bytes(weights);
  layout.scratch_zero = round_up(-first_place + 2 * line, line);
  // An odd number of cache lines: rows of scratch do not meet in the same cache sets.
  const int64_t lines = round_up(layout.scratch_zero + last_place + simd::kOverrun, line) / line;
  layout.scratch_stride = (lines | 1) * line;

  layout.streams = request.out_bytes >= streamed_bytes(request) && !request.is_rounded_apart;
  layout.chunk_rows = chunk_rows(request, weights);
  // The vector code reads up to kRowsTogether - 1 rows beyond the last one, and a direct filter
  // converts rows in groups.
  layout.row_pointers = layout.chunk_rows + request.kernel_height + 2 * simd::kRowsTogether;
  layout.exact_offset =
      scratch_rows(weights) * layout.scratch_stride * scratch_value_bytes(weights);
  const bool restarts_cheaply = window_rows(weights) == 0;
  layout.strided_chunk_rows =
      restarts_cheaply ? std::min(layout.chunk_rows, kStridedChunkRows) : layout.chunk_rows;
  layout.gathered_rows = layout.row_pointers - layout.chunk_rows + layout.strided_chunk_rows;
  const int64_t row_samples = std::min(width, roi.width) * request.image.channels;
  const int64_t exact_bytes =
      request.is_rounded_apart ? layout.chunk_rows * row_samples * int64_t{sizeof(double)} : 0;
  const int64_t pointer_bytes = round_up(layout.row_pointers * int64_t{sizeof(void*)}, kAlignment);
  layout.scratch_bytes = pointer_bytes + layout.exact_offset + exact_bytes;

  layout.gathered_offset = round_up(layout.exact_offset + exact_bytes, kAlignment);
  layout.gathered_row_bytes = round_up(layout.packed_samples * request.sample_bytes, kAlignment);
  layout.scattered_offset =
      layout.gathered_offset + layout.gathered_rows * layout.gathered_row_bytes;
  layout.strided_scratch_bytes = pointer_bytes + layout.scattered_offset +
                                 layout.strided_chunk_rows * row_samples * request.out_sample_bytes;
  return layout;
}

}  // namespace sepconv
