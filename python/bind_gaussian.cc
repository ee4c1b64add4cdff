// Python names of sepconv/gaussian_filter.h: the plan that filters a Gaussian along each axis.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/error.h"
#include "sepconv/gaussian_filter.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

struct GaussianFactor {
  int axis = 0;
  double sigma = 1;
  int order = 0;
};

struct GaussianRequest {
  std::vector<int64_t> shape;
  std::string in_type;
  std::string out_type;
  std::vector<GaussianFactor> factors;
  std::string border;
  double border_value = 0;
  double truncate = 4;
  double max_error = 0;
  std::string method;
  int threads = 1;
};

GaussianMethod method_named(const std::string& method) {
  std::string names;
  for (const GaussianMethod known :
       {GaussianMethod::automatic, GaussianMethod::fir, GaussianMethod::recursive}) {
    if (name(known) == method) return known;
    names += (names.empty() ? "" : ", ") + std::string(name(known));
  }
  throw InvalidArgument("gaussian: method is '" + method + "'; expected one of " + names);
}

GaussianPlan make_plan(const GaussianRequest& request) {
  std::vector<GaussianAxis> axes;
  for (const GaussianFactor& factor : request.factors) {
    axes.push_back({factor.axis, factor.sigma, factor.order, border_named(request.border),
                    request.border_value});
  }
  GaussianOptions options;
  options.truncate = request.truncate;
  options.max_error = request.max_error;
  options.method = method_named(request.method);
  options.threads = request.threads;
  return GaussianPlan(request.shape, sample_type_named(request.in_type),
                      sample_type_named(request.out_type), std::move(axes), options);
}

void run(const GaussianPlan& plan, const InArray& in, const OutArray& out) {
  const ConstArrayRef from = in_ref(in);
  const ArrayRef to = out_ref(out);
  nb::gil_scoped_release release;
  plan.run(from, to);
}

std::vector<std::string> method_names(const GaussianPlan& plan) {
  std::vector<std::string> names;
  for (const GaussianMethod method : plan.methods()) names.push_back(name(method));
  return names;
}

}  // namespace

void bind_gaussian(nb::module_& m) {
  nb::class_<GaussianFactor>(m, "GaussianFactor", "A Gaussian along one axis.")
      .def(nb::init<int, double, int>());
  nb::class_<GaussianRequest>(m, "GaussianRequest", "What a GaussianPlan is made from.")
      .def(nb::init<>())
      .def_rw("shape", &GaussianRequest::shape)
      .def_rw("in_type", &GaussianRequest::in_type)
      .def_rw("out_type", &GaussianRequest::out_type)
      .def_rw("factors", &GaussianRequest::factors)
      .def_rw("border", &GaussianRequest::border)
      .def_rw("border_value", &GaussianRequest::border_value)
      .def_rw("truncate", &GaussianRequest::truncate)
      .def_rw("max_error", &GaussianRequest::max_error)
      .def_rw("method", &GaussianRequest::method)
      .def_rw("threads", &GaussianRequest::threads);
  nb::class_<GaussianPlan>(m, "GaussianPlan", "Filters arrays, a Gaussian along each axis.")
      .def("__init__", [](GaussianPlan* self,
                          const GaussianRequest& r) { new (self) GaussianPlan(make_plan(r)); })
      .def("run", &run)
      .def("explain", &GaussianPlan::explain)
      .def_prop_ro("methods", &method_names)
      .def_prop_ro("scratch_bytes", &GaussianPlan::scratch_bytes)
      .def("error_bound", &GaussianPlan::error_bound);
}

}  // namespace sepconv::python
