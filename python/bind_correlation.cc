// Python names of sepconv/correlation.h: the plan that sums a dense kernel tap by tap.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/correlation.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

struct CorrelationAxis {
  int axis = 0;
  int64_t anchor = -1;  // -1: the kernel's, the middle one unless set
  std::string border;
  double border_value = 0;
};

struct CorrelationRequest {
  std::vector<int64_t> shape;
  std::string in_type;
  std::string out_type;
  std::vector<double> taps;
  std::vector<int64_t> taps_shape;
  std::vector<CorrelationAxis> axes;
  bool in_pairs = false;
  double scale = 1;
  double offset = 0;
  bool truncate = false;
  bool in_double = false;
  int threads = 1;
};

// The kernel with the anchors of the request's axes.
PlacedKernel place(const CorrelationRequest& request, Kernel kernel) {
  std::vector<int64_t> anchor = kernel.anchor();
  PlacedKernel placed{std::move(kernel), {}, TapOrder::as_given};
  if (request.in_pairs) placed.order = TapOrder::in_pairs;
  for (size_t k = 0; k < request.axes.size(); ++k) {
    const CorrelationAxis& axis = request.axes[k];
    placed.axes.push_back({axis.axis, border_named(axis.border), axis.border_value});
    if (k < anchor.size() && axis.anchor != -1) anchor[k] = axis.anchor;
  }
  placed.kernel = placed.kernel.with_anchor(std::move(anchor));
  return placed;
}

CorrelationPlan make_plan(const CorrelationRequest& request, Kernel kernel) {
  ArrayOptions options;
  options.scale = request.scale;
  options.offset = request.offset;
  options.rounding = request.truncate ? Rounding::truncate : Rounding::nearest;
  options.in_double = request.in_double;
  options.threads = request.threads;
  return CorrelationPlan(request.shape, sample_type_named(request.in_type),
                         sample_type_named(request.out_type), place(request, std::move(kernel)),
                         options);
}

void run(const CorrelationPlan& plan, const InArray& in, const OutArray& out) {
  const ConstArrayRef from = in_ref(in);
  const ArrayRef to = out_ref(out);
  nb::gil_scoped_release release;
  plan.run(from, to);
}

void bind_request(nb::module_& m) {
  nb::class_<CorrelationAxis>(m, "CorrelationAxis", "The axis that one of a kernel runs along.")
      .def(nb::init<int, int64_t, std::string, double>());
  nb::class_<CorrelationRequest>(m, "CorrelationRequest", "What a CorrelationPlan is made from.")
      .def(nb::init<>())
      .def_rw("shape", &CorrelationRequest::shape)
      .def_rw("in_type", &CorrelationRequest::in_type)
      .def_rw("out_type", &CorrelationRequest::out_type)
      .def_rw("taps", &CorrelationRequest::taps)
      .def_rw("taps_shape", &CorrelationRequest::taps_shape)
      .def_rw("axes", &CorrelationRequest::axes)
      .def_rw("in_pairs", &CorrelationRequest::in_pairs)
      .def_rw("scale", &CorrelationRequest::scale)
      .def_rw("offset", &CorrelationRequest::offset)
      .def_rw("truncate", &CorrelationRequest::truncate)
      .def_rw("in_double", &CorrelationRequest::in_double)
      .def_rw("threads", &CorrelationRequest::threads);
}

}  // namespace

void bind_correlation(nb::module_& m) {
  bind_request(m);
  nb::class_<CorrelationPlan>(m, "CorrelationPlan", "Correlates arrays with a kernel, tap by tap.")
      .def("__init__",
           [](CorrelationPlan* self, const CorrelationRequest& r) {
             new (self) CorrelationPlan(make_plan(r, Kernel(r.taps_shape, r.taps)));
           })
      .def("__init__",
           [](CorrelationPlan* self, const CorrelationRequest& r, const Kernel& kernel) {
             new (self) CorrelationPlan(make_plan(r, kernel));
           })
      .def("run", &run)
      .def("explain", &CorrelationPlan::explain)
      .def_prop_ro("scratch_bytes", &CorrelationPlan::scratch_bytes)
      .def("error_bound", &CorrelationPlan::error_bound, nb::arg("largest_float") = 1.0);
}

}  // namespace sepconv::python
