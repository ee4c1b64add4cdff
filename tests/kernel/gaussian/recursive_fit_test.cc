// Fits of recursive filters: their proven distance against one summed the long way, how small it
// is, and that their sums are those of the taps.
#include "kernel/gaussian/recursive_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sepconv/kernel.h"

namespace sepconv::kernels {
namespace {

double sum_of_magnitudes(const std::vector<double>& taps) {
  double sum = 0;
  for (const double tap : taps) sum += std::abs(tap);
  return sum;
}

/// The response at n >= 1, powers by exponentials in long double.
long double response_at(const RecursiveResponse& response, int64_t n) {
  long double value = 0;
  for (size_t k = 0; k < response.poles.size(); ++k) {
    const std::complex<long double> pole(response.poles[k].real(), response.poles[k].imag());
    const std::complex<long double> weight(response.weights[k].real(), response.weights[k].imag());
    value += (weight * std::exp(std::log(pole) * static_cast<long double>(n - 1))).real();
  }
  return value;
}

TEST(RecursiveFit, distances_hold_and_are_tight) {
  for (const double sigma : {0.2, 0.5, 1.0, 3.0, 10.0, 50.0, 200.0}) {
    for (int order = 0; order <= 4; ++order) {
      const std::vector<double> taps = gaussian_taps(sigma, order);
      const auto radius = static_cast<int64_t>(taps.size()) / 2;
      for (int pairs = 1; pairs <= kMostPolePairs; ++pairs) {
        const RecursiveResponse response = fit_recursive(taps, {sigma, order, pairs, pairs != 2});
        long double distance = std::abs(response.center - taps[radius]);
        for (int64_t n = 1; n < radius + 60 * sigma + 60; ++n) {
          const long double tap = n <= radius ? taps[radius + n] : 0;
          distance += 2 * std::abs(response_at(response, n) - tap);
        }
        EXPECT_GE(response.l1_distance, distance * (1 - 1e-12));
        EXPECT_LE(response.l1_distance, distance * (1 + 1e-6) + 1e-10 * sum_of_magnitudes(taps))
            << "sigma " << sigma << ", order " << order << ", " << pairs << " pairs";
      }
    }
  }
}

TEST(RecursiveFit, more_pairs_come_nearer_until_the_taps_end) {
  // Relative to the sum of magnitudes; taps to 8 sigma, so that their end hardly matters.
  const double highest[kMostPolePairs][5] = {{0.05, 0.2, 0.4, 0.3, 0.4},
                                             {6e-4, 3e-3, 1.2e-2, 3e-2, 5e-2},
                                             {8e-6, 5e-5, 2e-4, 7e-4, 2e-3},
                                             {3e-7, 2e-6, 8e-6, 3e-5, 6e-5}};
  for (const double sigma : {5.0, 20.0, 300.0}) {
    for (int order = 0; order <= 4; ++order) {
      const std::vector<double> taps = gaussian_taps(sigma, order, 8);
      for (int pairs = 1; pairs <= kMostPolePairs; ++pairs) {
        const double distance = fit_recursive(taps, {sigma, order, pairs, true}).l1_distance;
        EXPECT_LE(distance / sum_of_magnitudes(taps), highest[pairs - 1][order])
            << "sigma " << sigma << ", order " << order << ", " << pairs << " pairs";
      }
    }
  }
}

TEST(RecursiveFit, constants_come_out_as_by_the_taps) {
  for (const double sigma : {0.3, 2.0, 40.0}) {
    for (const int order : {0, 2, 4}) {
      for (const bool in_double : {false, true}) {
        const std::vector<double> taps = gaussian_taps(sigma, order);
        const RecursiveResponse response = fit_recursive(taps, {sigma, order, 3, in_double});
        double sum = response.center, expected = 0;
        for (const double tap : taps) expected += tap;
        for (size_t k = 0; k < response.poles.size(); ++k) {
          sum += 2 * (response.weights[k] / (1.0 - response.poles[k])).real();
        }
        const double unit = in_double ? 1e-13 : 0x1p-24;
        EXPECT_NEAR(sum, expected, unit * sum_of_magnitudes(taps)) << sigma << ", order " << order;
      }
    }
  }
}

TEST(RecursiveFit, coefficients_are_floats_where_asked) {
  const RecursiveResponse response = fit_recursive(gaussian_taps(7), {7, 0, 3, false});
  EXPECT_EQ(response.center, static_cast<float>(response.center));
  for (size_t k = 0; k < 3; ++k) {
    for (const std::complex<double> value : {response.poles[k], response.weights[k]}) {
      EXPECT_EQ(value.real(), static_cast<float>(value.real()));
      EXPECT_EQ(value.imag(), static_cast<float>(value.imag()));
    }
  }
}

}  // namespace
}  // namespace sepconv::kernels
