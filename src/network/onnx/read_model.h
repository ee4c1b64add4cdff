// ONNX files as graphs.
#pragma once

#include <string>
#include <string_view>

#include "network/graph/graph.h"

namespace sepconv::network {

/// The graph of an ONNX model; its nodes are sorted, its operators not looked at.
/// errors     ModelError: no model, or one that contradicts itself
Graph parse_model(std::string_view model, const std::string& folder);

}  // namespace sepconv::network
