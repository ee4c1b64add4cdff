// Means and maxima over windows, of one to three spatial axes, in either layout.
#include <algorithm>
#include <limits>

#include "network/ops/sums/families.h"
#include "network/ops/sums/window.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

// Maps as the loops see them: always three spatial axes, and as many channels side by side as the
// layout has; planes one after the other.
struct Maps {
  std::vector<WindowAxis> axes;
  int64_t planes = 1;
  int64_t channels = 1;
  Spec out;

  int64_t in_size() const { return axes[0].in * axes[1].in * axes[2].in; }
  int64_t out_size() const { return axes[0].out * axes[1].out * axes[2].out; }
};

Maps maps_of(const Request& request) {
  const Spec& in = request.spec(0);
  const std::vector<int64_t> sides = request.integers("kernel_shape");
  require(sides.size() <= 3, "{} spatial axes; expected 1 to 3", sides.size());
  Maps maps;
  maps.axes = window_axes(request, sides);
  maps.out = {in.type, {in.shape[0], in.shape[1]}, in.layout};
  for (const WindowAxis& axis : maps.axes) maps.out.shape.push_back(axis.out);
  maps.axes.insert(maps.axes.begin(), 3 - maps.axes.size(), WindowAxis{});
  const bool is_last = in.layout == Layout::channels_last;
  maps.planes = is_last ? in.shape[0] : checked_multiply(in.shape[0], in.shape[1], "planes");
  maps.channels = is_last ? in.shape[1] : 1;
  return maps;
}

// visit(position) for the elements of a map under the window of an output.
template <class Visit>
void for_each_tap(const std::vector<WindowAxis>& axes, const int64_t (&o)[3], Visit visit) {
  const auto z = axes[0].inside(o[0]), y = axes[1].inside(o[1]), x = axes[2].inside(o[2]);
  for (int64_t k = z.first; k < z.last; ++k) {
    const int64_t slab = (axes[0].start(o[0]) + k * axes[0].dilation) * axes[1].in;
    for (int64_t j = y.first; j < y.last; ++j) {
      const int64_t row = (slab + axes[1].start(o[1]) + j * axes[1].dilation) * axes[2].in;
      for (int64_t i = x.first; i < x.last; ++i) {
        visit(row + axes[2].start(o[2]) + i * axes[2].dilation);
      }
    }
  }
}

// visit(plane, output's number, output's place) for all outputs.
template <class Visit>
void for_each_output(const Maps& maps, Visit visit) {
  for (int64_t plane = 0; plane < maps.planes; ++plane) {
    int64_t number = plane * maps.out_size();
    int64_t o[3];
    for (o[0] = 0; o[0] < maps.axes[0].out; ++o[0]) {
      for (o[1] = 0; o[1] < maps.axes[1].out; ++o[1]) {
        for (o[2] = 0; o[2] < maps.axes[2].out; ++o[2]) visit(plane, number++, o);
      }
    }
  }
}

// What a mean is divided by: all taps, or those on the map.
int64_t divisor(const std::vector<WindowAxis>& axes, const int64_t (&o)[3], bool counts_padding) {
  int64_t count = 1;
  for (size_t i = 0; i < 3; ++i) {
    const WindowAxis::Taps taps = axes[i].inside(o[i]);
    count *= counts_padding ? axes[i].taps : taps.last - taps.first;
  }
  return std::max<int64_t>(1, count);
}

template <class T>
Kernel max_kernel(const Maps& maps) {
  return [maps](const Operands& operands) {
    const int64_t channels = maps.channels;
    for_each_output(maps, [&](int64_t plane, int64_t number, const int64_t(&o)[3]) {
      const T* from = operands.input<T>(0) + plane * maps.in_size() * channels;
      T* to = operands.output<T>() + number * channels;
      std::fill_n(to, channels, std::numeric_limits<T>::lowest());
      for_each_tap(maps.axes, o, [&](int64_t position) {
        const T* taps = from + position * channels;
        for (int64_t c = 0; c < channels; ++c) to[c] = std::max(to[c], taps[c]);
      });
    });
  };
}

// Where each maximum is, as ONNX counts: over the whole tensor as if it were plain.
template <class T>
Kernel max_indices_kernel(const Maps& maps, bool is_column_major) {
  return [=](const Operands& operands) {
    const auto& axes = maps.axes;
    const auto flat = [&](int64_t position) {
      if (!is_column_major) return position;
      const int64_t x = position % axes[2].in, y = position / axes[2].in % axes[1].in;
      const int64_t z = position / (axes[2].in * axes[1].in);
      return (x * axes[1].in + y) * axes[0].in + z;
    };
    for_each_output(maps, [&](int64_t plane, int64_t number, const int64_t(&o)[3]) {
      for (int64_t c = 0; c < maps.channels; ++c) {
        const T* from = operands.input<T>(0) + plane * maps.in_size() * maps.channels + c;
        int64_t best = -1;
        for_each_tap(axes, o, [&](int64_t position) {
          const bool is_better =
              best < 0 || from[position * maps.channels] > from[best * maps.channels];
          if (is_better) best = position;
        });
        operands.output<T>(0)[number * maps.channels + c] = from[best * maps.channels];
        operands.output<int64_t>(1)[number * maps.channels + c] =
            (plane * maps.channels + c) * maps.in_size() + flat(best);
      }
    });
  };
}

}  // namespace

Prepared prepare_average_pool(const Request& request) {
  require(request.spec(0).type == ElementType::f32, "input is {}; expected f32",
          sepconv::name(request.spec(0).type));
  const Maps maps = maps_of(request);
  const bool counts_padding = request.integer("count_include_pad", 0) != 0;
  return {.out = {maps.out}, .kernel = [maps, counts_padding](const Operands& operands) {
            const int64_t channels = maps.channels;
            for_each_output(maps, [&](int64_t plane, int64_t number, const int64_t(&o)[3]) {
              const float* from = operands.input<float>(0) + plane * maps.in_size() * channels;
              float* to = operands.output<float>() + number * channels;
              std::fill_n(to, channels, 0.0f);
              for_each_tap(maps.axes, o, [&](int64_t position) {
                const float* taps = from + position * channels;
                for (int64_t c = 0; c < channels; ++c) to[c] += taps[c];
              });
              const auto count = static_cast<float>(divisor(maps.axes, o, counts_padding));
              for (int64_t c = 0; c < channels; ++c) to[c] /= count;
            });
          }};
}

Prepared prepare_max_pool(const Request& request) {
  const Maps maps = maps_of(request);
  const bool is_column_major = request.integer("storage_order", 0) != 0;
  return with_number_type(request.spec(0).type, [&](auto zero) -> Prepared {
    using T = decltype(zero);
    if (request.output_count() < 2) return {.out = {maps.out}, .kernel = max_kernel<T>(maps)};
    const Spec indices{ElementType::i64, maps.out.shape, maps.out.layout};
    return {.out = {maps.out, indices}, .kernel = max_indices_kernel<T>(maps, is_column_major)};
  });
}

}  // namespace sepconv::network
