// The table of kernels that have a name: it parses a SPEC, writes the help and the messages.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "sepconv/kernel.h"

namespace sepconv::kernels {

/// What a parameter's value looks like: 3, 7, 3 or 3x1.5, 7 or 7x3, x or y.
enum class ValueKind { number, whole, number_pair, whole_pair, axis };

/// A value: one number, or one along x and one along y. An axis is 0 for x and 1 for y.
struct Value {
  double x = 0;
  double y = 0;
};

/// The values of a SPEC by name, defaults filled in; what was left out without a default is absent.
class Values {
 public:
  void set(std::string_view name, Value value) { values_[name] = value; }
  bool has(std::string_view name) const { return values_.count(name) != 0; }
  Value pair(std::string_view name) const { return values_.at(name); }
  double number(std::string_view name) const { return values_.at(name).x; }
  int64_t whole(std::string_view name) const { return static_cast<int64_t>(values_.at(name).x); }
  int64_t whole_y(std::string_view name) const { return static_cast<int64_t>(values_.at(name).y); }

 private:
  std::map<std::string_view, Value> values_;
};

inline constexpr std::string_view kRequired = "required";
inline constexpr std::string_view kOptional = "optional";

struct Parameter {
  std::string_view name;
  ValueKind kind;
  std::string_view fallback;  // the default as written, kRequired or kOptional
};

struct KernelKind {
  std::string_view name;
  std::string_view meaning;
  std::vector<Parameter> parameters;  // the first may be given without its name: sobel:x
  std::string_view example;
  Kernel (*build)(const Values&);
};

const std::vector<KernelKind>& kernel_kinds();

}  // namespace sepconv::kernels
