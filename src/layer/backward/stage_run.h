// One packed stage on rows that lie in blocks: forward to compute them again, or turned round.
#pragma once

#include "layer/cut.h"

namespace sepconv {

/// Rows of a map, or every few of them and of their pixels: [block][row][pixel][lane].
struct BlockRows {
  float* data = nullptr;  // row first, pixel 0
  int64_t first = 0;
  int64_t row_stride = 0, pixel_stride = 0, block_stride = 0;

  float* row(int64_t y) const { return data + (y - first) * row_stride; }
};

/// What a worker lends to the runs of stages.
struct StageScratch {
  const float** rows = nullptr;  // as many as a band has under its taps
  const float* zeros = nullptr;  // a row of them
  float* windows = nullptr;      // [block of values][pixel][lane]
  int64_t windows_pixels = 0;    // so many at once
  float* staged = nullptr;       // a row, channels last
};

/// Where a stage's taps are. Output row y has, under tap row 0, input row y * stride - top.
struct StagePlace {
  int64_t in_height = 0, in_width = 0;
  int64_t top = 0, left = 0;
  int64_t out_width = 0;
};

struct StageRun {
  const PackedStage& stage;
  StagePlace place;
  BlockRows in;  // pixels side by side
  BlockRows out;
  Range rows;  // of the output
};

/// Runs a stage on rows; all lanes of out are written.
void run_stage_rows(const StageRun& run, const StageScratch& scratch);

/// Points scratch.rows[j] at the input row under tap row 0 of rows.first, plus j; null beyond the
/// map.
void point_at_rows(const StageRun& run, const StageScratch& scratch);

/// Where the windows of an output row are read and written.
struct Windows {
  const PackedStage& stage;
  const StageColumns& columns;
  const float* const* rows = nullptr;  // under tap row 0, and further; null beyond the map
  int64_t in_pixel_stride = 0;
  int64_t in_block_stride = 0;
  int64_t first_channel = 0;  // of a group
  int64_t channels = 0;       // in it
  int block = 1;
  float* to = nullptr;  // [block of values][pixel][lane]
  int64_t block_stride = 0;
};

/// Output columns [x, x + pixels) of the strip: value (tap row, tap column, channel) of each.
void gather_windows(const Windows& windows, int64_t x, int64_t pixels);

/// The windows of an output row, for gather_windows. point_at_rows comes first.
/// aliasing   columns belongs to the caller and outlives what is returned
Windows windows_of_row(const StageRun& run, const StageScratch& scratch, int64_t y,
                       StageColumns* columns);

}  // namespace sepconv
