// The elements of a .npy file as taps.
#include <bit>
#include <cmath>
#include <cstring>

#include "kernel/file/formats.h"
#include "kernel/file/npy_header.h"
#include "kernel/from_values.h"

namespace sepconv::kernels {
namespace {

constexpr uint64_t kLargestInteger = uint64_t{1} << 53;

uint64_t bits_of(const char* element, const NpyHeader& header) {
  uint64_t bits = 0;
  for (int i = 0; i < header.element_bytes; ++i) {
    const int at = header.big_endian ? i : header.element_bytes - 1 - i;
    bits = bits << 8 | static_cast<unsigned char>(element[at]);
  }
  return bits;
}

// IEEE binary16: 1 sign, 5 exponent and 10 mantissa bits.
double half_to_double(uint64_t bits) {
  const int exponent = bits >> 10 & 31;
  const double mantissa = static_cast<double>(bits & 1023);
  const double sign = bits >> 15 ? -1 : 1;
  if (exponent == 31) return mantissa == 0 ? sign * HUGE_VAL : std::nan("");
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

double float_value(uint64_t bits, int bytes) {
  if (bytes == 2) return half_to_double(bits);
  if (bytes == 4) return std::bit_cast<float>(static_cast<uint32_t>(bits));
  return std::bit_cast<double>(bits);
}

double integer_value(uint64_t bits, const NpyHeader& header) {
  const uint64_t sign_bit = uint64_t{1} << (8 * header.element_bytes - 1);
  const bool negative = header.kind == 'i' && (bits & sign_bit) != 0;
  // The magnitude of a negative number in two's complement, within its own bytes.
  const uint64_t magnitude = negative ? (sign_bit - (bits & (sign_bit - 1))) : bits;
  expect(magnitude <= kLargestInteger, "an integer beyond 2^53, which double cannot hold");
  const double value = static_cast<double>(magnitude);
  return negative ? -value : value;
}

double value_at(const char* element, const NpyHeader& header) {
  const uint64_t bits = bits_of(element, header);
  if (header.kind == 'f') return float_value(bits, header.element_bytes);
  if (header.kind == 'b') return bits != 0 ? 1 : 0;
  return integer_value(bits, header);
}

// Where the element with this number in Fortran order, first axis fastest, stands in C order.
size_t c_position(size_t index, const std::vector<int64_t>& shape) {
  size_t position = 0, stride = 1;
  for (const int64_t size : shape) stride *= size;
  for (const int64_t size : shape) {
    stride /= size;
    position += index % size * stride;
    index /= size;
  }
  return position;
}

}  // namespace

Kernel kernel_from_npy(std::string_view bytes) {
  const NpyHeader header = read_npy_header(bytes);
  const size_t expected = header.count * header.element_bytes;
  const size_t found = bytes.size() - header.data_offset;
  expect(found == expected, "{} bytes of data; expected {} (as the header says)", found, expected);
  const char* data = bytes.data() + header.data_offset;
  std::vector<double> values(header.count);
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t position = header.fortran_order ? c_position(i, header.shape) : i;
    values[position] = value_at(data + i * header.element_bytes, header);
  }
  return kernel_from_values(header.shape, std::move(values));
}

}  // namespace sepconv::kernels
