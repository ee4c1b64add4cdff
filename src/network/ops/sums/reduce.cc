// Means along axes, and softmax.
#include <algorithm>
#include <cmath>

#include "network/ops/pointwise/broadcast.h"
#include "network/ops/sums/families.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

// A sum over some axes for each place along the others: a walk over the whole input, the output's
// strides 0 along what is summed.
template <class T>
Prepared mean_along(const Request& request, const std::vector<bool>& is_summed, bool keeps) {
  const Spec& in = request.spec(0);
  Spec kept = in;
  NdShape dropped;
  int64_t summed = 1;
  for (size_t axis = 0; axis < in.shape.size(); ++axis) {
    if (is_summed[axis]) {
      kept.shape[axis] = 1;
      summed *= in.shape[axis];
    } else {
      dropped.push_back(in.shape[axis]);
    }
  }
  require(summed > 0, "a mean of no elements");
  const int64_t count = element_count(kept.shape);
  const Spec out = keeps ? kept : Spec{in.type, dropped};
  // Sums in double: one a channel could be of a whole map.
  return {.out = {out},
          .kernel = [walk = walk_of(in, kept, in), count, summed](const Operands& operands) {
            auto* sums =
                reinterpret_cast<double*>(operands.context.scratch(0, count * sizeof(double)));
            std::fill_n(sums, count, 0.0);
            accumulate(walk, operands.input<T>(0), sums);
            T* to = operands.output<T>();
            for (int64_t i = 0; i < count; ++i) to[i] = static_cast<T>(sums[i] / summed);
          }};
}

// The places that opset 12 and older, or newer, take softmax over: outer, along, inner.
struct Parts {
  int64_t outer = 1, size = 1, inner = 1;
};

Parts softmax_parts(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const bool is_old = request.opset() < 13;
  const int64_t given = request.integer("axis", is_old ? 1 : -1);
  const bool takes_none = is_old && given == std::ssize(in);
  const size_t axis = takes_none ? in.size() : axis_of(given, in.size());
  Parts parts;
  for (size_t i = 0; i < in.size(); ++i) {
    int64_t& part = i < axis ? parts.outer : i == axis || is_old ? parts.size : parts.inner;
    part *= in[i];
  }
  return parts;
}

template <class T>
void softmax_row(const T* from, T* to, const Parts& parts) {
  T largest = from[0];
  for (int64_t i = 1; i < parts.size; ++i) largest = std::max(largest, from[i * parts.inner]);
  T sum = 0;
  for (int64_t i = 0; i < parts.size; ++i) {
    const T power = std::exp(from[i * parts.inner] - largest);
    to[i * parts.inner] = power;
    sum += power;
  }
  for (int64_t i = 0; i < parts.size; ++i) to[i * parts.inner] /= sum;
}

}  // namespace

Prepared prepare_reduce_mean(const Request& request) {
  const NdShape& in = request.spec(0).shape;
  const std::vector<int64_t> axes = request.integers(1, "axes");
  std::vector<bool> is_summed(in.size(), false);
  for (const int64_t axis : axes) is_summed[axis_of(axis, in.size())] = true;
  if (axes.empty()) {
    if (request.integer("noop_with_empty_axes", 0) != 0) {
      return {.out = {request.spec(0)}, .shares_input = true};
    }
    is_summed.assign(in.size(), true);
  }
  const bool keeps = request.integer("keepdims", 1) != 0;
  return with_real_type(request.spec(0).type, [&](auto zero) {
    return mean_along<decltype(zero)>(request, is_summed, keeps);
  });
}

Prepared prepare_global_average_pool(const Request& request) {
  const size_t axes = request.spec(0).shape.size();
  require(axes >= 3, "input has {} axes; expected 3 or more", axes);
  std::vector<bool> is_summed(axes, true);
  is_summed[0] = is_summed[1] = false;
  return with_real_type(request.spec(0).type, [&](auto zero) {
    return mean_along<decltype(zero)>(request, is_summed, true);
  });
}

Prepared prepare_softmax(const Request& request) {
  const Spec& in = request.spec(0);
  const Parts parts = softmax_parts(request);
  return with_real_type(in.type, [&](auto zero) -> Prepared {
    using T = decltype(zero);
    return {.out = {in}, .kernel = [parts](const Operands& operands) {
              for (int64_t o = 0; o < parts.outer && parts.size > 0; ++o) {
                for (int64_t i = 0; i < parts.inner; ++i) {
                  const int64_t place = o * parts.size * parts.inner + i;
                  softmax_row(operands.input<T>(0) + place, operands.output<T>() + place, parts);
                }
              }
            }};
  });
}

}  // namespace sepconv::network
