// Where the samples of images, tensors and arrays lie in memory: whether two share any, or one has
// two in one place.
#pragma once

#include <array>
#include <cstdint>

#include "sepconv/image.h"
#include "sepconv/tensor.h"

namespace sepconv {

/// Samples that lie the same distance apart along every axis.
struct SampleLattice {
  struct Axis {
    int64_t size = 1;  // 2 or more
    int64_t stride_bytes = 0;
  };
  uintptr_t first = 0;
  int64_t sample_bytes = 1;
  int axes = 0;
  std::array<Axis, 8> axis = {};

  /// For the axes of size 1, nothing.
  /// units      stride: in samples
  void add_axis(int64_t size, int64_t stride);
};

SampleLattice lattice_of(const ConstImageRef& image);
SampleLattice lattice_of(const ConstTensorRef& tensor);

/// True where every axis steps over all that those of smaller strides span, so that no two samples
/// are one.
bool has_distinct_samples(const SampleLattice& lattice);

/// True where a and b lie one after the other in memory, or side by side: parts of one buffer, such
/// as halves of its rows or channels of its pixels.
bool are_apart(const SampleLattice& a, const SampleLattice& b);

}  // namespace sepconv
