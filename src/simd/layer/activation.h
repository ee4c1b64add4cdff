// What a sum of a layer becomes before it is stored. src/layer fills these in, the kernels of this
// folder apply them.
#pragma once

#include <cstdint>
#include <limits>

namespace sepconv::simd {

/// clamp: between low and high, either of them infinite. prelu: below zero times the channel's
/// slope (leaky: slopes that are all equal). The others as torch.nn defines them, gelu with erf.
enum class ActivationKind { none, clamp, prelu, hard_swish, hard_sigmoid, swish, gelu };

/// NaN stays NaN. Errors: docs/numerics.md.
struct Activation {
  ActivationKind kind = ActivationKind::none;
  float low = -std::numeric_limits<float>::infinity();  // of clamp
  float high = std::numeric_limits<float>::infinity();
  const float* slopes = nullptr;  // of prelu, packed as the bias is (pack_channels)
};

}  // namespace sepconv::simd
