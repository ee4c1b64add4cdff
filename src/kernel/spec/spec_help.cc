// The help text of SPECs, written from the same table that parses them.
#include <fmt/format.h>

#include "kernel/spec/kinds.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using kernels::KernelKind;
using kernels::Parameter;

// "sigma=N, truncate=3": a required value in capitals, an optional one in brackets.
std::string parameters_text(const KernelKind& kind) {
  std::string text;
  for (const Parameter& parameter : kind.parameters) {
    if (!text.empty()) text += ", ";
    if (parameter.fallback == kernels::kRequired) {
      text += fmt::format("{}", parameter.name);
    } else if (parameter.fallback == kernels::kOptional) {
      text += fmt::format("[{}]", parameter.name);
    } else {
      text += fmt::format("{}={}", parameter.name, parameter.fallback);
    }
  }
  return text.empty() ? "no parameters" : text;
}

std::string line(std::string_view example, std::string_view meaning) {
  return fmt::format("  {:<31} {}\n", example, meaning);
}

}  // namespace

std::string kernel_spec_help() {
  std::string help;
  for (const KernelKind& kind : kernels::kernel_kinds()) {
    help += line(kind.example, fmt::format("{} ({})", kind.meaning, parameters_text(kind)));
  }
  help += line("\"1 2 1; 2 4 2; 1 2 1\"/16", "rows written out; /N or *N is for all taps");
  help += line("file:k.npy", "a .npy, .csv or .json file");
  return help;
}

}  // namespace sepconv
