// Words of Python as values of C++, and arrays as references: what several bindings share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <string>
#include <vector>

#include "sepconv/array.h"
#include "sepconv/filter.h"
#include "sepconv/image.h"

namespace sepconv::python {

/// Any array in memory of this process; a const one may be read-only.
using InArray = nanobind::ndarray<nanobind::ro, nanobind::device::cpu>;
using OutArray = nanobind::ndarray<nanobind::device::cpu>;

/// The type called "u8", "u16", "i16", "i32", "f32" or "f64".
/// errors     InvalidArgument: another name
SampleType sample_type_named(const std::string& type);

/// errors     InvalidArgument: not the name of a border; the message lists them
Border border_named(const std::string& border);

/// errors     InvalidArgument: not the name of a method; the message lists them
Method method_named(const std::string& method);

ConstArrayRef in_ref(const InArray& array);
ArrayRef out_ref(const OutArray& array);

/// What Python sees of results: arrays of float64, and shapes as tuples of int.
using NumpyReals = nanobind::ndarray<nanobind::numpy, double>;
using Integers = nanobind::typed<nanobind::tuple, int64_t, nanobind::ellipsis>;

/// A new array that owns a copy of values, with the given shape. A property that gives one needs
/// nanobind::rv_policy::move, since the memory is not its object's.
NumpyReals to_numpy(const std::vector<double>& values, const std::vector<int64_t>& shape);

Integers to_tuple(const std::vector<int64_t>& values);

}  // namespace sepconv::python
