// SPEC to Kernel: rows, a file, or a name with its parameters by the table of kinds.cc.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/check.h"
#include "kernel/spec/kinds.h"
#include "kernel/spec/words.h"
#include "kernel/spec/written_rows.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

using kernels::KernelKind;
using kernels::nearest;
using kernels::Parameter;
using kernels::shown;
using kernels::Value;
using kernels::ValueKind;
using kernels::Values;

constexpr std::string_view kFilePrefix = "file:";

const char* example_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::number:
      return "a number";
    case ValueKind::whole:
      return "a whole number";
    case ValueKind::number_pair:
      return "a number, or two as in 3x1.5 (x then y)";
    case ValueKind::whole_pair:
      return "a whole number, or two as in 7x3 (x then y)";
    case ValueKind::axis:
      return "x or y";
  }
  return "?";
}

bool is_pair(ValueKind kind) {
  return kind == ValueKind::number_pair || kind == ValueKind::whole_pair;
}

bool is_allowed(double value, ValueKind kind) {
  if (kind == ValueKind::number || kind == ValueKind::number_pair) return std::isfinite(value);
  return std::abs(value) <= static_cast<double>(kMaxTaps) && value == std::trunc(value);
}

// The value that text is, or nothing where it is not of the kind.
std::optional<Value> parse_value(std::string_view text, ValueKind kind) {
  if (kind == ValueKind::axis) {
    if (text == "x") return Value{0, 0};
    return text == "y" ? std::optional(Value{1, 1}) : std::nullopt;
  }
  const size_t cross = is_pair(kind) ? text.find('x') : std::string_view::npos;
  const auto x = kernels::to_number(text.substr(0, cross));
  const auto y = cross == std::string_view::npos ? x : kernels::to_number(text.substr(cross + 1));
  if (!x || !y || !is_allowed(*x, kind) || !is_allowed(*y, kind)) return std::nullopt;
  return Value{*x, *y};
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& names) {
  const std::string_view best = nearest(word, names);
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  if (best.empty()) return fmt::format("expected one of {}", all);
  return fmt::format("did you mean '{}'? (there are {})", best, all);
}

const KernelKind& kind_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const KernelKind& kind : kernels::kernel_kinds()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
  }
  names.push_back("file");
  throw InvalidArgument(
      fmt::format("no kernel is named '{}'; {}", shown(name), suggestion(name, names)));
}

const Parameter& parameter_named(const KernelKind& kind, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Parameter& parameter : kind.parameters) {
    if (parameter.name == name) return parameter;
    names.push_back(parameter.name);
  }
  throw InvalidArgument(
      fmt::format("{} has no '{}'; {}", kind.name, shown(name), suggestion(name, names)));
}

// One of the pieces between commas: key=value, or a value alone for the first parameter.
void set_argument(const KernelKind& kind, std::string_view text, bool is_first, Values& values) {
  require(!kind.parameters.empty(), "{} takes no parameters; got '{}'", kind.name, shown(text));
  const size_t equals = text.find('=');
  const bool has_name = equals != std::string_view::npos;
  require(has_name || (is_first && !kind.parameters.empty()), "'{}'; expected key=value, as in {}",
          shown(text), kind.example);
  const std::string_view name =
      has_name ? kernels::trimmed(text.substr(0, equals)) : kind.parameters.front().name;
  const Parameter& parameter = parameter_named(kind, name);
  const std::string_view written = kernels::trimmed(has_name ? text.substr(equals + 1) : text);
  require(!values.has(parameter.name), "{} is given twice", parameter.name);
  const auto value = parse_value(written, parameter.kind);
  require(value.has_value(), "{} is '{}'; expected {}", parameter.name, shown(written),
          example_of(parameter.kind));
  values.set(parameter.name, *value);
}

void fill_defaults(const KernelKind& kind, Values& values) {
  for (const Parameter& parameter : kind.parameters) {
    if (values.has(parameter.name) || parameter.fallback == kernels::kOptional) continue;
    require(parameter.fallback != kernels::kRequired, "{} needs {}, {}; as in {}", kind.name,
            parameter.name, example_of(parameter.kind), kind.example);
    values.set(parameter.name, parse_value(parameter.fallback, parameter.kind).value());
  }
}

Kernel parse_named(std::string_view spec) {
  const size_t colon = spec.find(':');
  const KernelKind& kind = kind_named(kernels::trimmed(spec.substr(0, colon)));
  Values values;
  if (colon != std::string_view::npos) {
    bool is_first = true;
    for (const std::string_view text : kernels::split(spec.substr(colon + 1), ',')) {
      set_argument(kind, kernels::trimmed(text), is_first, values);
      is_first = false;
    }
  }
  fill_defaults(kind, values);
  return kind.build(values);
}

}  // namespace

Kernel parse_kernel(std::string_view spec) {
  const std::string_view text = kernels::trimmed(spec);
  try {
    require(!text.empty(), "nothing; expected a SPEC such as gaussian:sigma=3");
    if (text.starts_with(kFilePrefix))
      return read_kernel(std::string(text.substr(kFilePrefix.size())));
    return kernels::looks_like_rows(text) ? kernels::parse_rows(text) : parse_named(text);
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(fmt::format("kernel '{}': {}", shown(text), error.what()));
  }
}

}  // namespace sepconv
