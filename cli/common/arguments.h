// Arguments that several subcommands take, from text to values. Each parser throws UsageError with
// what was got and what is expected.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "sepconv/sepconv.h"

namespace sepconv::cli {

/// A wrong argument: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct BorderChoice {
  Border border = Border::reflect101;
  double value = 0;
};

/// "zero", "constant:128", "replicate", "symmetric", "reflect101" or "wrap".
BorderChoice parse_border(const std::string& text);

/// "auto", "direct", "separable", "low-rank" or "fft".
Method parse_method(const std::string& text);

/// "u8", "u16", "i16", "f32" or "f64".
SampleType parse_type(const std::string& option, const std::string& text);

/// "X,Y,W,H" in pixels.
Rect parse_roi(const std::string& text);

/// "WxH" or "WxHxC".
MapShape parse_map(const std::string& text);

struct Pair {
  int64_t x = 1;
  int64_t y = 1;
};

/// "2" for both or "2x1", of option.
Pair parse_pair(const std::string& option, const std::string& text);

/// A 2-D kernel by its SPEC.
Kernel parse_image_kernel(const std::string& spec);

/// Threads to use unless told: the cores that this process may use.
int default_threads();

/// The table of SPECs, for the end of help texts.
std::string spec_table();

/// How a border is named in help texts.
inline constexpr const char* kBorderHelp =
    "beyond the edges of a row abcd:\n"
    "reflect101 dcb|abcd|cba   symmetric cba|abcd|dcb\n"
    "replicate  aaa|abcd|ddd   wrap      bcd|abcd|abc\n"
    "zero       000|abcd|000   constant:V vvv|abcd|vvv";

}  // namespace sepconv::cli
