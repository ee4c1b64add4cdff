// Parsing of arguments.
#include "cli/common/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>
#include <vector>

namespace sepconv::cli {
namespace {

/// The whole numbers between separators, or none where something else is found.
std::vector<int64_t> whole_numbers(const std::string& text, char separator) {
  std::vector<int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (next != end && *next != separator)) return {};
    numbers.push_back(number);
    if (next == end) return numbers;
    at = next + 1;
  }
}

double number_of(const std::string& text, const std::string& whole) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || next != end) {
    throw UsageError(fmt::format("--border is {}; expected a number after constant:", whole));
  }
  return number;
}

}  // namespace

BorderChoice parse_border(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string mode = text.substr(0, colon);
  for (const Border border : {Border::zero, Border::constant, Border::replicate, Border::symmetric,
                              Border::reflect101, Border::wrap}) {
    if (mode != name(border)) continue;
    if (colon == std::string::npos) return {border, 0};
    if (border == Border::constant) return {border, number_of(text.substr(colon + 1), text)};
    throw UsageError(fmt::format("--border is {}; only constant takes a value", text));
  }
  throw UsageError(fmt::format(
      "--border is {}; expected zero, constant[:VALUE], replicate, symmetric, reflect101 or wrap",
      text));
}

Method parse_method(const std::string& text) {
  if (text == "auto") return Method::automatic;
  if (text == "direct") return Method::direct;
  if (text == "separable") return Method::separable;
  if (text == "low-rank" || text == "low_rank") return Method::low_rank;
  if (text == "fft") return Method::fft;
  throw UsageError(
      fmt::format("--method is {}; expected auto, direct, separable, low-rank or fft", text));
}

SampleType parse_type(const std::string& option, const std::string& text) {
  for (const SampleType type : {SampleType::u8, SampleType::u16, SampleType::i16, SampleType::i32,
                                SampleType::f32, SampleType::f64}) {
    if (text == name(type)) return type;
  }
  throw UsageError(fmt::format("{} is {}; expected u8, u16, i16, i32, f32 or f64", option, text));
}

Rect parse_roi(const std::string& text) {
  const std::vector<int64_t> n = whole_numbers(text, ',');
  if (n.size() != 4) {
    throw UsageError(fmt::format("--roi is {}; expected X,Y,WIDTH,HEIGHT in pixels", text));
  }
  return {n[0], n[1], n[2], n[3]};
}

MapShape parse_map(const std::string& text) {
  const std::vector<int64_t> n = whole_numbers(text, 'x');
  if (n.size() != 2 && n.size() != 3) {
    throw UsageError(
        fmt::format("--map is {}; expected WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS", text));
  }
  return {n[0], n[1], n.size() == 3 ? n[2] : 1};
}

Pair parse_pair(const std::string& option, const std::string& text) {
  const std::vector<int64_t> n = whole_numbers(text, 'x');
  if (n.size() != 1 && n.size() != 2) {
    throw UsageError(fmt::format("{} is {}; expected a whole number or XxY", option, text));
  }
  return {n.front(), n.back()};
}

Kernel parse_image_kernel(const std::string& spec) {
  Kernel kernel = parse_kernel(spec);
  if (kernel.axes() != 2) {
    throw UsageError(
        fmt::format("kernel {} has {} axes; expected 2 (height, width)", spec, kernel.axes()));
  }
  return kernel;
}

int default_threads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 1024);
}

std::string spec_table() { return "Kernels (SPEC):\n" + kernel_spec_help(); }

}  // namespace sepconv::cli
