// The extension module sepconv_ext; the package sepconv wraps it.
#include <nanobind/nanobind.h>

#include "bindings.h"
#include "sepconv/error.h"

namespace nb = nanobind;

NB_MODULE(sepconv_ext, m) {
  m.doc() = "The C++ of sepconv. Use the package sepconv.";
  nb::exception<sepconv::InvalidArgument>(m, "InvalidArgument", PyExc_ValueError);
  const auto format_error = nb::exception<sepconv::FormatError>(m, "FormatError", PyExc_ValueError);
  nb::exception<sepconv::ModelError>(m, "ModelError", format_error.ptr());
  sepconv::python::bind_kernel(m);
  sepconv::python::bind_separation(m);
  sepconv::python::bind_explanation(m);
  sepconv::python::bind_array(m);
  sepconv::python::bind_correlation(m);
  sepconv::python::bind_filter(m);
  sepconv::python::bind_gaussian(m);
  sepconv::python::bind_layer(m);
  sepconv::python::bind_network(m);
  sepconv::python::bind_photo(m);
}
