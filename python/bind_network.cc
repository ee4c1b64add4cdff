// Python names of sepconv/network.h: networks, run on arrays by name.
#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <utility>

#include "bindings.h"
#include "samples.h"
#include "sepconv/error.h"
#include "sepconv/network.h"
#include "sepconv/operators.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

using NetworkInput = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using NetworkOutput = nb::ndarray<nb::numpy>;

// Numpy's types for those of networks.
const std::array<std::pair<nb::dlpack::dtype, ElementType>, 7> kTypes = {{
    {nb::dtype<float>(), ElementType::f32},
    {nb::dtype<double>(), ElementType::f64},
    {nb::dtype<int64_t>(), ElementType::i64},
    {nb::dtype<int32_t>(), ElementType::i32},
    {nb::dtype<int8_t>(), ElementType::i8},
    {nb::dtype<uint8_t>(), ElementType::u8},
    {nb::dtype<bool>(), ElementType::boolean},
}};

ConstNdRef network_ref(const NetworkInput& array) {
  for (const auto& [dtype, type] : kTypes) {
    if (array.dtype() != dtype) continue;
    ConstNdRef ref{array.data(), type, {}};
    for (size_t axis = 0; axis < array.ndim(); ++axis) {
      ref.shape.push_back(static_cast<int64_t>(array.shape(axis)));
    }
    return ref;
  }
  throw InvalidArgument("network: an input is of a type that networks do not have");
}

NetworkOutput to_numpy(NdArray array) {
  const std::vector<size_t> shape(array.shape().begin(), array.shape().end());
  nb::dlpack::dtype dtype;
  for (const auto& [known, type] : kTypes) {
    if (type == array.type()) dtype = known;
  }
  auto* kept = new NdArray(std::move(array));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<NdArray*>(p); });
  return NetworkOutput(kept->data(), shape.size(), shape.data(), owner, nullptr, dtype);
}

std::map<std::string, ConstNdRef> network_refs(const std::map<std::string, NetworkInput>& inputs) {
  std::map<std::string, ConstNdRef> refs;
  for (const auto& [name, array] : inputs) refs[name] = network_ref(array);
  return refs;
}

std::vector<NetworkOutput> run(const Network& network, const std::vector<std::string>& names,
                               const std::map<std::string, NetworkInput>& inputs) {
  const std::map<std::string, ConstNdRef> refs = network_refs(inputs);
  std::vector<NdArray> made;
  {
    nb::gil_scoped_release release;
    made = network.run(names, refs);
  }
  std::vector<NetworkOutput> outputs;
  for (NdArray& array : made) outputs.push_back(to_numpy(std::move(array)));
  return outputs;
}

}  // namespace

void bind_network(nb::module_& m) {
  nb::class_<NetworkValue>(m, "NetworkValue", "An input or output of a network.")
      .def_ro("name", &NetworkValue::name)
      .def_prop_ro("type", [](const NetworkValue& v) { return std::string(name(v.type)); })
      .def_prop_ro("has_shape", [](const NetworkValue& v) { return v.has_shape; })
      .def_prop_ro("sizes", [](const NetworkValue& v) { return to_tuple(v.shape); });
  nb::class_<Network>(m, "Network", "A network read from an ONNX file.")
      .def("__init__",
           [](Network* self, const std::string& path, int threads) {
             nb::gil_scoped_release release;
             new (self) Network(path, NetworkOptions{.threads = threads});
           })
      .def_static("from_bytes",
                  [](const nb::bytes& model, const std::string& folder, int threads) {
                    return Network({model.c_str(), model.size()}, folder,
                                   NetworkOptions{.threads = threads});
                  })
      .def("run", &run)
      .def("profile",
           [](const Network& network, const std::map<std::string, NetworkInput>& inputs, int runs) {
             const std::map<std::string, ConstNdRef> refs = network_refs(inputs);
             nb::gil_scoped_release release;
             return network.profile(refs, runs).to_text();
           })
      .def("explain",
           [](const Network& network, const std::map<std::string, NdShape>& shapes, int runs) {
             nb::gil_scoped_release release;
             const std::map<std::string, NdArray> inputs = network.example_inputs(shapes);
             return network.profile({inputs.begin(), inputs.end()}, runs).to_text();
           })
      .def_prop_ro("inputs", &Network::inputs)
      .def_prop_ro("outputs", &Network::outputs);
  m.def("known_operators", &known_operators);
}

}  // namespace sepconv::python
