// Numbers read from text or a file as a kernel.
#include "kernel/from_values.h"

#include <algorithm>
#include <cmath>

namespace sepconv::kernels {
namespace {

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53

bool is_whole(double value) {
  return std::abs(value) <= kLargestInteger && value == std::trunc(value);
}

}  // namespace

Kernel kernel_from_values(std::vector<int64_t> shape, std::vector<double> values, int64_t divisor) {
  if (std::all_of(values.begin(), values.end(), is_whole)) {
    return Kernel::from_integers(std::move(shape), {values.begin(), values.end()}, divisor);
  }
  for (double& value : values) value /= static_cast<double>(divisor);
  return Kernel(std::move(shape), std::move(values));
}

}  // namespace sepconv::kernels
