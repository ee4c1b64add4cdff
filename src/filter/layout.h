// How a plan cuts its work: strips of columns, chunks of rows, and the scratch of one worker.
#pragma once

#include <cstdint>
#include <vector>

#include "filter/border.h"
#include "filter/weights.h"

namespace sepconv {

/// What the cutting depends on.
struct LayoutRequest {
  ImageShape image;
  Rect roi;
  Border border = Border::reflect101;
  Reach reach;
  int64_t kernel_height = 1;
  int64_t sample_bytes = 1;       // of the input
  bool is_rounded_apart = false;  // strips go to doubles in scratch first
};

/// The cut. Scratch of a worker: row pointers, scratch rows, then doubles to be rounded apart.
struct Layout {
  std::vector<StripColumns> strips;
  int64_t chunk_rows = 0;  // output rows between two looks at the row pointers
  int64_t row_pointers = 0;
  int64_t scratch_zero = 0;    // values before place 0 of a scratch row
  int64_t scratch_stride = 0;  // values
  int64_t exact_offset = 0;    // bytes from the first scratch row to the doubles
  int64_t scratch_bytes = 0;
};

/// What a strip of these columns is to the engine; rows, scratch and out are the worker's to add.
simd::Strip strip_of(const Layout& layout, const StripColumns& columns, int64_t channels);

Layout make_layout(const LayoutRequest& request, const PackedWeights& weights);

}  // namespace sepconv
