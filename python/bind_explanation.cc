// Python names of sepconv/explanation.h: the text that Plan.explain() gives.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "bindings.h"
#include "sepconv/explanation.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

// Plans that run one after the other as one way to run a filter: the first one's words, all stages.
Explanation explain_passes(const std::vector<Explanation>& passes, const std::string& summary,
                           const std::string& reason, double error_bound) {
  Explanation whole = passes.front();
  MethodReport& method = whole.methods.front();
  for (auto pass = passes.begin() + 1; pass != passes.end(); ++pass) {
    const MethodReport& chosen = pass->methods.front();
    const std::vector<CostStage>& stages = chosen.cost.stages;
    method.cost.stages.insert(method.cost.stages.end(), stages.begin(), stages.end());
    method.predicted_seconds += chosen.predicted_seconds;
    whole.scratch_bytes = std::max(whole.scratch_bytes, pass->scratch_bytes);
  }
  whole.summary = summary;
  method.reason = reason;
  method.error_bound = error_bound;
  return whole;
}

}  // namespace

void bind_explanation(nb::module_& m) {
  nb::class_<Explanation>(m, "Explanation", "What a plan chose and rejected; str() is readable.")
      .def("__str__", &Explanation::to_text)
      .def("__repr__", &Explanation::to_text)
      .def("json", &Explanation::to_json, "All of it as JSON text.");
  m.def("explain_passes", &explain_passes);
}

}  // namespace sepconv::python
