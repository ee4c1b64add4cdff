// Counts of operations and of rounding errors, pass by pass.
#include "filter/fft/passes.h"

#include <cstddef>

namespace sepconv {
namespace {

// One butterfly of a radix: its operations, the products by twiddle factors among them, and what
// it adds to the errors of a line, rounded up. A product of complex numbers adds 2.83 u (Higham,
// lemma 3.5), each addition or product by a real number u. A twiddle factor of angle a is off by up
// to (2.5 a + 2) u: the angle comes from three roundings (pi, the division by the size, the
// product), and sine and cosine are within a unit in the last place. Butterflies of 3 and 5 have
// factors of their own. In the last pass all twiddle factors but those are one, and exact.
struct Butterfly {
  int64_t multiplications;
  int64_t additions;
  LineErrors errors;
  LineErrors last_errors;
};

Butterfly butterfly(int radix) {
  switch (radix) {
    case 2:
      return {4, 6, {14, 14}, {1, 1}};
    case 3:
      return {12, 16, {29, 27}, {14, 12}};
    case 4:
      return {12, 22, {19, 19}, {2, 2}};
    default:
      return {32, 40, {51, 42}, {33, 24}};
  }
}

}  // namespace

std::vector<int> transform_passes(int64_t size) {
  std::vector<int> passes;
  for (const int radix : {4, 2, 3, 5}) {
    for (; size % radix == 0; size /= radix) passes.push_back(radix);
  }
  return passes;
}

LineOperations line_operations(int64_t size) {
  LineOperations line;
  for (const int radix : transform_passes(size)) {
    const Butterfly one = butterfly(radix);
    line.multiplications += size / radix * one.multiplications;
    line.additions += size / radix * one.additions;
  }
  return line;
}

int64_t line_steps(int64_t size) {
  const std::vector<int> passes = transform_passes(size);
  return static_cast<int64_t>(passes.size()) * (size / passes.back());
}

LineErrors line_errors(int64_t size) {
  const std::vector<int> passes = transform_passes(size);
  LineErrors line;
  for (size_t i = 0; i < passes.size(); ++i) {
    const Butterfly one = butterfly(passes[i]);
    const LineErrors& errors = i + 1 < passes.size() ? one.errors : one.last_errors;
    line.in_norm += errors.in_norm;
    line.in_value += errors.in_value;
  }
  return line;
}

}  // namespace sepconv
