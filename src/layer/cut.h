// How a plan cuts its work: bands of output rows, strips of output columns, and the rows of each
// stage's input that wait in a worker's scratch.
#pragma once

#include <optional>
#include <vector>

#include "layer/packed.h"

namespace sepconv {

/// Columns of a stage's input and output that a strip has to do with.
struct StageColumns {
  int64_t in_first = 0, in_width = 0;
  int64_t out_first = 0, out_width = 0;
  int64_t left = 0;  // zeros left of in_first that output out_first begins with
};

/// The columns of every stage, first stage first.
using StripColumns = std::vector<StageColumns>;

/// Rows of a stage's input in scratch: [block][slot][column][lane], or [slot][column][channel] with
/// the zeros beside the map where windows are products. Row y is in slot y % slots.
struct RowBuffer {
  int64_t offset = 0;        // floats from the start of scratch
  int64_t slots = 0;         // the rows that the stage needs at once
  int64_t block_stride = 0;  // floats
  int64_t pixel_stride = 0;
  int64_t row_stride = 0;  // 0: rows of a strip follow each other
  // unused where the tensor's pixels follow each other, channels last
  bool may_be_in_place = false;
};

/// The cut, where a caller does not leave it to the plan.
struct CutRequest {
  std::optional<int64_t> band_rows;
  std::optional<int64_t> strip_columns;
};

struct LayerCut {
  int64_t band_rows = 1;
  std::vector<StripColumns> strips;
  std::vector<RowBuffer> buffers;  // one a stage
  std::vector<int64_t> most_rows;  // one a stage: output rows made at once
  int64_t staged_offset = 0;       // rows on their way into another order of channels
  int64_t residual_offset = 0;     // rows of the input to be added
  int64_t floats = 0;              // of all these
  int64_t pointers = 0;            // behind them: rows under a band's taps
  int64_t segments = 0;            // and the segments of a row's windows
  // and then one count a stage: its input rows that are made

  int64_t scratch_bytes() const {
    return floats * int64_t{sizeof(float)} + (pointers + segments) * int64_t{sizeof(float*)} +
           std::ssize(buffers) * int64_t{sizeof(int64_t)};
  }
};

LayerCut make_cut(const std::vector<PackedStage>& stages, int block, const CutRequest& request);

/// Columns under the windows of a strip, those beyond the map among them.
int64_t window_columns(const PackedStage& stage, const StageColumns& columns);

/// Values that follow each other in a window of channels-last pixels, and how many such parts it
/// has, across and in all: whole rows of a window, or pixels.
struct WindowParts {
  int64_t depth = 0, across = 0, count = 0;
};
WindowParts window_parts(const PackedStage& stage, const RowBuffer& buffer);

/// True where a stage's rows cannot be written as the next one reads them: groups end within
/// blocks, or channels are repeated.
bool is_staged(const PackedStage& stage, const PackedStage& next);

/// Input rows, or columns, that outputs [first, last) need, those on the map.
struct Range {
  int64_t first = 0, last = 0;
};
Range input_rows(const PackedStage& stage, const Range& out);
Range input_columns(const PackedStage& stage, const Range& out);

}  // namespace sepconv
