// Rows of numbers as a 2-D kernel.
#include <algorithm>

#include "kernel/file/formats.h"
#include "kernel/from_values.h"
#include "kernel/spec/words.h"

namespace sepconv::kernels {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Takes the first line off text, and gives it without its comment and the blanks at its ends.
std::string_view next_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return trimmed(line.substr(0, line.find('#')));
}

// The numbers of one line. With commas or semicolons each piece is a number, and an empty one is
// an error; without, blanks are between.
void append_line(std::string_view line, size_t number, std::vector<double>& values) {
  const bool has_marks = line.find_first_of(",;") != std::string_view::npos;
  const std::string_view between = has_marks ? ",;" : " \t\r";
  while (true) {
    const size_t end = line.find_first_of(between);
    const std::string_view word = trimmed(line.substr(0, end));
    if (has_marks || !word.empty()) {
      const auto value = to_number(word);
      expect(value.has_value(), "line {}: '{}'; expected a number", number, shown(word));
      values.push_back(*value);
    }
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

Kernel kernel_from_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<double> values;
  int64_t width = 0, height = 0;
  size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    ++number;
    if (line.empty()) continue;
    const size_t before = values.size();
    append_line(line, number, values);
    const int64_t found = static_cast<int64_t>(values.size() - before);
    if (height++ == 0) width = found;
    expect(found == width, "line {}: {} numbers; expected {} (as in the first row)", number, found,
           width);
    expect(static_cast<int64_t>(values.size()) <= kMaxTaps, "more than {} numbers", kMaxTaps);
  }
  expect(height > 0, "no numbers; expected rows of taps");
  return kernel_from_values({height, width}, std::move(values));
}

}  // namespace sepconv::kernels
