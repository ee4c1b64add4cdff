// Python names of sepconv/kernel.h: Kernel and what makes kernels.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/kernel.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

using RealTaps = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using WholeTaps = nb::ndarray<const int64_t, nb::c_contig, nb::device::cpu>;

template <class Array>
std::vector<int64_t> shape_of(const Array& array) {
  return {array.shape_ptr(), array.shape_ptr() + array.ndim()};
}

Kernel from_reals(const RealTaps& taps) {
  return Kernel(shape_of(taps), {taps.data(), taps.data() + taps.size()});
}

Kernel from_integers(const WholeTaps& taps, int64_t divisor) {
  return Kernel::from_integers(shape_of(taps), {taps.data(), taps.data() + taps.size()}, divisor);
}

Axis axis_named(const std::string& axis) { return axis == "x" ? Axis::x : Axis::y; }

void bind_factories(nb::module_& m) {
  m.def("kernel_from_reals", &from_reals);
  m.def("kernel_from_integers", &from_integers);
  m.def("gaussian", nb::overload_cast<double, double, double>(&gaussian));
  m.def("box", &box);
  m.def("binomial", &binomial);
  m.def("sobel", [](const std::string& axis) { return sobel(axis_named(axis)); });
  m.def("scharr", [](const std::string& axis) { return scharr(axis_named(axis)); });
  m.def("prewitt", [](const std::string& axis) { return prewitt(axis_named(axis)); });
  m.def("laplacian", &laplacian);
  m.def("disk", &disk);
  m.def("parse", [](const std::string& spec) { return parse_kernel(spec); });
  m.def("read_kernel", &read_kernel);
}

}  // namespace

void bind_kernel(nb::module_& m) {
  nb::class_<Kernel>(m, "CoreKernel", "The C++ kernel that sepconv.Kernel holds.")
      .def_prop_ro(
          "taps", [](const Kernel& k) { return to_numpy(k.taps(), k.shape()); },
          nb::rv_policy::move)
      .def_prop_ro("shape", [](const Kernel& k) { return to_tuple(k.shape()); })
      .def_prop_ro("anchor", [](const Kernel& k) { return to_tuple(k.anchor()); })
      .def_prop_ro("is_integer", &Kernel::is_integer)
      .def_prop_ro("divisor", &Kernel::divisor)
      .def("with_anchor", &Kernel::with_anchor)
      .def("flipped", &Kernel::flipped);
  bind_factories(m);
}

}  // namespace sepconv::python
