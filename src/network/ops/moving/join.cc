// Arrays put side by side, and taken apart again.
#include <algorithm>
#include <cstring>

#include "network/ops/moving/families.h"

namespace sepconv::network {
namespace {

// Bytes of a part along an axis, and how often such a part comes.
struct Rows {
  int64_t count = 1;
  std::vector<int64_t> bytes;  // of each part in a row
};

// The axis as it lies in memory.
Rows rows_of(const Spec& whole, size_t axis, const std::vector<int64_t>& sizes) {
  static constexpr size_t kPlaces[] = {0, 3, 1, 2};  // of axes of maps with their channels last
  NdShape shape = whole.shape;
  if (whole.layout == Layout::channels_last) {
    shape = {shape[0], shape[2], shape[3], shape[1]};
    axis = kPlaces[axis];
  }
  Rows rows;
  for (size_t i = 0; i < axis; ++i) rows.count *= shape[i];
  int64_t inner = size_of(whole.type);
  for (size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
  for (const int64_t size : sizes) rows.bytes.push_back(size * inner);
  return rows;
}

std::vector<int64_t> split_sizes(const Request& request, int64_t size) {
  std::vector<int64_t> sizes = request.integers(1, "split");
  const int64_t parts = request.integer("num_outputs", request.output_count());
  require(parts == static_cast<int64_t>(request.output_count()) && parts > 0,
          "num_outputs is {}; expected {}", parts, request.output_count());
  if (sizes.empty()) {
    const int64_t each = (size + parts - 1) / parts;
    for (int64_t left = size; std::ssize(sizes) < parts; left -= sizes.back()) {
      sizes.push_back(std::min(each, left));
    }
  }
  int64_t sum = 0;
  for (const int64_t part : sizes) {
    require(part >= 0, "a part of size {}", part);
    sum = checked_add(sum, part, "sizes of parts");
  }
  require(sum == size && std::ssize(sizes) == parts,
          "{} parts of {} elements; expected {} parts of {}", sizes.size(), sum, parts, size);
  return sizes;
}

}  // namespace

Prepared prepare_concat(const Request& request) {
  Spec out = request.spec(0);
  require(request.has("axis"), "axis is missing");
  const size_t axis = axis_of(request.integer("axis", 0), out.shape.size());
  std::vector<int64_t> sizes;
  int64_t sum = 0;
  for (size_t i = 0; i < request.input_count(); ++i) {
    const Spec& part = request.spec(i);
    NdShape expected = out.shape;
    if (part.shape.size() == expected.size()) expected[axis] = part.shape[axis];
    require(part.shape == expected && part.type == out.type && part.layout == out.layout,
            "input {} is {} {}; expected {} {}", i, to_string(part.shape), sepconv::name(part.type),
            to_string(expected), sepconv::name(out.type));
    sizes.push_back(part.shape[axis]);
    sum = checked_add(sum, sizes.back(), "size of the result");
  }
  out.shape[axis] = sum;
  element_count(out.shape);
  return {.out = {out}, .kernel = [rows = rows_of(out, axis, sizes)](const Operands& operands) {
            auto* to = operands.output<std::byte>();
            for (int64_t row = 0; row < rows.count; ++row) {
              for (size_t i = 0; i < rows.bytes.size(); ++i) {
                const int64_t bytes = rows.bytes[i];
                if (bytes > 0) std::memcpy(to, operands.input<std::byte>(i) + row * bytes, bytes);
                to += bytes;
              }
            }
          }};
}

Prepared prepare_split(const Request& request) {
  const Spec& in = request.spec(0);
  const size_t axis = axis_of(request.integer("axis", 0), in.shape.size());
  const std::vector<int64_t> sizes = split_sizes(request, in.shape[axis]);
  Prepared prepared;
  for (const int64_t size : sizes) {
    prepared.out.push_back(in);
    prepared.out.back().shape[axis] = size;
  }
  prepared.kernel = [rows = rows_of(in, axis, sizes)](const Operands& operands) {
    const auto* from = operands.input<std::byte>(0);
    for (int64_t row = 0; row < rows.count; ++row) {
      for (size_t i = 0; i < rows.bytes.size(); ++i) {
        const int64_t bytes = rows.bytes[i];
        if (bytes > 0) std::memcpy(operands.output<std::byte>(i) + row * bytes, from, bytes);
        from += bytes;
      }
    }
  };
  return prepared;
}

}  // namespace sepconv::network
