// Inputs of declared or given shapes, filled with the same values every time.
#include "network/data/examples.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "base/check.h"
#include "network/ops/types.h"

namespace sepconv::network {
namespace {

constexpr int64_t kUsualSide = 224;  // of pictures

// The shape given or declared, with usual sizes where it is open.
NdShape shape_of(const NetworkValue& input, const std::map<std::string, NdShape>& shapes) {
  const auto place = shapes.find(input.name);
  const bool is_given = place != shapes.end();
  require(is_given || input.has_shape, "network: input '{}' has any number of axes; give its shape",
          input.name);
  NdShape shape = is_given ? place->second : input.shape;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0) shape[axis] = axis == 0 ? 1 : kUsualSide;
  }
  return shape;
}

void fill(NdArray& array, std::mt19937& random) {
  if (array.type() == ElementType::boolean) {
    std::memset(array.data(), 1, array.bytes());
    return;
  }
  with_number_type(array.type(), [&](auto zero) {
    using T = decltype(zero);
    // Bits of the generator itself: distributions differ between libraries.
    std::generate_n(array.as<T>(), array.count(), [&] {
      if constexpr (std::is_integral_v<T>) return static_cast<T>(random() & 1);
      return static_cast<T>(static_cast<double>(random()) / 2147483648.0 - 1.0);
    });
  });
}

}  // namespace

std::map<std::string, NdArray> example_inputs(const std::vector<NetworkValue>& inputs,
                                              const std::map<std::string, NdShape>& shapes) {
  for (const auto& [name, shape] : shapes) {
    require(std::ranges::any_of(inputs, [&](const auto& input) { return input.name == name; }),
            "network: there is no input '{}'", name);
  }
  std::map<std::string, NdArray> made;
  std::mt19937 random(1);
  for (const NetworkValue& input : inputs) {
    NdArray array(input.type, shape_of(input, shapes));
    fill(array, random);
    made.emplace(input.name, std::move(array));
  }
  return made;
}

}  // namespace sepconv::network
