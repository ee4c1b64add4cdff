// Checks of stages and the sizes that follow from them.
#include "layer/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace sepconv {
namespace {

// Largest side of a map, kernel, stride, dilation or margin: sums of products of two stay
// countable.
constexpr int64_t kLargest = int64_t{1} << 28;

// One stage of a chain, as messages call it.
struct Stage {
  const LayerStage& stage;
  const TensorShape& in;
  std::string name;
};

bool is_countable(int64_t value) { return 1 <= value && value <= kLargest; }

void check_tensor(const TensorShape& shape) {
  require(is_countable(shape.batch) && is_countable(shape.height) && is_countable(shape.width) &&
              is_countable(shape.channels),
          "layer: in is {}; expected sizes of 1 to {}", to_string(shape), kLargest);
  checked_multiply(checked_multiply(shape.batch, shape.height, "layer: size of in"),
                   checked_multiply(shape.width, 4 * shape.channels, "layer: size of in"),
                   "layer: size of in");
}

void check_extent(const Stage& s, const Extent& extent, const char* which) {
  require(is_countable(extent.height) && is_countable(extent.width),
          "layer: {}: {} is {}x{}; expected 1 to {}", s.name, which, extent.height, extent.width,
          kLargest);
}

void check_finite(const Stage& s, const std::vector<float>& values, const char* which) {
  const auto bad = std::find_if_not(values.begin(), values.end(),
                                    [](float value) { return std::isfinite(value); });
  require(bad == values.end(), "layer: {}: {}[{}] is not finite", s.name, which,
          bad - values.begin());
}

void check_channel_values(const Stage& s, const std::vector<float>& values, const char* which) {
  require(std::ssize(values) == s.stage.out_channels,
          "layer: {}: {} has {} values; expected {}, one an output channel", s.name, which,
          values.size(), s.stage.out_channels);
  check_finite(s, values, which);
}

void check_weights(const Stage& s) {
  const auto& [height, width] = s.stage.kernel;
  require(is_countable(s.stage.out_channels), "layer: {}: out_channels is {}; expected 1 to {}",
          s.name, s.stage.out_channels, kLargest);
  require(s.stage.groups >= 1 && s.in.channels % s.stage.groups == 0 &&
              s.stage.out_channels % s.stage.groups == 0,
          "layer: {}: groups is {}; expected a divisor of the {} channels in and the {} out",
          s.name, s.stage.groups, s.in.channels, s.stage.out_channels);
  const int64_t inputs = s.in.channels / s.stage.groups;
  const int64_t taps = checked_multiply(inputs, checked_multiply(height, width, "layer: kernel"),
                                        "layer: taps of a filter");
  const int64_t count = checked_multiply(s.stage.out_channels, taps, "layer: weights");
  require(std::ssize(s.stage.weights) == count,
          "layer: {}: weights has {} values; expected {} = {} filters x {} channels x {} x {} (in "
          "has {} channels)",
          s.name, s.stage.weights.size(), count, s.stage.out_channels, inputs, height, width,
          s.in.channels);
  check_finite(s, s.stage.weights, "weights");
  if (!s.stage.options.bias.empty()) check_channel_values(s, s.stage.options.bias, "bias");
}

void check_activation(const Stage& s) {
  const Activation& activation = s.stage.options.activation;
  if (activation.kind == ActivationKind::clip) {
    require(activation.low <= activation.high,
            "layer: {}: clip is from {} to {}; expected low <= high", s.name, activation.low,
            activation.high);
  }
  if (activation.kind == ActivationKind::prelu) {
    check_channel_values(s, activation.slopes, "slopes of prelu");
  }
  require(std::isfinite(activation.slope), "layer: {}: slope is not finite", s.name);
}

// One axis: its zeros before and after.
struct Zeros {
  int64_t before = 0, after = 0;
};

struct AxisStage {
  int64_t size, taps, stride, dilation;

