// The header of a .npy file: what the array's bytes mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sepconv/kernel.h"

namespace sepconv::kernels {

struct NpyHeader {
  char kind = 'f';  // b bool, i signed, u unsigned, f float
  int element_bytes = 8;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<int64_t> shape;
  int64_t count = 0;       // the product of shape, at most as many as asked for
  size_t data_offset = 0;  // of the first element in the file
};

/// errors     FormatError: no .npy, an unknown version or type, no elements or too many
NpyHeader read_npy_header(std::string_view bytes, int64_t most_elements = kMaxTaps);

}  // namespace sepconv::kernels
