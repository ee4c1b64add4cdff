// Shapes, options, and arrays that are not what a plan is for.
#include "filter/array/check.h"

#include <fmt/ranges.h>

#include <cmath>

#include "base/check.h"
#include "base/lattice.h"

namespace sepconv {
namespace {

std::vector<int64_t> packed_strides(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (size_t a = shape.size(); a-- > 0;) {
    strides[a] = stride;
    stride *= shape[a];
  }
  return strides;
}

SampleLattice lattice_of(const ConstArrayRef& array) {
  SampleLattice lattice{reinterpret_cast<uintptr_t>(array.data), sample_bytes(array.type)};
  for (size_t a = 0; a < array.shape.size(); ++a) {
    lattice.add_axis(array.shape[a], array.strides[a]);
  }
  return lattice;
}

}  // namespace

ConstArrayRef ConstArrayRef::packed(const void* data, SampleType type, std::vector<int64_t> shape) {
  std::vector<int64_t> strides = packed_strides(shape);
  return {data, type, std::move(shape), std::move(strides)};
}

ArrayRef ArrayRef::packed(void* data, SampleType type, std::vector<int64_t> shape) {
  std::vector<int64_t> strides = packed_strides(shape);
  return {data, type, std::move(shape), std::move(strides)};
}

void check_shape(const std::vector<int64_t>& shape) {
  require(!shape.empty() && shape.size() <= kMaxAxes,
          "filter: an array of {} axes; expected 1 to {}", shape.size(), kMaxAxes);
  int64_t samples = 8;  // bytes of the widest
  for (size_t a = 0; a < shape.size(); ++a) {
    require(shape[a] >= 1, "filter: axis {} has size {}; expected 1 or more", a, shape[a]);
    samples = checked_multiply(samples, shape[a], "filter: array size");
  }
}

int64_t sample_count(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return count;
}

void check_result(double scale, double offset, int threads) {
  require(std::isfinite(scale), "filter: scale is {}; expected a finite number", scale);
  require(std::isfinite(offset), "filter: offset is {}; expected a finite number", offset);
  check_threads(threads, "filter");
}

void check_options(const ArrayOptions& options) {
  require(std::isfinite(options.divisor) && options.divisor != 0,
          "filter: divisor is {}; expected a finite number, not 0", options.divisor);
  check_result(options.scale, options.offset, options.threads);
}

void check_array(const ConstArrayRef& array, const char* which, const std::vector<int64_t>& shape,
                 SampleType type) {
  require(array.data != nullptr, "filter: {} has no data", which);
  require(array.shape == shape, "filter: {} has shape ({}); the plan is for ({})", which,
          fmt::join(array.shape, ", "), fmt::join(shape, ", "));
  require(array.type == type, "filter: {} is {}; the plan is for {}", which, name(array.type),
          name(type));
  require(array.strides.size() == shape.size(), "filter: {} has {} strides; expected {}", which,
          array.strides.size(), shape.size());
}

void check_apart(const ConstArrayRef& array, const char* which, const ConstArrayRef& out) {
  require(are_apart(lattice_of(array), lattice_of(out)),
          "filter: out overlaps {}; expected separate memory", which);
}

void check_no_overlap(const ConstArrayRef& in, const ConstArrayRef& out, bool in_place) {
  require(has_distinct_samples(lattice_of(out)), "filter: samples of out share memory (strides {})",
          fmt::join(out.strides, ", "));
  const bool is_same = in.data == out.data && in.strides == out.strides;
  if (!in_place || !is_same) check_apart(in, "in", out);
}

}  // namespace sepconv
