// Two arrays element by element, as numpy broadcasts them, in any layout.
#pragma once

#include <array>
#include <vector>

#include "network/ops/operator.h"

namespace sepconv::network {

/// As many axes as arrays may have here.
inline constexpr size_t kMostWalkAxes = 16;

/// The shape that both fit; sizes of 1 stretch.
/// errors     InvalidArgument: they do not fit
NdShape broadcast_shape(const NdShape& a, const NdShape& b);

/// Steps through memory along an array's axes, stretched to rank axes; 0 along those of size 1.
std::vector<int64_t> stretched_strides(const Spec& spec, size_t rank);

/// A walk over the elements of an output in the order that they lie in, beside two inputs.
struct BroadcastWalk {
  struct Axis {
    int64_t size = 1;
    std::array<int64_t, 2> strides = {};
  };
  std::vector<Axis> axes;  // the last one is the fastest; never empty
};

/// Of inputs a and b, which fit out.
BroadcastWalk walk_of(const Spec& a, const Spec& b, const Spec& out);

/// The layout of what is made of a and b, whose shape fits both.
Spec broadcast_spec(const Spec& a, const Spec& b);

namespace internal {

template <class A, class B, class R, class F>
void combine_row(const BroadcastWalk::Axis& axis, const A* a, const B* b, R* out, F f) {
  const auto [da, db] = axis.strides;
  const int64_t size = axis.size;
  if (da == 1 && db == 1) {
    for (int64_t i = 0; i < size; ++i) out[i] = f(a[i], b[i]);
  } else if (da == 1 && db == 0) {
    const B value = *b;
    for (int64_t i = 0; i < size; ++i) out[i] = f(a[i], value);
  } else {
    for (int64_t i = 0; i < size; ++i) out[i] = f(a[i * da], b[i * db]);
  }
}

template <class T>
void accumulate_row(const BroadcastWalk::Axis& axis, const T* values, double* sums) {
  const auto [from, to] = axis.strides;
  if (to == 0) {
    double sum = 0;
    for (int64_t i = 0; i < axis.size; ++i) sum += values[i * from];
    *sums += sum;
  } else {
    for (int64_t i = 0; i < axis.size; ++i) sums[i * to] += values[i * from];
  }
}

}  // namespace internal

/// visit(offset in a, offset in b, number of elements before) for every row: the last axis.
template <class Visit>
void for_each_row(const BroadcastWalk& walk, Visit visit) {
  for (const BroadcastWalk::Axis& axis : walk.axes) {
    if (axis.size == 0) return;
  }
  std::array<int64_t, kMostWalkAxes> index{};
  int64_t a = 0, b = 0;
  for (int64_t done = 0;; done += walk.axes.back().size) {
    visit(a, b, done);
    size_t axis = walk.axes.size() - 1;
    for (; axis > 0; --axis) {
      const BroadcastWalk::Axis& at = walk.axes[axis - 1];
      a += at.strides[0];
      b += at.strides[1];
      if (++index[axis - 1] < at.size) break;
      a -= at.strides[0] * at.size;
      b -= at.strides[1] * at.size;
      index[axis - 1] = 0;
    }
    if (axis == 0) return;
  }
}

/// out = f(a, b) over the walk; out is packed and may be a or b where those are not stretched.
template <class A, class B, class R, class F>
void combine(const BroadcastWalk& walk, const A* a, const B* b, R* out, F f) {
  for_each_row(walk, [&](int64_t in_a, int64_t in_b, int64_t done) {
    internal::combine_row(walk.axes.back(), a + in_a, b + in_b, out + done, f);
  });
}

/// sums += values over the walk, values being its first input and sums its second.
template <class T>
void accumulate(const BroadcastWalk& walk, const T* values, double* sums) {
  for_each_row(walk, [&](int64_t from, int64_t to, int64_t) {
    internal::accumulate_row(walk.axes.back(), values + from, sums + to);
  });
}

}  // namespace sepconv::network
