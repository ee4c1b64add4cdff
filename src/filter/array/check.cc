// Shapes and options; the memory that arrays span, and whether it is theirs alone.
#include "filter/array/check.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/check.h"

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

struct Span {
  uintptr_t first = 0;
  uintptr_t last = 0;  // one beyond
};

Span span_of(const ConstArrayRef& array) {
  int64_t lowest = 0, highest = 0;
  for (size_t a = 0; a < array.shape.size(); ++a) {
    const int64_t reach = (array.shape[a] - 1) * array.strides[a];
    (reach < 0 ? lowest : highest) += reach;
  }
  const auto at = reinterpret_cast<uintptr_t>(array.data);
  const int64_t bytes = sample_bytes(array.type);
  return {at + lowest * bytes, at + (highest + 1) * bytes};
}

// Sorted by stride, every axis steps over all that the smaller ones span: no sample is met twice.
bool has_distinct_samples(const ConstArrayRef& array) {
  std::vector<std::pair<int64_t, int64_t>> axes;  // stride, size
  for (size_t a = 0; a < array.shape.size(); ++a) {
    if (array.shape[a] > 1) axes.push_back({std::abs(array.strides[a]), array.shape[a]});
  }
  std::sort(axes.begin(), axes.end());
  int64_t spanned = 1;
  for (const auto& [stride, size] : axes) {
    if (stride < spanned) return false;
    spanned += (size - 1) * stride;
  }
  return true;
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
  require(threads >= 1 && threads <= 1024, "filter: threads is {}; expected 1 to 1024", threads);
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
  const Span a = span_of(array), b = span_of(out);
  require(a.last <= b.first || b.last <= a.first,
          "filter: out overlaps {}; expected separate memory", which);
}

void check_no_overlap(const ConstArrayRef& in, const ConstArrayRef& out, bool in_place) {
  require(has_distinct_samples(out), "filter: samples of out share memory (strides {})",
          fmt::join(out.strides, ", "));
  const bool is_same = in.data == out.data && in.strides == out.strides;
  if (!in_place || !is_same) check_apart(in, "in", out);
}

}  // namespace sepconv
