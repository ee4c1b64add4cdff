// Layers of networks: chains of depthwise, pointwise and ordinary convolutions, run as one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sepconv/context.h"
#include "sepconv/cost.h"
#include "sepconv/tensor.h"

namespace sepconv {

/// Something of each of a map's two axes: a kernel's sides, its strides or its dilations.
struct Extent {
  int64_t height = 1;
  int64_t width = 1;

  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Rows and columns of zeros around a map.
struct Margins {
  int64_t top = 0, bottom = 0, left = 0, right = 0;

  friend bool operator==(const Margins&, const Margins&) = default;
};

/// Zeros around a map: none (Padding::valid); those that leave ceil(size / stride) outputs, an odd
/// one below and to the right, as TensorFlow and ONNX's SAME_UPPER (Padding::same); or these many.
using StagePadding = std::variant<Padding, Margins>;

/// relu: at least 0. relu6: 0 to 6. clip: low to high. leaky_relu: below 0 times slope. prelu:
/// below 0 times slopes[channel]. hard_sigmoid: clip(x / 6 + 1/2, 0, 1). hard_swish: x times that.
/// swish: x / (1 + exp(-x)). gelu: x / 2 (1 + erf(x / sqrt 2)).
enum class ActivationKind {
  none,
  relu,
  relu6,
  clip,
  leaky_relu,
  prelu,
  hard_sigmoid,
  hard_swish,
  swish,
  gelu
};

const char* name(ActivationKind kind);

/// What is done to every sum of a stage.
struct Activation {
  ActivationKind kind = ActivationKind::none;
  float low = 0;                   // of clip
  float high = 6;                  // of clip
  float slope = 0.01f;             // of leaky_relu
  std::vector<float> slopes = {};  // of prelu: one an output channel
};

struct StageOptions {
  std::vector<float> bias = {};  // one an output channel, or empty: zeros
  Extent strides = {};
  Extent dilation = {};  // taps are this many positions apart
  StagePadding padding = Padding::same;
  Activation activation = {};
};

/// One convolution: out = activation(bias + sum of weight * input), and then, if it adds_input, the
/// layer's input added. Frameworks call the sum a cross-correlation: kernels are not flipped.
struct LayerStage {
  std::vector<float> weights;  // [out_channels, in_channels / groups, kernel height, kernel width]
  int64_t out_channels = 1;
  int64_t groups = 1;  // channels in equal parts that do not mix; as many as channels: depthwise
  Extent kernel = {};
  StageOptions options = {};
  bool adds_input = false;  // in the last stage only, whose output then has the input's shape
};

/// A filter of its own for every channel, or weights.size() / (channels * sides) of them.
/// shape      weights [channels, multiplier, kernel height, kernel width]; output channel c *
///            multiplier + m is channel c under its filter m
LayerStage depthwise_conv2d(std::vector<float> weights, int64_t channels, Extent kernel,
                            StageOptions options = {});

/// An ordinary convolution; with groups, one in equal parts.
/// shape      weights [filters, channels / groups, kernel height, kernel width]
LayerStage conv2d(std::vector<float> weights, int64_t filters, Extent kernel = {},
                  StageOptions options = {}, int64_t groups = 1);

/// The stages of a depthwise-separable convolution: the two, one after the other.
std::vector<LayerStage> separable_conv2d(LayerStage depthwise, LayerStage pointwise);

/// The stages of an inverted residual: 1x1, depthwise, 1x1; residual: the input is added.
std::vector<LayerStage> inverted_residual(LayerStage expand, LayerStage depthwise,
                                          LayerStage project, bool residual = true);

/// Statistics of a batch normalisation, one value an output channel of the stage before it.
struct BatchNorm {
  std::vector<float> gamma, beta, mean, variance;
  float epsilon = 1e-5f;
};

/// The stage followed by the normalisation as one stage: its weights and bias take it in.
/// errors     InvalidArgument: sizes differ, or the stage has an activation already
LayerStage with_batch_norm(LayerStage stage, const BatchNorm& norm);

struct LayerOptions {
  int threads = 1;
};

/// What a layer costs and how it runs.
struct LayerExplanation {
  std::string summary;  // "1x56x56x128 -> 1x56x56x128: depthwise 3x3 > pointwise 1x1"
  std::string target;   // instruction set that will run: "AVX2"
  int threads = 1;
  int64_t scratch_bytes = 0;    // of one thread
  int64_t channel_block = 0;    // channels side by side in scratch
  int64_t band_rows = 0;        // output rows done together
  int64_t strip_columns = 0;    // and output columns
  int64_t unwritten_bytes = 0;  // of the maps between stages, which are never in memory
  CostBreakdown cost;           // of each stage as if it ran by itself; biases, activations apart

  std::string to_text() const;
  std::string to_json() const;
};

/// A chain of stages for tensors of one shape, decided before any tensor arrives. Each stage's rows
/// are handed to the next one in scratch: no map between stages is ever in memory.
/// shape      the input's [batch, height, width, channels], any batch and any sizes; the last
///            stage's output is out_shape(). Layouts and strides are those of the tensors that run
/// types      f32 with f32 sums: within 1e-5 of the largest output of the exact result, as
///            docs/numerics.md has it
/// border     zeros, as each stage's padding says
/// errors     InvalidArgument naming stage and argument: channels or sizes that do not fit, no
///            output left, padding larger than the kernel, values that are not finite
/// threads    any number of threads may run one plan, each with its own Context or none. The
///            bits do not depend on the number of threads, nor on the layout
/// cost       explain() counts it; scratch_bytes() a worker: rows, never a map
class LayerPlan {
 public:
  LayerPlan(const TensorShape& in, std::vector<LayerStage> stages,
            const LayerOptions& options = {});
  ~LayerPlan();
  LayerPlan(LayerPlan&&) noexcept;
  LayerPlan& operator=(LayerPlan&&) noexcept;

  /// Runs all stages on in. Without a context: with one that the plan keeps for the next call, one
  /// for each of the calls that were ever at the same time.
  /// errors     InvalidArgument: shape or type differ from the plan's; out overlaps in or itself
  void run(const ConstTensorRef& in, const TensorRef& out) const;
  void run(const ConstTensorRef& in, const TensorRef& out, Context& context) const;

  const TensorShape& in_shape() const;
  const TensorShape& out_shape() const;

  /// Scratch memory of one worker, whatever the layouts.
  int64_t scratch_bytes() const;

  /// errors     InvalidArgument: a count overflows 63 bits
  LayerExplanation explain() const;

  struct Impl;  // src/layer/plan_impl.h

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace sepconv
