// Line transforms against the sums that define them, and their errors against what passes.h says.
#include "filter/fft/transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "filter/fft/passes.h"

namespace sepconv {
namespace {

using Line = std::vector<std::complex<double>>;
using ExactLine = std::vector<std::complex<long double>>;

constexpr int64_t kSizes[] = {2, 3, 4, 5, 16, 20, 25, 27, 30, 64, 75, 90, 160, 225, 256, 400};

ExactLine exact_transform(const Line& line, int sign) {
  const int64_t n = static_cast<int64_t>(line.size());
  ExactLine turns(n), result(n);
  for (int64_t k = 0; k < n; ++k) {
    const long double angle = 2 * std::numbers::pi_v<long double> * k / n;
    turns[k] = {std::cos(angle), sign * std::sin(angle)};
  }
  for (int64_t k = 0; k < n; ++k) {
    for (int64_t j = 0; j < n; ++j) {
      result[k] += turns[k * j % n] * std::complex<long double>(line[j]);
    }
  }
  return result;
}

enum class Content { noise, constant, impulse };

Line line_of(int64_t size, Content content) {
  std::mt19937 random(static_cast<uint32_t>(size));
  std::uniform_real_distribution<double> any(-1, 1);
  Line line(size);
  for (auto& value : line) value = {any(random), any(random)};
  if (content == Content::constant) std::fill(line.begin(), line.end(), line[0]);
  if (content == Content::impulse) std::fill(line.begin() + 1, line.end(), 0);
  std::rotate(line.begin(), line.begin() + size / 3, line.end());
  return line;
}

double norm(const ExactLine& line) {
  long double squares = 0;
  for (const auto& value : line) squares += std::norm(value);
  return static_cast<double>(std::sqrt(squares));
}

void expect_within_errors(const Line& in, const Line& out, const ExactLine& exact) {
  const LineErrors errors = line_errors(static_cast<int64_t>(in.size()));
  double magnitudes = 0, largest = 0;
  ExactLine difference(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    magnitudes += std::abs(in[i]);
    difference[i] = std::complex<long double>(out[i]) - exact[i];
    largest = std::max(largest, static_cast<double>(std::abs(difference[i])));
  }
  EXPECT_LE(norm(difference), 0x1p-53 * errors.in_norm * norm(exact));
  EXPECT_LE(largest, 0x1p-53 * errors.in_value * magnitudes);
}

TEST(LineTransform, gives_the_sums_within_the_errors_that_passes_state) {
  for (const int64_t size : kSizes) {
    for (const Content content : {Content::noise, Content::constant, Content::impulse}) {
      SCOPED_TRACE(::testing::Message() << size << " content " << static_cast<int>(content));
      const LineTransform transform(size);
      ASSERT_EQ(transform.size(), size);
      const Line in = line_of(size, content);
      Line out(size);
      transform.forward(in.data(), 1, out.data());
      expect_within_errors(in, out, exact_transform(in, -1));
      transform.inverse(in.data(), 1, out.data());
      expect_within_errors(in, out, exact_transform(in, 1));
    }
  }
}

TEST(LineTransform, reads_columns) {
  const int64_t size = 40, stride = 7;
  const Line line = line_of(size, Content::noise);
  Line spread(size * stride), expected(size), out(size);
  for (int64_t i = 0; i < size; ++i) spread[i * stride] = line[i];
  const LineTransform transform(size);
  transform.forward(line.data(), 1, expected.data());
  transform.forward(spread.data(), stride, out.data());
  EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace sepconv