  int64_t extent() const { return (taps - 1) * dilation + 1; }
  Zeros same() const {
    const int64_t last = (size - 1) / stride * stride;
    const int64_t total = std::max<int64_t>(0, last + extent() - size);
    return {total / 2, total - total / 2};
  }
};

Zeros zeros_of(const Stage& s, const AxisStage& axis, const Zeros& given) {
  if (const auto* padding = std::get_if<Padding>(&s.stage.options.padding)) {
    return *padding == Padding::same ? axis.same() : Zeros{};
  }
  for (const int64_t zeros : {given.before, given.after}) {
    require(0 <= zeros && zeros <= axis.extent(),
            "layer: {}: padding is {}; expected 0 to {}, no more than the kernel covers", s.name,
            zeros, axis.extent());
  }
  return given;
}

int64_t outputs_of(const Stage& s, const AxisStage& axis, const Zeros& zeros) {
  const int64_t size = axis.size + zeros.before + zeros.after;
  require(axis.extent() <= size,
          "layer: {}: the kernel covers {} positions; the padded map has only {} ({} in)", s.name,
          axis.extent(), size, to_string(s.in));
  return (size - axis.extent()) / axis.stride + 1;
}

StageGeometry checked_stage(const Stage& s) {
  const StageOptions& options = s.stage.options;
  check_extent(s, s.stage.kernel, "kernel");
  check_extent(s, options.strides, "strides");
  check_extent(s, options.dilation, "dilation");
  check_weights(s);
  check_activation(s);
  const auto* margins = std::get_if<Margins>(&options.padding);
  const Margins given = margins ? *margins : Margins{};
  const AxisStage y{s.in.height, s.stage.kernel.height, options.strides.height,
                    options.dilation.height};
  const AxisStage x{s.in.width, s.stage.kernel.width, options.strides.width,
                    options.dilation.width};
  const Zeros rows = zeros_of(s, y, {given.top, given.bottom});
  const Zeros columns = zeros_of(s, x, {given.left, given.right});
  const TensorShape out{s.in.batch, outputs_of(s, y, rows), outputs_of(s, x, columns),
                        s.stage.out_channels};
  return {s.in, out, {rows.before, rows.after, columns.before, columns.after}};
}

}  // namespace

std::string stage_name(const LayerStage& stage, int64_t in_channels) {
  const char* kind = "convolution";
  if (stage.kernel == Extent{} && stage.groups == 1) {
    kind = "pointwise";
  } else if (stage.groups == in_channels && in_channels > 1) {
    kind = "depthwise";
  } else if (stage.groups > 1) {
    kind = "grouped";
  }
  return fmt::format("{} {}x{}", kind, stage.kernel.height, stage.kernel.width);
}

bool is_pointwise(const LayerStage& stage, const StageGeometry& geometry) {
  return stage.kernel == Extent{} && stage.groups == 1 && stage.options.strides == Extent{} &&
         geometry.margins == Margins{};
}

bool is_depthwise(const LayerStage& stage, const StageGeometry& geometry) {
  return stage.groups == geometry.in.channels && stage.groups > 1;
}

std::vector<StageGeometry> checked_geometry(const TensorShape& in,
                                            const std::vector<LayerStage>& stages) {
  check_tensor(in);
  require(!stages.empty(), "layer: no stages; expected one or more");
  std::vector<StageGeometry> chain;
  TensorShape shape = in;
  for (const LayerStage& stage : stages) {
    const std::string name =
        fmt::format("stage {} ({})", chain.size(), stage_name(stage, shape.channels));
    chain.push_back(checked_stage({stage, shape, name}));
    shape = chain.back().out;
    check_tensor(shape);
    if (!stage.adds_input) continue;
    require(chain.size() == stages.size(),
            "layer: {}: adds_input is set; expected it in the last stage only", name);
    require(shape == in, "layer: {}: adds_input needs in of the output's shape {}; it is {}", name,
            to_string(shape), to_string(in));
  }
  return chain;
}

}  // namespace sepconv
