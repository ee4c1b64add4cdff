// 1-D Gaussian factors, shared by the factories of gaussian.cc, smoothing.cc and shapes.cc.
#pragma once

#include <cstdint>
#include <vector>

namespace sepconv::kernels {

/// size samples of a Gaussian about the middle of the window, of sum one, symmetric to the bit.
std::vector<double> gaussian_factor(int64_t size, double sigma);

/// The derivative of the given order on 2 radius + 1 samples: sum taps[x] x^m is order! for
/// m == order and 0 for every smaller m, so it is exact on polynomials up to its order.
std::vector<double> gaussian_derivative_factor(int64_t radius, double sigma, int order);

}  // namespace sepconv::kernels
