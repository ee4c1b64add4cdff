// What the vector code is told about a pointwise layer: a matrix product of pixels and packed
// weights. Plain C++; src/layer fills these in, product.cc runs them.
#pragma once

#include <cstdint>

#include "simd/layer/activation.h"

namespace sepconv::simd {

/// The weights of a product. Panels are kPanelVectors blocks wide; of an odd number of blocks, the
/// last three (or the only one) are a panel.
struct ProductWeights {
  int block = 0;                  // floats of a vector: one of layer_blocks()
  int64_t depth = 0;              // input channels
  int64_t channels = 0;           // output channels that are written
  const float* panels = nullptr;  // [panel][depth][blocks of the panel][lane], from pack_product
  const float* bias = nullptr;    // [block][lane], from pack_channels
  Activation activation;
};
inline constexpr int kPanelVectors = 2;

/// Of the output channels from first on (a multiple of kPanelVectors blocks), count of them (the
/// same, or all that are left): for workers that share a map. The bounds of a part are those of
/// panels unless it begins in the last three blocks of an odd number.
ProductWeights part_of_product(const ProductWeights& weights, int64_t first, int64_t count);

/// Pixels of one product. Strides are in floats; a channels-last output has out_block_stride =
/// block and any out_pixel_stride, a blocked one the reverse.
struct ProductRun {
  const float* in = nullptr;  // [block][pixel][lane], blocks in_block_stride apart
  int64_t in_block_stride = 0;
  int64_t pixels = 0;
  float* out = nullptr;
  int64_t out_pixel_stride = 0;
  int64_t out_block_stride = 0;
  const float* residual = nullptr;  // added after the activation, or null
  int64_t residual_pixel_stride = 0;
  int64_t residual_block_stride = 0;
  // All pixels a panel, or all panels for the pixels of a tile; which is faster is a matter of
  // what the caches hold. The bits are the same.
  bool panels_outer = true;
  // Inputs summed before the next ones are read, a multiple of the block or of segment_depth; 0:
  // all. The sums wait
  // in partial, which has pixels * the blocks of all channels * block floats.
  int64_t depth_part = 0;
  float* partial = nullptr;
  // Stores pass the caches by: for outputs that they cannot hold. out and its strides are multiples
  // of a block; ignored with activations other than none and clamp.
  bool streams = false;
  // In place of in and in_block_stride, or null: the inputs lie in parts of segment_depth values,
  // the last one maybe shorter, a part of pixel 0 at each of segments and of the others
  // in_pixel_stride further.
  const float* const* segments = nullptr;
  int64_t segment_depth = 0;
  int64_t in_pixel_stride = 0;
};

/// out = activation(bias + sum over input channels, in their order, of input * weight) + residual.
/// aliasing   out overlaps no input and not the residual
/// threads    any number of calls at the same time, on different outputs
void run_product(const ProductRun& run, const ProductWeights& weights) noexcept;

}  // namespace sepconv::simd
