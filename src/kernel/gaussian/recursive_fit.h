// Recursive filters near the taps of a Gaussian: sums of decaying complex exponentials, fitted,
// with their distance from the taps proven.
#pragma once

#include <complex>
#include <vector>

namespace sepconv::kernels {

/// The most conjugate pairs of poles that a fit may have.
inline constexpr int kMostPolePairs = 4;

/// An impulse response: center at 0; the sample n >= 1 to the right weighs the sum of Re(weight
/// pole^(n-1)) over the pairs, and the one to the left the same, negated where is_odd.
struct RecursiveResponse {
  double center = 0;
  bool is_odd = false;
  std::vector<std::complex<double>> poles;  // of each pair the one above the real axis
  std::vector<std::complex<double>> weights;
  double l1_distance = 0;  // proven: sum of |response - taps| over all samples, without end
};

struct FitRequest {
  double sigma = 1;
  int order = 0;  // of the derivative, 0 to 4
  int pole_pairs = 2;
  bool in_double = true;  // false: every coefficient is a float
};

/// The response with poles exp(-lambda / sigma), lambda from a table, and least-squares weights.
/// Its sum is that of the taps, to rounding: constants come out as by the taps.
RecursiveResponse fit_recursive(const std::vector<double>& taps, const FitRequest& request);

}  // namespace sepconv::kernels
