// One function a public header, each adding its names to the module; module.cc calls them.
#pragma once

#include <nanobind/nanobind.h>

namespace sepconv::python {

void bind_kernel(nanobind::module_& m);
void bind_separation(nanobind::module_& m);
void bind_explanation(nanobind::module_& m);
void bind_array(nanobind::module_& m);
void bind_correlation(nanobind::module_& m);
void bind_filter(nanobind::module_& m);
void bind_gaussian(nanobind::module_& m);
void bind_layer(nanobind::module_& m);
void bind_network(nanobind::module_& m);
void bind_photo(nanobind::module_& m);

}  // namespace sepconv::python
