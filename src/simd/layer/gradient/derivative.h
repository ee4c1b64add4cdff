// What the vector code is told about activations on the way back: derivatives that gradients are
// multiplied by. Plain C++; src/layer/backward fills these in, derivative.cc runs them.
#pragma once

#include <cstdint>

#include "simd/layer/activation.h"

namespace sepconv::simd {

/// Pixels of every block of channels, side by side: block b begins b block strides after block 0.
struct BlockedPixels {
  float* data = nullptr;  // aligned to a block
  int64_t block_stride = 0;
};

struct DerivativeRun {
  Activation activation;
  int block = 0;  // one of layer_blocks()
  int64_t channels = 0;
  int64_t pixels = 0;
  // The sums that the activation was given; of clamp, and of prelu without negative slopes, what it
  // gave does as well where slopes is null. Not read where activation is none.
  BlockedPixels values;
  BlockedPixels gradients;  // in the activation's output; become those in the sums
  float* bias = nullptr;    // [block][lane], or null: the gradients in the sums are added
  float* slopes = nullptr;  // of prelu, likewise: those in its slopes
};

/// gradients *= derivative(values), and bias += their sum, in an order that pixels decides;
/// slopes += the sum of what gradients were times values below zero.
/// aliasing   values and gradients are apart
/// threads    any number of calls at the same time, on different gradients
void apply_derivative(const DerivativeRun& run) noexcept;

/// gradients = activation(values): the forward way, of sums that are kept. bias and slopes are
/// not used.
void apply_activation(const DerivativeRun& run) noexcept;

}  // namespace sepconv::simd
