// Python names of sepconv/explanation.h: the text that Plan.explain() gives.
#include <nanobind/stl/string.h>

#include "bindings.h"
#include "sepconv/explanation.h"

namespace nb = nanobind;

namespace sepconv::python {

void bind_explanation(nb::module_& m) {
  nb::class_<Explanation>(m, "Explanation", "What a plan chose and rejected; str() is readable.")
      .def("__str__", &Explanation::to_text)
      .def("__repr__", &Explanation::to_text)
      .def("json", &Explanation::to_json, "All of it as JSON text.");
}

}  // namespace sepconv::python
