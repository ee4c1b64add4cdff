// What the tests of kernels share: messages of errors, random kernels, moments.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "sepconv/error.h"
#include "sepconv/separation.h"

namespace sepconv::testing {

/// The message of the Error that call throws; a failed test where it throws nothing.
template <class Error, class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return {};
}

inline ::testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "'" << text << "' has no '" << part << "'";
}

/// Random numbers from a seed that every failure should print.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  int64_t integer(int64_t lowest, int64_t highest) {
    return std::uniform_int_distribution<int64_t>(lowest, highest)(engine_);
  }
  double real() { return std::uniform_real_distribution<double>(-1, 1)(engine_); }
  std::vector<double> reals(size_t count) {
    std::vector<double> values(count);
    for (double& value : values) value = real();
    return values;
  }

  /// A height x width matrix that is a sum of rank products of vectors of small integers.
  std::vector<int64_t> integers_of_rank(int64_t height, int64_t width, int rank, int64_t largest) {
    std::vector<int64_t> matrix(height * width, 0);
    for (int r = 0; r < rank; ++r) {
      std::vector<int64_t> row(width);
      for (int64_t& value : row) value = integer(-largest, largest);
      for (int64_t y = 0; y < height; ++y) {
        const int64_t times = integer(-largest, largest);
        for (int64_t x = 0; x < width; ++x) matrix[y * width + x] += times * row[x];
      }
    }
    return matrix;
  }

 private:
  std::mt19937_64 engine_;
};

/// The sum of taps[i] * (i - middle)^power.
inline double moment(const std::vector<double>& taps, int power) {
  long double sum = 0;
  for (size_t i = 0; i < taps.size(); ++i) {
    const long double x = static_cast<long double>(i) - (taps.size() - 1) / 2.0L;
    sum += taps[i] * std::pow(x, power);
  }
  return static_cast<double>(sum);
}

inline double largest_magnitude(const std::vector<double>& taps) {
  double largest = 0;
  for (const double tap : taps) largest = std::max(largest, std::abs(tap));
  return largest;
}

/// The rows of taps, reversed or not along each axis, equal taps to the last bit.
inline bool is_symmetric_both_ways(const Kernel& kernel) {
  const int64_t h = kernel.shape()[0], w = kernel.shape()[1];
  for (int64_t y = 0; y < h; ++y) {
    for (int64_t x = 0; x < w; ++x) {
      const double tap = kernel.taps()[y * w + x];
      if (tap != kernel.taps()[y * w + w - 1 - x]) return false;
      if (tap != kernel.taps()[(h - 1 - y) * w + x]) return false;
    }
  }
  return true;
}

}  // namespace sepconv::testing
