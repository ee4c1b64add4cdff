// Python names of sepconv/layer.h: stages, and the plan that runs a chain of them.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/error.h"
#include "sepconv/layer.h"
#include "sepconv/layer_gradient.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

using Weights = nb::ndarray<const float, nb::ndim<4>, nb::c_contig, nb::device::cpu>;

int64_t size_of(const Weights& weights, size_t axis) {
  return static_cast<int64_t>(weights.shape(axis));
}

LayerStage make_stage(const Weights& weights, int64_t groups, std::vector<float> bias) {
  LayerStage stage;
  stage.weights.assign(weights.data(), weights.data() + weights.size());
  stage.out_channels = size_of(weights, 0);
  stage.groups = groups;
  stage.kernel = {size_of(weights, 2), size_of(weights, 3)};
  stage.options.bias = std::move(bias);
  return stage;
}

ActivationKind activation_named(const std::string& activation) {
  std::string names;
  // name() knows every kind and has "?" for the number after the last.
  for (int i = 0;; ++i) {
    const auto kind = static_cast<ActivationKind>(i);
    const std::string known = name(kind);
    if (known == activation) return kind;
    if (known == "?") break;
    names += (names.empty() ? "" : ", ") + known;
  }
  throw InvalidArgument("layer: activation is '" + activation + "'; expected one of " + names);
}

Activation make_activation(const std::string& kind, const std::vector<float>& values) {
  Activation activation{.kind = activation_named(kind)};
  if (activation.kind == ActivationKind::prelu) {
    activation.slopes = values;
  } else if (activation.kind == ActivationKind::clip && values.size() == 2) {
    activation.low = values[0];
    activation.high = values[1];
  } else if (activation.kind == ActivationKind::leaky_relu && values.size() == 1) {
    activation.slope = values[0];
  } else if (!values.empty() || activation.kind == ActivationKind::clip) {
    throw InvalidArgument("layer: activation '" + kind + "' has " + std::to_string(values.size()) +
                          " values; expected 2 for clip, 1 or none for leaky_relu, one an output "
                          "channel for prelu, none for others");
  }
  return activation;
}

// The four axes of an array in the order of a TensorShape.
ConstTensorRef in_tensor(const ConstArrayRef& a) {
  if (a.shape.size() != 4) throw InvalidArgument("layer: expected tensors of 4 axes");
  return {a.data,
          a.type,
          {a.shape[0], a.shape[1], a.shape[2], a.shape[3]},
          {a.strides[0], a.strides[1], a.strides[2], a.strides[3]}};
}

TensorRef out_tensor(const ArrayRef& a) {
  const ConstTensorRef as_read = in_tensor(a);
  return {a.data, as_read.type, as_read.shape, as_read.strides};
}

void run(const LayerPlan& plan, const InArray& in, const OutArray& out) {
  const ConstTensorRef from = in_tensor(in_ref(in));
  const TensorRef to = out_tensor(out_ref(out));
  nb::gil_scoped_release release;
  plan.run(from, to);
}

using Gradients = nb::ndarray<float, nb::c_contig, nb::device::cpu>;

// gradients: of the weights of every stage, then of their biases, then of their slopes, of which
// there may be none.
void run_gradient(const LayerGradient& plan, const std::vector<InArray>& in, const OutArray& gx,
                  const std::vector<Gradients>& gradients) {
  if (in.size() < 2 || gradients.size() % 3 != 0) {
    throw InvalidArgument("layer gradient: expected x, gy and three gradients a stage");
  }
  LayerGradientIn from{in_tensor(in_ref(in[0])), in_tensor(in_ref(in[1]))};
  if (in.size() > 2) from.out = in_tensor(in_ref(in[2]));
  LayerGradientOut to{out_tensor(out_ref(gx)), {}};
  const size_t stages = gradients.size() / 3;
  for (size_t s = 0; s < stages; ++s) {
    const auto part = [&](size_t kind) {
      const Gradients& values = gradients[kind * stages + s];
      return std::span(values.data(), values.size());
    };
    to.stages.push_back({part(0), part(1), part(2)});
  }
  nb::gil_scoped_release release;
  plan.run(from, to);
}

TensorShape tensor_shape(const std::vector<int64_t>& sizes) {
  if (sizes.size() != 4) throw InvalidArgument("layer: expected a shape of 4 axes");
  return {sizes[0], sizes[1], sizes[2], sizes[3]};
}

