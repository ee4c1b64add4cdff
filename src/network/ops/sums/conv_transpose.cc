// Transposed convolutions of one to three spatial axes: every input adds its kernel to the output.
#include <algorithm>

#include "network/ops/sums/families.h"
#include "network/ops/sums/window.h"

namespace sepconv::network {
namespace {

// The convolution whose transpose this is: its windows slide over the output. Three axes.
struct Transposed {
  std::vector<WindowAxis> axes;  // in is the size of our output, out that of our input
  int64_t batch = 1, groups = 1;
  int64_t in_channels = 1, out_channels = 1;  // of a group

  int64_t taps() const { return axes[0].taps * axes[1].taps * axes[2].taps; }
  int64_t in_size() const { return axes[0].out * axes[1].out * axes[2].out; }
  int64_t out_size() const { return axes[0].in * axes[1].in * axes[2].in; }
};

// Sizes and padding of one axis, i of count, as ONNX has them.
WindowAxis transposed_axis(const Request& request, size_t i, size_t count, int64_t taps) {
  WindowAxis axis;
  axis.out = request.spec(0).shape[i + 2];
  axis.taps = taps;
  axis.stride = per_axis(request, "strides", count, 1)[i];
  axis.dilation = per_axis(request, "dilations", count, 1)[i];
  const int64_t added = per_axis(request, "output_padding", count, 0)[i];
  for (const int64_t value : {axis.taps, axis.stride, axis.dilation}) {
    require(1 <= value && value <= (int64_t{1} << 28), "taps, stride or dilation is {}", value);
  }
  const int64_t full = checked_add(checked_multiply(axis.stride, axis.out - 1, "output"),
                                   added + axis.extent(), "output");
  const std::string automatic = request.text("auto_pad", "NOTSET");
  const std::vector<int64_t> sizes = request.integers("output_shape");
  if (sizes.empty() && !automatic.starts_with("SAME")) {
    const auto pads = per_axis(request, "pads", 2 * count, 0);
    axis.before = automatic == "NOTSET" ? pads[i] : 0;
    axis.after = automatic == "NOTSET" ? pads[i + count] : 0;
    axis.in = checked_add(full, -axis.before - axis.after, "output");
  } else {
    require(sizes.empty() || sizes.size() >= count, "output_shape has {} sizes; expected {}",
            sizes.size(), count);
    axis.in = sizes.empty() ? axis.stride * axis.out : sizes[sizes.size() - count + i];
    const int64_t total = std::max<int64_t>(0, full - axis.in);
    axis.before = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    axis.after = total - axis.before;
  }
  require(axis.in > 0, "the output has size {} along axis {}", axis.in, i + 2);
  return axis;
}

// Adds the kernel of one pair of channels, scaled by each input.
void add_map(const Transposed& t, const float* in, const float* weights, float* out) {
  const auto& [z, y, x] = std::tie(t.axes[0], t.axes[1], t.axes[2]);
  for (int64_t tap = 0; tap < t.taps(); ++tap) {
    const int64_t kx = tap % x.taps, ky = tap / x.taps % y.taps, kz = tap / (x.taps * y.taps);
    const float weight = weights[tap];
    for (int64_t iz = 0; iz < z.out; ++iz) {
      const int64_t oz = z.start(iz) + kz * z.dilation;
      for (int64_t iy = 0; iy < y.out && 0 <= oz && oz < z.in; ++iy) {
        const int64_t oy = y.start(iy) + ky * y.dilation;
        if (oy < 0 || oy >= y.in) continue;
        const float* from = in + (iz * y.out + iy) * x.out;
        float* to = out + (oz * y.in + oy) * x.in;
        for (int64_t ix = 0; ix < x.out; ++ix) {
          const int64_t ox = x.start(ix) + kx * x.dilation;
          if (0 <= ox && ox < x.in) to[ox] += weight * from[ix];
        }
      }
    }
  }
}

void run(const Transposed& t, const Operands& operands) {
  const bool has_bias = operands.in.size() > 2 && operands.in[2] != nullptr;
  const int64_t filters = t.groups * t.out_channels;
  for (int64_t n = 0; n < t.batch; ++n) {
    for (int64_t filter = 0; filter < filters; ++filter) {
      const int64_t group = filter / t.out_channels, o = filter % t.out_channels;
      float* out = operands.output<float>() + (n * filters + filter) * t.out_size();
      std::fill_n(out, t.out_size(), has_bias ? operands.input<float>(2)[filter] : 0.0f);
      for (int64_t i = 0; i < t.in_channels; ++i) {
        const int64_t channel = group * t.in_channels + i;
        add_map(t,
                operands.input<float>(0) + (n * t.groups * t.in_channels + channel) * t.in_size(),
                operands.input<float>(1) + (channel * t.out_channels + o) * t.taps(), out);
      }
    }
  }
}

}  // namespace

Prepared prepare_conv_transpose(const Request& request) {
  const Spec &in = request.spec(0), &weights = request.spec(1);
  const size_t count = in.shape.size() - 2;
  const int64_t groups = request.integer("group", 1);
  require(in.type == ElementType::f32 && weights.type == ElementType::f32 && in.shape.size() >= 3 &&
              count <= 3 && weights.shape.size() == in.shape.size(),
          "input is {}, weights are {}; expected maps of f32 with 1 to 3 spatial axes",
          to_string(in.shape), to_string(weights.shape));
  require(groups >= 1 && weights.shape[0] == in.shape[1] && in.shape[1] % groups == 0,
          "input is {}, weights are {}, group is {}", to_string(in.shape), to_string(weights.shape),
          groups);
  Transposed t{std::vector<WindowAxis>(3 - count), in.shape[0], groups, in.shape[1] / groups,
               weights.shape[1]};
  Spec out{in.type, {in.shape[0], checked_multiply(groups, t.out_channels, "channels")}};
  require(!request.has_input(2) || (request.spec(2).type == ElementType::f32 &&
                                    element_count(request.spec(2).shape) == out.shape[1]),
          "bias is not {} of f32", out.shape[1]);
  for (size_t i = 0; i < count; ++i) {
    t.axes.push_back(transposed_axis(request, i, count, weights.shape[i + 2]));
    out.shape.push_back(t.axes.back().in);
  }
  return {.out = {out}, .kernel = [t](const Operands& operands) { run(t, operands); }};
}

}  // namespace sepconv::network
