// The three file formats of kernels, each from the bytes of a file; read_kernel.cc calls them.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "sepconv/kernel.h"

namespace sepconv::kernels {

/// Throws FormatError with the formatted message unless condition holds. The name of the file is
/// put in front by read_kernel.
template <class... Args>
void expect(bool condition, fmt::format_string<Args...> message, Args&&... args) {
  if (!condition) throw FormatError(fmt::format(message, std::forward<Args>(args)...));
}

/// NumPy's .npy, versions 1 to 3: C and Fortran order, either byte order, bool, integers and
/// floats of 1 to 8 bytes.
/// source     numpy.lib.format, "NPY format"
Kernel kernel_from_npy(std::string_view bytes);

/// Rows of numbers apart by commas, semicolons or blanks; '#' begins a comment.
Kernel kernel_from_csv(std::string_view text);

/// Nested lists of any depth to 8, or {"taps": lists, "divisor": whole, "anchor": [indices]}.
Kernel kernel_from_json(std::string_view text);

}  // namespace sepconv::kernels
