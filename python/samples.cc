// Words of Python as values of C++, and arrays as references: used by every binding.
#include "samples.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>

#include "sepconv/error.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

constexpr std::array kTypes = {SampleType::u8,  SampleType::u16, SampleType::i16,
                               SampleType::i32, SampleType::f32, SampleType::f64};
constexpr std::array kBorders = {Border::zero,      Border::constant,   Border::replicate,
                                 Border::symmetric, Border::reflect101, Border::wrap};

template <class Array>
SampleType type_of(const Array& array) {
  for (const SampleType type : kTypes) {
    const bool is_same = visit_type(
        type, [&]<class T>(std::type_identity<T>) { return array.dtype() == nb::dtype<T>(); });
    if (is_same) return type;
  }
  throw InvalidArgument("filter: an array of a type that is not filtered");
}

template <class Array>
std::vector<int64_t> shape_of(const Array& array) {
  return {array.shape_ptr(), array.shape_ptr() + array.ndim()};
}

template <class Array>
std::vector<int64_t> strides_of(const Array& array) {
  return {array.stride_ptr(), array.stride_ptr() + array.ndim()};
}

}  // namespace

SampleType sample_type_named(const std::string& type) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](SampleType t) { return name(t) == type; });
  if (found == kTypes.end()) throw InvalidArgument("filter: no sample type is called " + type);
  return *found;
}

Border border_named(const std::string& border) {
  std::string names;
  for (const Border known : kBorders) {
    if (name(known) == border) return known;
    names += (names.empty() ? "" : ", ") + std::string(name(known));
  }
  throw InvalidArgument("filter: border is '" + border + "'; expected one of " + names);
}

Method method_named(const std::string& method) {
  std::string names;
  // name() knows every method and has "?" for the number after the last.
  for (int i = 0;; ++i) {
    const std::string known = name(static_cast<Method>(i));
    if (known == "?") break;
    if (known == method) return static_cast<Method>(i);
    names += (names.empty() ? "" : ", ") + known;
  }
  throw InvalidArgument("filter: method is '" + method + "'; expected one of " + names);
}

ConstArrayRef in_ref(const InArray& array) {
  return {array.data(), type_of(array), shape_of(array), strides_of(array)};
}

ArrayRef out_ref(const OutArray& array) {
  return {array.data(), type_of(array), shape_of(array), strides_of(array)};
}

NumpyReals to_numpy(const std::vector<double>& values, const std::vector<int64_t>& shape) {
  const std::vector<size_t> sizes(shape.begin(), shape.end());
  auto* owned = new std::vector<double>(values);
  nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
  return NumpyReals(owned->data(), sizes.size(), sizes.data(), owner);
}

Integers to_tuple(const std::vector<int64_t>& values) {
  return Integers(nb::tuple(nb::cast(values)));
}

}  // namespace sepconv::python
