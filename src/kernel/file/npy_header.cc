// The header of a .npy file: magic, version, length, and a Python dictionary written out.
#include "kernel/file/npy_header.h"

#include <charconv>

#include "kernel/file/formats.h"
#include "kernel/spec/words.h"

namespace sepconv::kernels {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kVersionEnd = 8;  // magic, major, minor
constexpr size_t kMaxAxes = 8;
constexpr size_t kLongestHeader = 10'000;  // as much as NumPy itself reads

size_t little_endian(std::string_view bytes) {
  size_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// The dictionary's text, and where it ends, which is where the data begin.
std::string_view dictionary(std::string_view bytes, size_t& end) {
  expect(bytes.size() >= kVersionEnd && bytes.starts_with(kMagic),
         "no .npy file (it does not begin with \\x93NUMPY)");
  const int version = static_cast<unsigned char>(bytes[kMagic.size()]);
  expect(1 <= version && version <= 3, ".npy version {}; expected 1 to 3", version);
  const size_t length_bytes = version == 1 ? 2 : 4;
  expect(bytes.size() >= kVersionEnd + length_bytes, "the file ends inside its header");
  const size_t length = little_endian(bytes.substr(kVersionEnd, length_bytes));
  const size_t begin = kVersionEnd + length_bytes;
  expect(length <= bytes.size() - begin, "the file ends inside its header");
  expect(length <= kLongestHeader, "a header of {} bytes; expected at most {}", length,
         kLongestHeader);
  end = begin + length;
  return bytes.substr(begin, length);
}

// What stands behind 'key': in the dictionary.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = quote + std::string(key) + quote;
    const size_t at = text.find(quoted);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = trimmed(text.substr(at + quoted.size()));
    if (rest.starts_with(':')) return trimmed(rest.substr(1));
  }
  throw FormatError(fmt::format("the header has no '{}'", key));
}

void read_type(std::string_view text, NpyHeader& header) {
  const char quote = text.empty() ? ' ' : text.front();
  expect(quote == '\'' || quote == '"', "a type of fields; expected numbers");
  const std::string_view type = text.substr(1, text.find(quote, 1) - 1);
  constexpr std::string_view kOrders = "<>=|";
  const bool is_known = type.size() == 3 && kOrders.find(type[0]) != std::string_view::npos &&
                        (type.substr(1) == "b1" || type.substr(1) == "f2" ||
                         type.substr(1) == "f4" || type.substr(1) == "f8" ||
                         ((type[1] == 'i' || type[1] == 'u') &&
                          (type[2] == '1' || type[2] == '2' || type[2] == '4' || type[2] == '8')));
  expect(is_known, "type '{}'; expected bool, or integers or floats of up to 8 bytes", shown(type));
  header.big_endian = type[0] == '>';
  header.kind = type[1];
  header.element_bytes = type[2] - '0';
}

bool read_order(std::string_view text) {
  const bool is_fortran = text.starts_with("True");
  expect(is_fortran || text.starts_with("False"), "fortran_order is neither True nor False");
  return is_fortran;
}

std::vector<int64_t> read_shape(std::string_view text) {
  const size_t close = text.find(')');
  expect(text.starts_with('(') && close != std::string_view::npos, "shape is no tuple");
  std::vector<int64_t> shape;
  for (const std::string_view piece : split(text.substr(1, close - 1), ',')) {
    const std::string_view word = trimmed(piece);
    if (word.empty()) continue;
    int64_t size = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), size);
    expect(error == std::errc() && end == word.data() + word.size() && size >= 0,
           "shape holds '{}'; expected a size", shown(word));
    shape.push_back(size);
  }
  return shape;
}

int64_t checked_count(const std::vector<int64_t>& shape, int64_t most) {
  expect(!shape.empty() && shape.size() <= kMaxAxes, "an array of {} axes; expected 1 to {}",
         shape.size(), kMaxAxes);
  int64_t count = 1;
  for (const int64_t size : shape) {
    expect(size >= 1, "an array of no elements; expected one or more");
    expect(size <= most / count, "more than {} elements", most);
    count *= size;
  }
  return count;
}

}  // namespace

NpyHeader read_npy_header(std::string_view bytes, int64_t most_elements) {
  NpyHeader header;
  const std::string_view text = dictionary(bytes, header.data_offset);
  read_type(value_of(text, "descr"), header);
  header.fortran_order = read_order(value_of(text, "fortran_order"));
  header.shape = read_shape(value_of(text, "shape"));
  header.count = checked_count(header.shape, most_elements);
  return header;
}

}  // namespace sepconv::kernels
