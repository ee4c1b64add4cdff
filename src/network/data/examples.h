// Inputs made up to measure networks on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sepconv/network.h"

namespace sepconv::network {

/// As Network::example_inputs has it.
std::map<std::string, NdArray> example_inputs(const std::vector<NetworkValue>& inputs,
                                              const std::map<std::string, NdShape>& shapes);

}  // namespace sepconv::network
