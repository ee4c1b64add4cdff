// Arrays of networks as .npy files.
#include <fmt/format.h>

#include <array>
#include <cstring>

#include "base/aligned.h"
#include "kernel/file/npy_header.h"
#include "network/graph/graph.h"

namespace sepconv {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 31;

struct NamedType {
  char kind;
  int bytes;
  ElementType type;
};

constexpr std::array<NamedType, 7> kTypes = {{{'f', 4, ElementType::f32},
                                              {'f', 8, ElementType::f64},
                                              {'i', 8, ElementType::i64},
                                              {'i', 4, ElementType::i32},
                                              {'i', 1, ElementType::i8},
                                              {'u', 1, ElementType::u8},
                                              {'b', 1, ElementType::boolean}}};

ElementType type_of(const kernels::NpyHeader& header) {
  for (const NamedType& known : kTypes) {
    if (known.kind == header.kind && known.bytes == header.element_bytes) return known.type;
  }
  throw FormatError(fmt::format("elements of type {}{}; networks have f4, f8, i8, i4, i1, u1, b1",
                                header.kind, header.element_bytes));
}

}  // namespace

NdArray parse_npy(std::string_view bytes) {
  const kernels::NpyHeader header = kernels::read_npy_header(bytes, kMostElements);
  const ElementType type = type_of(header);
  if (header.big_endian || header.fortran_order) {
    throw FormatError("an array in big-endian or Fortran order; expected neither");
  }
  const std::string_view elements = bytes.substr(header.data_offset);
  if (std::ssize(elements) != header.count * header.element_bytes) {
    throw FormatError(fmt::format("{} bytes of data; expected {} (as the header says)",
                                  elements.size(), header.count * header.element_bytes));
  }
  NdArray array(type, header.shape);
  std::memcpy(array.data(), elements.data(), elements.size());
  return array;
}

std::string format_npy(const ConstNdRef& array) {
  std::string shape;
  for (const int64_t size : array.shape) shape += fmt::format("{}, ", size);
  std::string text;
  for (const NamedType& known : kTypes) {
    if (known.type != array.type) continue;
    text = fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': ({}), }}",
                       known.bytes == 1 ? '|' : '<', known.kind, known.bytes, shape);
  }
  // NumPy wants the data aligned to 64 bytes, and a newline before them.
  constexpr int64_t kBeforeText = 10;
  text.resize(round_up(kBeforeText + std::ssize(text) + 1, kAlignment) - kBeforeText - 1, ' ');
  text += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(text.size() & 255);
  bytes += static_cast<char>(text.size() >> 8);
  bytes += text;
  const int64_t count = network::element_count(array.shape) * size_of(array.type);
  if (count > 0) bytes.append(static_cast<const char*>(array.data), count);
  return bytes;
}

}  // namespace sepconv
