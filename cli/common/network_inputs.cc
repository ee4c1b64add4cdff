// --shape and --batch, against the inputs that a network declares.
#include "cli/common/network_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/common/arguments.h"

namespace sepconv::cli {
namespace {

NdShape parse_shape(const std::string& text) {
  NdShape shape;
  const char *at = text.data(), *const end = at + text.size();
  while (true) {
    int64_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    const bool is_size = error == std::errc() && size > 0 && (next == end || *next == 'x');
    if (!is_size) {
      throw UsageError(fmt::format("--shape is '{}'; expected sizes as 1x3x224x224", text));
    }
    shape.push_back(size);
    if (next == end) return shape;
    at = next + 1;
  }
}

void set_batch(const NetworkValue& input, int64_t batch, NdShape& shape) {
  if (shape.empty()) return;
  const bool is_open = input.has_shape && (input.shape[0] < 0 || input.shape[0] == batch);
  if (!is_open) {
    throw UsageError(fmt::format("--batch: input '{}' is {}; its first size is not open",
                                 input.name, to_string(shape)));
  }
  shape[0] = batch;
}

}  // namespace

std::map<std::string, NdArray> network_inputs(const Network& network, const InputSizes& sizes) {
  std::map<std::string, NdShape> shapes;
  for (const std::string& text : sizes.shapes) {
    const size_t equals = text.find('=');
    const bool is_named = equals != std::string::npos;
    if (!is_named && network.inputs().size() != 1) {
      throw UsageError(
          fmt::format("--shape is '{}'; expected NAME=SIZES, the network has {} inputs", text,
                      network.inputs().size()));
    }
    const std::string name = is_named ? text.substr(0, equals) : network.inputs().front().name;
    shapes[name] = parse_shape(is_named ? text.substr(equals + 1) : text);
  }
  for (const NetworkValue& input : network.inputs()) {
    if (sizes.batch == 0) break;
    NdShape& shape = shapes.try_emplace(input.name, input.shape).first->second;
    set_batch(input, sizes.batch, shape);
  }
  return network.example_inputs(shapes);
}

std::string shapes_text(const std::map<std::string, NdArray>& inputs) {
  std::string text;
  for (const auto& [name, array] : inputs) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, to_string(array.shape()));
  }
  return text;
}

}  // namespace sepconv::cli
