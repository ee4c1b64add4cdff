// Kernels written out as rows of taps.
#include "kernel/spec/written_rows.h"

#include <cmath>
#include <vector>

#include "base/check.h"
#include "kernel/from_values.h"
#include "kernel/spec/words.h"

namespace sepconv::kernels {
namespace {

constexpr double kLargestDivisor = 9007199254740992.0;  // 2^53

// The taps as written, and what multiplies or divides them all.
struct WrittenKernel {
  std::string_view rows;
  char operation = '/';
  double operand = 1;
};

double parse_operand(char operation, std::string_view text) {
  const auto operand = to_number(trimmed(text));
  require(operand && std::isfinite(*operand) && (operation == '*' || *operand != 0),
          "'{}{}' after the rows; expected one number for all taps, as in /16 or *0.5", operation,
          shown(text));
  return *operand;
}

// Takes the suffix off, and the quotes that a shell may have left.
WrittenKernel parts_of(std::string_view spec) {
  WrittenKernel written{spec};
  const size_t at = spec.find_first_of("/*");
  if (at != std::string_view::npos) {
    written.rows = trimmed(spec.substr(0, at));
    written.operation = spec[at];
    written.operand = parse_operand(spec[at], spec.substr(at + 1));
  }
  std::string_view& rows = written.rows;
  if (rows.starts_with('"') || rows.starts_with('\'')) {
    require(rows.size() >= 2 && rows.back() == rows.front(), "a quote that is not closed");
    rows = rows.substr(1, rows.size() - 2);
  }
  return written;
}

void append_row(std::string_view text, size_t row, std::vector<double>& taps) {
  constexpr std::string_view kBetween = " \t\r,";
  while (true) {
    const size_t first = text.find_first_not_of(kBetween);
    if (first == std::string_view::npos) return;
    text.remove_prefix(first);
    const std::string_view word = text.substr(0, text.find_first_of(kBetween));
    const auto tap = to_number(word);
    require(tap.has_value(), "'{}' in row {}; expected a number", shown(word), row);
    taps.push_back(*tap);
    text.remove_prefix(word.size());
  }
}

bool is_whole_divisor(double value) {
  return value >= 1 && value <= kLargestDivisor && value == std::trunc(value);
}

}  // namespace

bool looks_like_rows(std::string_view spec) {
  constexpr std::string_view kFirst = "0123456789+-.\"'";
  return !spec.empty() && kFirst.find(spec.front()) != std::string_view::npos;
}

Kernel parse_rows(std::string_view spec) {
  const WrittenKernel written = parts_of(spec);
  std::vector<double> taps;
  size_t width = 0, height = 0;
  for (const std::string_view line : split(written.rows, '\n')) {
    for (const std::string_view row : split(line, ';')) {
      const size_t before = taps.size();
      append_row(row, ++height, taps);
      const size_t found = taps.size() - before;
      require(found > 0, "row {} is empty; expected numbers", height);
      if (height == 1) width = found;
      require(found == width, "row {} has {} taps; expected {} (as the first)", height, found,
              width);
    }
  }
  const std::vector<int64_t> shape = {static_cast<int64_t>(height), static_cast<int64_t>(width)};
  if (written.operation == '/' && is_whole_divisor(written.operand)) {
    return kernel_from_values(shape, std::move(taps), static_cast<int64_t>(written.operand));
  }
  for (double& tap : taps) {
    tap = written.operation == '/' ? tap / written.operand : tap * written.operand;
  }
  return kernel_from_values(shape, std::move(taps));
}

}  // namespace sepconv::kernels
