// Nested lists of numbers, or an object around them, as a kernel.
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/file/formats.h"
#include "kernel/from_values.h"
#include "kernel/spec/words.h"

namespace sepconv::kernels {
namespace {

using nlohmann::json;

constexpr size_t kMaxAxes = 8;
constexpr int64_t kLargestDivisor = int64_t{1} << 53;

// Stops while reading, since a level takes twenty times the byte that opens it. One more than the
// axes, for the object around them.
bool refuse_depth(int depth, json::parse_event_t, json&) {
  expect(depth <= static_cast<int>(kMaxAxes) + 1, "lists more than {} deep", kMaxAxes);
  return true;
}

// The sizes of the first list, its first list, and so on: what all the others must have too.
std::vector<int64_t> shape_of(const json& taps) {
  std::vector<int64_t> shape;
  for (const json* level = &taps; level->is_array(); level = &level->front()) {
    expect(!level->empty(), "an empty list; a kernel has one tap or more");
    expect(shape.size() < kMaxAxes, "lists more than {} deep", kMaxAxes);
    shape.push_back(static_cast<int64_t>(level->size()));
  }
  expect(!shape.empty(), "the taps are no list of numbers");
  return shape;
}

void append_values(const json& level, const std::vector<int64_t>& shape, size_t depth,
                   std::vector<double>& values) {
  if (depth == shape.size()) {
    expect(level.is_number(), "a tap that is {}; expected a number", level.type_name());
    values.push_back(level.get<double>());
    return;
  }
  expect(level.is_array() && static_cast<int64_t>(level.size()) == shape[depth],
         "lists of different lengths; expected {} at depth {}", shape[depth], depth + 1);
  for (const json& next : level) append_values(next, shape, depth + 1, values);
}

int64_t read_whole(const json& value, const char* what, int64_t smallest) {
  expect(value.is_number(), "{} is {}; expected a whole number", what, value.type_name());
  const double number = value.get<double>();
  expect(number >= smallest && number <= kLargestDivisor && number == std::trunc(number),
         "{} is {}; expected a whole number, {} or more", what, number, smallest);
  return static_cast<int64_t>(number);
}

std::vector<int64_t> read_anchor(const json& list) {
  expect(list.is_array(), "anchor is {}; expected a list", list.type_name());
  std::vector<int64_t> anchor;
  for (const json& index : list) anchor.push_back(read_whole(index, "anchor", 0));
  return anchor;
}

void check_keys(const json& object) {
  for (const auto& [key, value] : object.items()) {
    expect(key == "taps" || key == "divisor" || key == "anchor",
           "key '{}'; expected taps, divisor, anchor", shown(key));
  }
  expect(object.contains("taps"), "no key 'taps'");
}

Kernel kernel_from_taps(const json& taps, int64_t divisor) {
  const std::vector<int64_t> shape = shape_of(taps);
  std::vector<double> values;
  append_values(taps, shape, 0, values);
  return kernel_from_values(shape, std::move(values), divisor);
}

}  // namespace

Kernel kernel_from_json(std::string_view text) {
  const json document = json::parse(text, refuse_depth, /*allow_exceptions=*/false);
  expect(!document.is_discarded(), "no valid JSON");
  if (!document.is_object()) return kernel_from_taps(document, 1);
  check_keys(document);
  const int64_t divisor =
      document.contains("divisor") ? read_whole(document["divisor"], "divisor", 1) : 1;
  const Kernel kernel = kernel_from_taps(document["taps"], divisor);
  if (!document.contains("anchor")) return kernel;
  return kernel.with_anchor(read_anchor(document["anchor"]));
}

}  // namespace sepconv::kernels
