// ONNX's rules of padding and output sizes.
#include "network/ops/sums/window.h"

#include <algorithm>

namespace sepconv::network {
namespace {

constexpr int64_t kLargest = int64_t{1} << 28;  // of any size: sums of products stay countable

void check_axis(const WindowAxis& axis) {
  for (const int64_t value : {axis.in, axis.taps, axis.stride, axis.dilation}) {
    require(1 <= value && value <= kLargest,
            "a window of {} taps, stride {}, dilation {} over {}; expected 1 to {}", axis.taps,
            axis.stride, axis.dilation, axis.in, kLargest);
  }
  for (const int64_t zeros : {axis.before, axis.after}) {
    require(0 <= zeros && zeros <= kLargest, "pads of {}; expected 0 to {}", zeros, kLargest);
  }
}

void pad_to_same(WindowAxis& axis, bool is_upper) {
  const int64_t outputs = (axis.in + axis.stride - 1) / axis.stride;
  const int64_t needed = (outputs - 1) * axis.stride + axis.extent();
  const int64_t total = std::max<int64_t>(0, needed - axis.in);
  axis.before = is_upper ? total / 2 : total - total / 2;
  axis.after = total - axis.before;
}

int64_t output_count(const WindowAxis& axis, bool rounds_up) {
  const int64_t rest = axis.in + axis.before + axis.after - axis.extent();
  require(rest >= 0, "a window of {} does not fit {} with padding {} and {}", axis.extent(),
          axis.in, axis.before, axis.after);
  int64_t outputs = (rest + (rounds_up ? axis.stride - 1 : 0)) / axis.stride + 1;
  // A window that would start in the padding behind the map is none.
  if (rounds_up && (outputs - 1) * axis.stride >= axis.in + axis.before) --outputs;
  return outputs;
}

}  // namespace

WindowAxis::Taps WindowAxis::inside(int64_t output) const {
  const int64_t from = start(output);
  const int64_t first = from >= 0 ? 0 : (-from + dilation - 1) / dilation;
  const int64_t last = from >= in ? 0 : (in - 1 - from) / dilation + 1;
  return {std::min(first, taps), std::max(std::min(first, taps), std::min(last, taps))};
}

std::vector<int64_t> per_axis(const Request& request, const char* name, size_t axes,
                              int64_t otherwise) {
  std::vector<int64_t> values = request.integers(name);
  if (values.empty()) values.assign(axes, otherwise);
  require(values.size() == axes, "{} has {} values; expected {}", name, values.size(), axes);
  return values;
}

std::vector<WindowAxis> window_axes(const Request& request, const std::vector<int64_t>& sides) {
  const NdShape& in = request.spec(0).shape;
  require(in.size() >= 3 && in.size() == sides.size() + 2,
          "input is {}; expected a batch, channels, and {} more axes", to_string(in), sides.size());
  const std::string automatic = request.text("auto_pad", "NOTSET");
  require(automatic == "NOTSET" || automatic == "VALID" || automatic == "SAME_UPPER" ||
              automatic == "SAME_LOWER",
          "auto_pad is '{}'; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER", automatic);
  const size_t count = sides.size();
  const auto strides = per_axis(request, "strides", count, 1);
  const auto dilations = per_axis(request, "dilations", count, 1);
  const auto pads = per_axis(request, "pads", 2 * count, 0);
  const bool rounds_up = request.integer("ceil_mode", 0) != 0;
  std::vector<WindowAxis> axes(count);
  for (size_t i = 0; i < count; ++i) {
    WindowAxis& axis = axes[i];
    axis = {in[i + 2], 1, sides[i], strides[i], dilations[i]};
    if (automatic == "NOTSET") {
      axis.before = pads[i];
      axis.after = pads[i + count];
    }
    check_axis(axis);
    if (automatic.starts_with("SAME")) pad_to_same(axis, automatic == "SAME_UPPER");
    axis.out = output_count(axis, rounds_up);
  }
  return axes;
}

}  // namespace sepconv::network
