// By depthwise taps, by all pixels of a band at once, or by pixels whose windows are gathered.
#include "layer/backward/weight_sums.h"

#include <algorithm>
#include <span>
#include <vector>

#include "simd/layer/gradient/weights.h"

namespace sepconv {
namespace {

void add_depthwise(const WeightSums& weights, const StageScratch& scratch) {
  const StageRun& run = weights.run;
  point_at_rows(run, scratch);
  simd::DepthwiseGradient gradient;
  gradient.weights = &run.stage.depthwise;
  gradient.rows = scratch.rows;
  gradient.zeros = scratch.zeros;
  gradient.in_width = run.place.in_width;
  gradient.in_block_stride = run.in.block_stride;
  gradient.left = run.place.left;
  gradient.gradients = run.out.row(run.rows.first);
  gradient.gradients_row_stride = run.out.row_stride;
  gradient.gradients_block_stride = run.out.block_stride;
  gradient.out_rows = run.rows.last - run.rows.first;
  gradient.out_width = run.place.out_width;
  gradient.channels = run.stage.geometry.out.channels;
  gradient.taps = weights.sums + weights.offsets[0];
  simd::add_depthwise_gradient(gradient);
}

simd::ProductGradient product_gradient(const WeightSums& weights, size_t group) {
  const simd::ProductWeights& of = weights.run.stage.groups[group];
  simd::ProductGradient gradient;
  gradient.block = of.block;
  gradient.depth = of.depth;
  gradient.channels = of.channels;
  gradient.panels = weights.sums + weights.offsets[group];
  return gradient;
}

void add_pointwise(const WeightSums& weights) {
  const StageRun& run = weights.run;
  simd::ProductGradient gradient = product_gradient(weights, 0);
  gradient.in = run.in.row(run.rows.first);
  gradient.in_block_stride = run.in.block_stride;
  gradient.gradients = run.out.row(run.rows.first);
  gradient.gradients_block_stride = run.out.block_stride;
  gradient.pixels = (run.rows.last - run.rows.first) * run.place.out_width;
  simd::add_product_gradient(gradient);
}

// The gradients of a group's channels, from channel 0 of a block on: windows of one value.
struct GroupGradients {
  PackedStage one_value;
  StageColumns columns;
  const float* row = nullptr;
  Windows windows{one_value, columns};

  GroupGradients(const WeightSums& weights, const Windows& inputs, int64_t y) {
    const StageRun& run = weights.run;
    columns.in_width = run.place.out_width;
    row = run.out.row(y);
    windows.rows = &row;
    windows.in_pixel_stride = run.out.pixel_stride;
    windows.in_block_stride = run.out.block_stride;
    windows.channels = run.stage.groups[0].channels;
    windows.block = inputs.block;
    windows.to = weights.group_gradients;
    windows.block_stride = inputs.block_stride;
  }
};

void add_windows_of_row(const WeightSums& weights, const StageScratch& scratch, int64_t y) {
  const StageRun& run = weights.run;
  StageColumns columns;
  Windows windows = windows_of_row(run, scratch, y, &columns);
  GroupGradients gradients(weights, windows, y);
  const bool is_whole = run.stage.groups.size() == 1;
  for (int64_t x = 0; x < run.place.out_width; x += scratch.windows_pixels) {
    for (size_t group = 0; group < run.stage.groups.size(); ++group) {
      simd::ProductGradient gradient = product_gradient(weights, group);
      gradient.pixels = std::min(scratch.windows_pixels, run.place.out_width - x);
      windows.first_channel = static_cast<int64_t>(group) * windows.channels;
      gather_windows(windows, x, gradient.pixels);
      gradient.in = windows.to;
      gradient.in_block_stride = windows.block_stride;
      gradient.gradients = gradients.row + x * run.out.pixel_stride;
      gradient.gradients_block_stride = run.out.block_stride;
      if (!is_whole) {
        gradients.windows.first_channel = static_cast<int64_t>(group) * gradient.channels;
        gather_windows(gradients.windows, x, gradient.pixels);
        gradient.gradients = gradients.windows.to;
        gradient.gradients_block_stride = gradients.windows.block_stride;
      }
      simd::add_product_gradient(gradient);
    }
  }
}

// Windows have their values in the order [tap][channel], filters [channel][tap].
void put_channels_first(const Extent& kernel, std::span<float> filter) {
  const int64_t taps = kernel.height * kernel.width, channels = std::ssize(filter) / taps;
  if (taps == 1) return;
  const std::vector<float> sums(filter.begin(), filter.end());
  for (int64_t i = 0; i < std::ssize(filter); ++i) filter[i] = sums[i % taps * channels + i / taps];
}

}  // namespace

void add_weight_sums(const WeightSums& weights, const StageScratch& scratch) {
  switch (weights.run.stage.kind) {
    case StageKind::depthwise:
      return add_depthwise(weights, scratch);
    case StageKind::pointwise:
      return add_pointwise(weights);
    case StageKind::windows:
      point_at_rows(weights.run, scratch);
      for (int64_t y = weights.run.rows.first; y < weights.run.rows.last; ++y) {
        add_windows_of_row(weights, scratch, y);
      }
  }
}

void unpack_weight_sums(const PackedStage& stage, const std::vector<int64_t>& offsets,
                        const float* sums, float* weights) {
  if (stage.kind == StageKind::depthwise) {
    return simd::unpack_depthwise_taps(sums + offsets[0], stage.geometry.out.channels,
                                       stage.kernel.height * stage.kernel.width, stage.block(),
                                       weights);
  }
  for (size_t group = 0; group < stage.groups.size(); ++group) {
    const simd::ProductWeights& of = stage.groups[group];
    simd::unpack_product(sums + offsets[group], of.channels, of.depth, of.block, weights);
    for (int64_t o = 0; o < of.channels; ++o, weights += of.depth) {
      put_channels_first(stage.kernel, std::span(weights, of.depth));
    }
  }
}

}  // namespace sepconv
