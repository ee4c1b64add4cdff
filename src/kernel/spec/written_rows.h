// Kernels written out as rows of taps: "1 2 1; 2 4 2; 1 2 1"/16.
#pragma once

#include <string_view>

#include "sepconv/kernel.h"

namespace sepconv::kernels {

/// True where a SPEC is rows and not a name: it begins with a digit, a sign, a point or a quote.
bool looks_like_rows(std::string_view spec);

/// The kernel of rows apart by ';' or a new line, taps apart by blanks or commas, the whole in
/// quotes or not, then perhaps /DIVISOR or *FACTOR for all taps.
/// types      whole taps with a whole divisor or factor give an integer kernel
/// errors     InvalidArgument saying which row and what was expected
Kernel parse_rows(std::string_view spec);

}  // namespace sepconv::kernels
