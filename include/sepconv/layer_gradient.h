// Gradients of layers: what training needs of the chains of stages that layer.h runs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sepconv/context.h"
#include "sepconv/layer.h"
#include "sepconv/tensor.h"

namespace sepconv {

/// What a layer was run on, and the gradient of the loss in its output.
struct LayerGradientIn {
  ConstTensorRef in;
  ConstTensorRef out_gradient;  // of the output's shape
  // The output that in had, if it was kept: then no sum of the last stage has to be computed again.
  // The bits are the same. Without data: computed where its activation needs it.
  ConstTensorRef out = {};
};

/// Where the gradients in a stage's weights, bias and slopes are written, laid out as those are.
struct StageGradient {
  std::span<float> weights;      // as many as LayerStage::weights
  std::span<float> bias;         // one an output channel, whether or not the stage has a bias
  std::span<float> slopes = {};  // of prelu: one an output channel; empty: not wanted
};

/// Where gradients are written.
struct LayerGradientOut {
  TensorRef in;  // of the input's shape
  std::vector<StageGradient> stages;
};

/// The gradients of a chain of stages in its input, weights and biases, for tensors of one shape,
/// in one pass over bands of rows. What lay between the stages is computed again, band by band: no
/// map of it is ever in memory, and none has to be kept from the forward run.
///
/// The derivative of relu, relu6, clip and hard_sigmoid is 0 at their corners, that of leaky_relu
/// and prelu at 0 is the slope; hard_swish has 0 at -3 and 1 at 3.
/// shape      as LayerPlan
/// types      f32 with f32 sums; docs/numerics.md has the bounds
/// errors     InvalidArgument: as LayerPlan
/// threads    immutable; any number of threads may run one, each with its own Context. The bits do
///            not depend on the number of threads, nor on layouts: sums are taken over shares of
///            the batch that the shape alone decides, 16 at most, and added in their order
/// cost       about twice that of a forward run for the gradients, and a forward run without its
///            last stage; scratch_bytes() a worker: rows, and one gradient of all weights
class LayerGradient {
 public:
  LayerGradient(const TensorShape& in, std::vector<LayerStage> stages,
                const LayerOptions& options = {});
  ~LayerGradient();
  LayerGradient(LayerGradient&&) noexcept;
  LayerGradient& operator=(LayerGradient&&) noexcept;

  /// errors     InvalidArgument naming the tensor: shape, type or size differ from the plan's; an
  ///            output overlaps an input, another output or itself. Nothing is written then
  void run(const LayerGradientIn& in, const LayerGradientOut& out) const;
  void run(const LayerGradientIn& in, const LayerGradientOut& out, Context& context) const;

  const TensorShape& in_shape() const;
  const TensorShape& out_shape() const;

  /// Scratch memory of one worker; the first one's has the sums of all workers besides.
  int64_t scratch_bytes() const;

  struct Impl;  // src/layer/backward/plan.h

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace sepconv
