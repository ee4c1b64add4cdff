// Python names of sepconv/array.h: the plan that filters one factor an axis.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/array.h"
#include "sepconv/error.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

struct Factor {
  int axis = 0;
  std::vector<double> taps;
  int64_t anchor = 0;
  std::string border = {};  // empty: the request's, with its border_value
  double border_value = 0;
};

struct ArrayRequest {
  std::vector<int64_t> shape;
  std::string in_type;
  std::string out_type;
  std::vector<Factor> factors;
  std::string border;
  double border_value = 0;
  double divisor = 1;
  double scale = 1;
  double offset = 0;
  bool truncate = false;
  bool in_double = false;
  int threads = 1;
  std::string missing = "none";
  double min_weight = 0;
  std::optional<double> fill = std::nullopt;
};

Missing missing_named(const std::string& missing) {
  if (missing == "none") return Missing::none;
  if (missing == "masked") return Missing::masked;
  if (missing == "nan") return Missing::nan;
  throw InvalidArgument("filter: missing is '" + missing + "'; expected none, masked or nan");
}

ArrayPlan make_plan(const ArrayRequest& request) {
  std::vector<AxisFilter> filters;
  for (const Factor& factor : request.factors) {
    const bool has_border = !factor.border.empty();
    filters.push_back({factor.axis, factor.taps, factor.anchor,
                       border_named(has_border ? factor.border : request.border),
                       has_border ? factor.border_value : request.border_value});
  }
  ArrayOptions options;
  options.divisor = request.divisor;
  options.scale = request.scale;
  options.offset = request.offset;
  options.rounding = request.truncate ? Rounding::truncate : Rounding::nearest;
  options.in_double = request.in_double;
  options.threads = request.threads;
  options.missing = missing_named(request.missing);
  options.min_weight = request.min_weight;
  options.fill = request.fill;
  return ArrayPlan(request.shape, sample_type_named(request.in_type),
                   sample_type_named(request.out_type), std::move(filters), options);
}

void run(const ArrayPlan& plan, const InArray& in, const OutArray& out) {
  const ConstArrayRef from = in_ref(in);
  const ArrayRef to = out_ref(out);
  nb::gil_scoped_release release;
  plan.run(from, to);
}

void run_masked(const ArrayPlan& plan, const InArray& in, const InArray& mask,
                const OutArray& out) {
  const ConstArrayRef from = in_ref(in), valid = in_ref(mask);
  const ArrayRef to = out_ref(out);
  nb::gil_scoped_release release;
  plan.run(from, valid, to);
}

}  // namespace

void bind_array(nb::module_& m) {
  nb::class_<Factor>(m, "Factor", "The taps of one axis.")
      .def(nb::init<int, std::vector<double>, int64_t>())
      .def(nb::init<int, std::vector<double>, int64_t, std::string, double>());
  nb::class_<ArrayRequest>(m, "ArrayRequest", "What an ArrayPlan is made from.")
      .def(nb::init<>())
      .def_rw("shape", &ArrayRequest::shape)
      .def_rw("in_type", &ArrayRequest::in_type)
      .def_rw("out_type", &ArrayRequest::out_type)
      .def_rw("factors", &ArrayRequest::factors)
      .def_rw("border", &ArrayRequest::border)
      .def_rw("border_value", &ArrayRequest::border_value)
      .def_rw("divisor", &ArrayRequest::divisor)
      .def_rw("scale", &ArrayRequest::scale)
      .def_rw("offset", &ArrayRequest::offset)
      .def_rw("truncate", &ArrayRequest::truncate)
      .def_rw("in_double", &ArrayRequest::in_double)
      .def_rw("threads", &ArrayRequest::threads)
      .def_rw("missing", &ArrayRequest::missing)
      .def_rw("min_weight", &ArrayRequest::min_weight)
      .def_rw("fill", &ArrayRequest::fill);
  nb::class_<ArrayPlan>(m, "ArrayPlan", "Filters arrays, one factor an axis.")
      .def("__init__",
           [](ArrayPlan* self, const ArrayRequest& r) { new (self) ArrayPlan(make_plan(r)); })
      .def("run", &run)
      .def("run_masked", &run_masked)
      .def("explain", &ArrayPlan::explain)
      .def_prop_ro("allows_in_place", &ArrayPlan::allows_in_place)
      .def_prop_ro("scratch_bytes", &ArrayPlan::scratch_bytes)
      .def("error_bound", &ArrayPlan::error_bound);
}

}  // namespace sepconv::python
