// Inputs of networks for the subcommands that measure them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sepconv/network.h"

namespace sepconv::cli {

/// What --shape and --batch say, as texts and number.
struct InputSizes {
  std::vector<std::string> shapes;  // "1x3x640x640", or "NAME=1x3x640x640" of several inputs
  int64_t batch = 0;                // along the first axis where that is open; 0: not given
};

/// Network::example_inputs of those sizes.
/// errors     UsageError: a text that is no shape or names no input; a batch that is not open
std::map<std::string, NdArray> network_inputs(const Network& network, const InputSizes& sizes);

/// "image 1x3x224x224, mask 1x224x224"
std::string shapes_text(const std::map<std::string, NdArray>& inputs);

}  // namespace sepconv::cli
