// Python names of sepconv/separation.h: separate() and its result.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/separation.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

using Factors = nb::typed<nb::tuple, NumpyReals, nb::ellipsis>;
using Terms = nb::typed<nb::list, Factors>;

Factors factors_of(const SeparableTerm& term) {
  nb::list factors;
  for (const std::vector<double>& factor : term.factors) {
    factors.append(to_numpy(factor, {static_cast<int64_t>(factor.size())}));
  }
  return Factors(nb::tuple(factors));
}

Terms terms_of(const Separation& separation) {
  Terms terms;
  for (const SeparableTerm& term : separation.terms) terms.append(factors_of(term));
  return terms;
}

}  // namespace

void bind_separation(nb::module_& m) {
  nb::class_<Separation>(m, "SeparationResult", R"(A kernel as a sum of outer products.

The kernel is the sum over `terms` of the outer product of their factors, divided by
`divisor`, within `residual_l1`.)")
      .def_prop_ro("terms", &terms_of, "One tuple of 1-D arrays a term, one an axis, rows last.")
      .def_ro("rank", &Separation::rank, "The fewest terms that give the kernel.")
      .def_ro("exact", &Separation::exact, "True where nothing was approximated.")
      .def_ro("integer", &Separation::integer, "True where every factor is whole.")
      .def_ro("divisor", &Separation::divisor, "What the sum of the terms is divided by.")
      .def_ro("residual_l1", &Separation::residual_l1,
              "The largest error of an output for inputs of magnitude 1.")
      .def_ro("residual_frobenius", &Separation::residual_frobenius,
              "The root of the sum of squared errors of the taps.")
      .def_ro("spectrum", &Separation::spectrum, "Singular values, largest first.")
      .def_prop_ro(
          "shape", [](const Separation& s) { return to_tuple(s.shape); },
          "Of the kernel, rows last.")
      .def(
          "reconstruct", [](const Separation& s) { return to_numpy(s.reconstruct(), s.shape); },
          "The dense kernel that the terms give, as an array.")
      .def(
          "json", [](const Separation& s) { return to_json(s); }, "All of it as JSON text.")
      .def("__repr__", [](const Separation& s) { return to_text(s); });

  m.def("separate", [](const Kernel& kernel, double max_error, std::optional<int> rank) {
    SeparateOptions options;
    options.max_error = max_error;
    options.rank = rank;
    nb::gil_scoped_release release;
    return separate(kernel, options);
  });
}

}  // namespace sepconv::python
