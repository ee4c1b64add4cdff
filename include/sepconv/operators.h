// Which of ONNX's operators networks may have.
#pragma once

#include <string>
#include <vector>

namespace sepconv {

/// Their names, sorted.
std::vector<std::string> known_operators();

}  // namespace sepconv
