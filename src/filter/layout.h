// How a plan cuts its work: strips of columns, chunks of rows, and the scratch of one worker.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/strides/bands.h"
#include "filter/weights.h"

namespace sepconv {

/// What the cutting depends on.
struct LayoutRequest {
  ImageShape image;
  Rect roi;
  Border border = Border::reflect101;
  Reach reach;
  int64_t kernel_height = 1;
  int64_t sample_bytes = 1;  // of the input
  int64_t out_sample_bytes = 1;
  bool is_rounded_apart = false;  // strips go to doubles in scratch first
  int64_t out_bytes = 0;          // of all outputs of a run
  int threads = 1;
};

/// The cut. Scratch of a worker: row pointers, scratch rows, doubles to be rounded apart; then, for
/// images whose pixels are not neighbours, rows gathered from in and those to scatter over out.
struct Layout {
  std::vector<Band> bands;
  int64_t packed_samples = 0;  // of the widest band
  bool streams = false;        // more outputs than caches should hold
  int64_t chunk_rows = 0;      // output rows between two looks at the row pointers
  int64_t row_pointers = 0;
  int64_t strided_chunk_rows = 0;  // the same of strided images, whose rows wait in scratch
  int64_t gathered_rows = 0;
  int64_t scratch_zero = 0;     // values before place 0 of a scratch row
  int64_t scratch_stride = 0;   // values
  int64_t exact_offset = 0;     // bytes from the first scratch row to the doubles
  int64_t scratch_bytes = 0;    // of images whose rows are packed
  int64_t gathered_offset = 0;  // from the first scratch row, as all offsets
  int64_t gathered_row_bytes = 0;
  int64_t scattered_offset = 0;
  int64_t strided_scratch_bytes = 0;  // of all other images
};

/// What a strip of these columns is to the engine; rows, scratch and out are the worker's to add.
simd::Strip strip_of(const Layout& layout, const StripColumns& columns, int64_t channels);

Layout make_layout(const LayoutRequest& request, const PackedWeights& weights);

}  // namespace sepconv
