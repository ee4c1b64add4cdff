// Spans of lattices, and of what is left of them modulo a stride.
#include "base/lattice.h"

#include <algorithm>
#include <cstdlib>

namespace sepconv {
namespace {

// Bytes from a lattice's first sample.
struct Span {
  int64_t lowest = 0;
  int64_t last = 0;  // one beyond

  int64_t size() const { return last - lowest; }
};

// What the axes span whose strides are no multiples of modulus; all of them where that is 0.
Span span_of(const SampleLattice& lattice, int64_t modulus = 0) {
  Span span{0, lattice.sample_bytes};
  for (int a = 0; a < lattice.axes; ++a) {
    const auto& [size, stride] = lattice.axis[a];
    if (modulus != 0 && stride % modulus == 0) continue;
    (stride < 0 ? span.lowest : span.last) += (size - 1) * stride;
  }
  return span;
}

bool are_apart_modulo(const SampleLattice& a, const SampleLattice& b, int64_t modulus) {
  const Span in_a = span_of(a, modulus), in_b = span_of(b, modulus);
  const auto distance = static_cast<int64_t>(b.first + in_b.lowest - (a.first + in_a.lowest));
  const int64_t ahead = (distance % modulus + modulus) % modulus;
  return ahead >= in_a.size() && modulus - ahead >= in_b.size();
}

}  // namespace

void SampleLattice::add_axis(int64_t size, int64_t stride) {
  if (size > 1) axis.at(axes++) = {size, stride * sample_bytes};
}

SampleLattice lattice_of(const ConstImageRef& image) {
  SampleLattice lattice{reinterpret_cast<uintptr_t>(image.data), sample_bytes(image.type)};
  lattice.add_axis(image.shape.height, image.row_stride);
  lattice.add_axis(image.shape.width, image.pixel_stride);
  lattice.add_axis(image.shape.channels, image.channel_stride);
  return lattice;
}

SampleLattice lattice_of(const ConstTensorRef& tensor) {
  SampleLattice lattice{reinterpret_cast<uintptr_t>(tensor.data), sample_bytes(tensor.type)};
  lattice.add_axis(tensor.shape.batch, tensor.strides.batch);
  lattice.add_axis(tensor.shape.height, tensor.strides.row);
  lattice.add_axis(tensor.shape.width, tensor.strides.pixel);
  lattice.add_axis(tensor.shape.channels, tensor.strides.channel);
  return lattice;
}

bool has_distinct_samples(const SampleLattice& lattice) {
  auto axes = lattice.axis;
  for (auto& axis : axes) axis.stride_bytes = std::abs(axis.stride_bytes);
  const auto end = axes.begin() + lattice.axes;
  std::partial_sort(axes.begin(), end, end,
                    [](const auto& a, const auto& b) { return a.stride_bytes < b.stride_bytes; });
  int64_t spanned = lattice.sample_bytes;
  for (int a = 0; a < lattice.axes; ++a) {
    if (axes[a].stride_bytes < spanned) return false;
    spanned += (axes[a].size - 1) * axes[a].stride_bytes;
  }
  return true;
}

bool are_apart(const SampleLattice& a, const SampleLattice& b) {
  const Span in_a = span_of(a), in_b = span_of(b);
  if (a.first + in_a.last <= b.first + in_b.lowest) return true;
  if (b.first + in_b.last <= a.first + in_a.lowest) return true;
  for (const SampleLattice* lattice : {&a, &b}) {
    for (int i = 0; i < lattice->axes; ++i) {
      const int64_t stride = std::abs(lattice->axis[i].stride_bytes);
      if (stride != 0 && are_apart_modulo(a, b, stride)) return true;
    }
  }
  return false;
}

}  // namespace sepconv