Integers shape_of(const TensorShape& shape) {
  return to_tuple({shape.batch, shape.height, shape.width, shape.channels});
}

void bind_stage(nb::module_& m) {
  nb::class_<LayerStage>(m, "LayerStage", "One convolution of a layer.")
      .def("__init__",
           [](LayerStage* self, const Weights& weights, int64_t groups, std::vector<float> bias) {
             new (self) LayerStage(make_stage(weights, groups, std::move(bias)));
           })
      .def("set_window",
           [](LayerStage& s, int64_t stride_y, int64_t stride_x, int64_t dilation_y,
              int64_t dilation_x) {
             s.options.strides = {stride_y, stride_x};
             s.options.dilation = {dilation_y, dilation_x};
           })
      .def("set_same", [](LayerStage& s,
                          bool same) { s.options.padding = same ? Padding::same : Padding::valid; })
      .def("set_margins",
           [](LayerStage& s, int64_t top, int64_t bottom, int64_t left, int64_t right) {
             s.options.padding = Margins{top, bottom, left, right};
           })
      .def("set_activation",
           [](LayerStage& s, const std::string& kind, const std::vector<float>& values) {
             s.options.activation = make_activation(kind, values);
           })
      .def("fold_batch_norm",
           [](LayerStage& s, std::vector<float> gamma, std::vector<float> beta,
              std::vector<float> mean, std::vector<float> variance, float epsilon) {
             s = with_batch_norm(std::move(s), {std::move(gamma), std::move(beta), std::move(mean),
                                                std::move(variance), epsilon});
           })
      .def_ro("out_channels", &LayerStage::out_channels)
      .def_prop_ro("slope_count",
                   [](const LayerStage& s) {
                     const bool has_slopes = s.options.activation.kind == ActivationKind::prelu;
                     return has_slopes ? s.out_channels : 0;
                   })
      .def_rw("adds_input", &LayerStage::adds_input);
}

}  // namespace

void bind_layer(nb::module_& m) {
  bind_stage(m);
  nb::class_<LayerExplanation>(m, "LayerExplanation", "How a layer runs; str() is readable.")
      .def("__str__", &LayerExplanation::to_text)
      .def("__repr__", &LayerExplanation::to_text)
      .def("json", &LayerExplanation::to_json, "All of it as JSON text.")
      .def_prop_ro(
          "multiplications",
          [](const LayerExplanation& e) {
            std::vector<int64_t> counts;
            for (const CostStage& stage : e.cost.stages) {
              counts.push_back(stage.cost.multiplications);
            }
            return to_tuple(counts);
          },
          "One count a stage.")
      .def_ro("summary", &LayerExplanation::summary, "Shapes and stages.")
      .def_ro("scratch_bytes", &LayerExplanation::scratch_bytes, "Of one thread.")
      .def_ro("unwritten_bytes", &LayerExplanation::unwritten_bytes,
              "Of the maps between stages, which are never in memory.");
  nb::class_<LayerPlan>(m, "LayerPlan", "Runs a chain of stages on tensors of one shape.")
      .def("__init__",
           [](LayerPlan* self, const std::vector<int64_t>& in,
              const std::vector<LayerStage>& stages, int threads) {
             new (self) LayerPlan(tensor_shape(in), stages, LayerOptions{.threads = threads});
           })
      .def("run", &run)
      .def("explain", &LayerPlan::explain)
      .def_prop_ro("out_shape", [](const LayerPlan& p) { return shape_of(p.out_shape()); })
      .def_prop_ro("scratch_bytes", &LayerPlan::scratch_bytes);
  nb::class_<LayerGradient>(m, "LayerGradient", "Gradients of a chain of stages, for one shape.")
      .def("__init__",
           [](LayerGradient* self, const std::vector<int64_t>& in,
              const std::vector<LayerStage>& stages, int threads) {
             new (self) LayerGradient(tensor_shape(in), stages, LayerOptions{.threads = threads});
           })
      .def("run", &run_gradient)
      .def_prop_ro("out_shape", [](const LayerGradient& g) { return shape_of(g.out_shape()); })
      .def_prop_ro("scratch_bytes", &LayerGradient::scratch_bytes);
}

}  // namespace sepconv::python
