// Depthwise rows, products of pixels, and products of windows.
#include "layer/backward/stage_run.h"

#include <algorithm>

#include "simd/layer/pack.h"

namespace sepconv {
namespace {

// The first of pixels whose input column, growing by stride from column on, is not below bound.
int64_t first_from(int64_t column, int64_t stride, int64_t bound, int64_t pixels) {
  const int64_t missing = std::max<int64_t>(bound - column, 0);
  return std::min((missing + stride - 1) / stride, pixels);
}

void run_depthwise(const StageRun& run, const StageScratch& scratch) {
  point_at_rows(run, scratch);
  const int block = run.stage.block();
  simd::DepthwiseBand band;
  band.rows = scratch.rows;
  band.zeros = scratch.zeros;
  band.in_width = run.place.in_width;
  band.in_pixel_stride = block;
  band.in_block_stride = run.in.block_stride;
  band.left = run.place.left;
  band.out = run.out.row(run.rows.first);
  band.out_rows = run.rows.last - run.rows.first;
  band.out_width = run.place.out_width;
  band.out_row_stride = run.out.row_stride;
  band.out_pixel_stride = run.out.pixel_stride;
  band.out_block_stride = run.out.block_stride;
  band.channels = round_up(run.stage.geometry.out.channels, block);
  simd::run_depthwise(band, run.stage.depthwise);
}

// All lanes of the last block, whose weights are zeros beyond the last channel.
simd::ProductWeights with_all_lanes(simd::ProductWeights weights) {
  weights.channels = round_up(weights.channels, weights.block);
  return weights;
}

void run_pointwise(const StageRun& run) {
  const int64_t width = run.place.out_width, count = run.rows.last - run.rows.first;
  const bool is_run = run.out.row_stride == width * run.out.pixel_stride;
  const simd::ProductWeights weights = with_all_lanes(run.stage.groups[0]);
  for (int64_t y = run.rows.first; y < run.rows.last; y += is_run ? count : 1) {
    simd::ProductRun product;
    product.in = run.in.row(y);
    product.in_block_stride = run.in.block_stride;
    product.pixels = is_run ? width * count : width;
    product.out = run.out.row(y);
    product.out_pixel_stride = run.out.pixel_stride;
    product.out_block_stride = run.out.block_stride;
    product.panels_outer = weights.depth <= kShallow;
    simd::run_product(product, weights);
  }
}

// The groups of one row, each next to the one before, channels last.
void stage_groups(const StageRun& run, const StageScratch& scratch, int64_t y) {
  StageColumns columns;
  Windows windows = windows_of_row(run, scratch, y, &columns);
  const int block = windows.block;
  const int64_t channels = round_up(run.stage.geometry.out.channels, block);
  for (int64_t x = 0; x < run.place.out_width; x += scratch.windows_pixels) {
    simd::ProductRun product;
    product.in = windows.to;
    product.in_block_stride = windows.block_stride;
    product.pixels = std::min(scratch.windows_pixels, run.place.out_width - x);
    product.out = scratch.staged + x * channels;
    product.out_pixel_stride = channels;
    product.out_block_stride = block;
    windows.first_channel = 0;
    for (const simd::ProductWeights& group : run.stage.groups) {
      gather_windows(windows, x, product.pixels);
      simd::run_product(product, group);
      windows.first_channel += windows.channels;
      product.out += group.channels;
    }
  }
  simd::copy_to_blocks({{scratch.staged, channels, 1},
                        {run.out.row(y), run.out.pixel_stride, run.out.block_stride, block},
                        run.place.out_width,
                        run.stage.geometry.out.channels});
}

void run_windows(const StageRun& run, const StageScratch& scratch) {
  point_at_rows(run, scratch);
  for (int64_t y = run.rows.first; y < run.rows.last; ++y) {
    if (run.stage.groups.size() > 1) {
      stage_groups(run, scratch, y);
      continue;
    }
    StageColumns columns;
    const Windows windows = windows_of_row(run, scratch, y, &columns);
    for (int64_t x = 0; x < run.place.out_width; x += scratch.windows_pixels) {
      simd::ProductRun product;
      product.in = windows.to;
      product.in_block_stride = windows.block_stride;
      product.pixels = std::min(scratch.windows_pixels, run.place.out_width - x);
      product.out = run.out.row(y) + x * run.out.pixel_stride;
      product.out_pixel_stride = run.out.pixel_stride;
      product.out_block_stride = run.out.block_stride;
      gather_windows(windows, x, product.pixels);
      simd::run_product(product, with_all_lanes(run.stage.groups[0]));
    }
  }
}

}  // namespace

void gather_windows(const Windows& windows, int64_t x, int64_t pixels) {
  const PackedStage& stage = windows.stage;
  const int64_t block = windows.block, stride = stage.strides.width;
  int64_t value = 0;
  for (int64_t v = 0; v < stage.kernel.height; ++v) {
    const float* row = windows.rows[v * stage.dilation.height];
    for (int64_t u = 0; u < stage.kernel.width; ++u) {
      const int64_t column = x * stride + u * stage.dilation.width - windows.columns.left;
      const int64_t first = row == nullptr ? pixels : first_from(column, stride, 0, pixels);
      const int64_t last =
          std::max(first, first_from(column, stride, windows.columns.in_width, pixels));
      for (int64_t i = 0; i < windows.channels; ++i, ++value) {
        const int64_t c = windows.first_channel + i;
        const int64_t channel = c / block * windows.in_block_stride + c % block;
        float* to = windows.to + value / block * windows.block_stride + value % block;
        for (int64_t j = 0; j < first; ++j) to[j * block] = 0.0f;
        for (int64_t j = first; j < last; ++j) {
          to[j * block] = row[(column + j * stride) * windows.in_pixel_stride + channel];
        }
        for (int64_t j = last; j < pixels; ++j) to[j * block] = 0.0f;
      }
    }
  }
}

void point_at_rows(const StageRun& run, const StageScratch& scratch) {
  const int64_t stride = run.stage.strides.height;
  const int64_t top = run.rows.first * stride - run.place.top;
  const int64_t count = (run.rows.last - run.rows.first - 1) * stride + run.stage.extent_y();
  for (int64_t j = 0; j < count; ++j) {
    const bool is_inside = 0 <= top + j && top + j < run.place.in_height;
    scratch.rows[j] = is_inside ? run.in.row(top + j) : nullptr;
  }
}

Windows windows_of_row(const StageRun& run, const StageScratch& scratch, int64_t y,
                       StageColumns* columns) {
  *columns = {0, run.place.in_width, 0, run.place.out_width, run.place.left};
  Windows windows{run.stage, *columns};
  windows.rows = scratch.rows + (y - run.rows.first) * run.stage.strides.height;
  windows.block = run.stage.block();
  windows.in_pixel_stride = windows.block;
  windows.in_block_stride = run.in.block_stride;
  windows.channels = run.stage.geometry.in.channels / std::ssize(run.stage.groups);
  windows.to = scratch.windows;
  windows.block_stride = scratch.windows_pixels * windows.block;
  return windows;
}

void run_stage_rows(const StageRun& run, const StageScratch& scratch) {
  if (run.rows.first >= run.rows.last) return;
  switch (run.stage.kind) {
    case StageKind::depthwise:
      return run_depthwise(run, scratch);
    case StageKind::pointwise:
      return run_pointwise(run);
    case StageKind::windows:
      return run_windows(run, scratch);
  }
}

}  // namespace sepconv
