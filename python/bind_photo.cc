// Python names of sepconv/photo.h: photographs as inputs of networks.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "bindings.h"
#include "sepconv/photo.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

using Photo = nb::ndarray<nb::ro, nb::c_contig, nb::ndim<3>, nb::device::cpu>;
using Input = nb::ndarray<nb::numpy, float, nb::ndim<4>>;

ConstImageRef photo_ref(const Photo& photo) {
  const bool is_wide = photo.dtype() == nb::dtype<uint16_t>();
  if (!is_wide && photo.dtype() != nb::dtype<uint8_t>()) {
    throw InvalidArgument("photo_input: the photograph's type; expected uint8 or uint16");
  }
  const ImageShape shape{static_cast<int64_t>(photo.shape(1)), static_cast<int64_t>(photo.shape(0)),
                         static_cast<int>(photo.shape(2))};
  return {photo.data(), is_wide ? SampleType::u16 : SampleType::u8, shape,
          static_cast<ptrdiff_t>(shape.width * shape.channels)};
}

Input to_input(NdArray array) {
  auto* kept = new NdArray(std::move(array));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<NdArray*>(p); });
  std::array<size_t, 4> shape{};
  std::copy_n(kept->shape().begin(), 4, shape.begin());
  return Input(kept->data(), 4, shape.data(), owner);
}

}  // namespace

void bind_photo(nb::module_& m) {
  nb::class_<PhotoOptions>(m, "PhotoOptions", "How a photograph becomes an input.")
      .def_rw("part", &PhotoOptions::part)
      .def_rw("cubic", &PhotoOptions::cubic)
      .def_rw("mean", &PhotoOptions::mean)
      .def_rw("deviation", &PhotoOptions::deviation);
  m.def("photo_options", &photo_options);
  m.def("photo_input",
        [](const Photo& photo, const std::vector<int64_t>& shape, const PhotoOptions& options) {
          return to_input(photo_input(photo_ref(photo), shape, options));
        });
}

}  // namespace sepconv::python
