// What the vector code is told about gradients of weights: pixels of a band, and the sums that they
// are added to, packed as the weights are. Plain C++; src/layer/backward fills these in, weights.cc
// runs them.
#pragma once

#include <cstdint>

#include "simd/layer/depthwise.h"
#include "simd/layer/product.h"

namespace sepconv::simd {

/// Pixels that a product had as input, and gradients in its output.
struct ProductGradient {
  int block = 0;              // one of layer_blocks()
  int64_t depth = 0;          // input channels
  int64_t channels = 0;       // output channels
  const float* in = nullptr;  // [block][pixel][lane]
  int64_t in_block_stride = 0;
  const float* gradients = nullptr;  // the same of the output; lanes beyond channels are ignored
  int64_t gradients_block_stride = 0;
  int64_t pixels = 0;
  float* panels = nullptr;  // as ProductWeights::panels
};

/// panels += sum over pixels, in their order from zero on, of in * gradient.
/// threads    any number of calls at the same time, on different panels
void add_product_gradient(const ProductGradient& run) noexcept;

/// Input rows of a depthwise layer, and gradients in its output.
struct DepthwiseGradient {
  const DepthwiseWeights* weights = nullptr;  // its block and sizes; the values are not read
  const float* const* rows = nullptr;         // as DepthwiseBand::rows, pixels side by side
  const float* zeros = nullptr;               // in_width pixels of zeros
  int64_t in_width = 0;
  int64_t in_block_stride = 0;
  int64_t left = 0;                  // zeros left of the row that output pixel 0 begins with
  const float* gradients = nullptr;  // row 0, pixel 0; pixels side by side
  int64_t gradients_row_stride = 0;
  int64_t gradients_block_stride = 0;
  int64_t out_rows = 0;
  int64_t out_width = 0;
  int64_t channels = 0;
  float* taps = nullptr;  // as DepthwiseWeights::taps
};

/// taps += sum over rows, then columns, from zero on, of input * gradient.
/// threads    any number of calls at the same time, on different taps
void add_depthwise_gradient(const DepthwiseGradient& run) noexcept;

/// The reverses of pack_depthwise_taps and pack_product.
void unpack_depthwise_taps(const float* packed, int64_t channels, int64_t count, int block,
                           float* taps);
void unpack_product(const float* panels, int64_t channels, int64_t depth, int block,
                    float* weights);

}  // namespace sepconv::simd
