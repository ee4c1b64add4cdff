// The bound of recursive Gaussians: held over sigmas, orders, borders, sizes, budgets and targets
// on noise, steps, impulses and the signs that make a pass as wrong as it can be. The judge is the
// same filter by its taps in double, which tests/python/test_gaussian.py holds against scipy.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "kernel/gaussian/recursive_fit.h"
#include "sepconv/error.h"
#include "sepconv/gaussian_filter.h"
#include "sepconv/kernel.h"
#include "simd/target.h"

namespace sepconv {
namespace {

constexpr Border kBorders[] = {Border::zero,      Border::constant,   Border::replicate,
                               Border::symmetric, Border::reflect101, Border::wrap};
constexpr int64_t kLines = 19;  // a group of lines and a rest

/// The response of the fit at n, of either sign, less the tap.
double difference_at(const kernels::RecursiveResponse& response, const std::vector<double>& taps,
                     int64_t n) {
  const auto radius = static_cast<int64_t>(taps.size()) / 2;
  const double tap = std::abs(n) <= radius ? taps[radius + n] : 0;
  if (n == 0) return response.center - tap;
  double value = 0;
  for (size_t k = 0; k < response.poles.size(); ++k) {
    value += (response.weights[k] * std::pow(response.poles[k], std::abs(n) - 1.0)).real();
  }
  return (n < 0 && response.is_odd ? -value : value) - tap;
}

/// Lines of noise, a step, impulses, a constant, ramps, and the signs of the differences that fits
/// of one to four pairs make at the middle sample.
std::vector<double> lines_of(int64_t size, double sigma, int order) {
  std::mt19937 random(static_cast<uint32_t>(size));
  std::vector<double> lines(kLines * size);
  const std::vector<double> taps = gaussian_taps(sigma, order);
  for (int64_t line = 0; line < kLines; ++line) {
    kernels::RecursiveResponse response;
    if (line < 4) {
      response = kernels::fit_recursive(taps, {sigma, order, static_cast<int>(line + 1), true});
    }
    for (int64_t i = 0; i < size; ++i) {
      double& x = lines[line * size + i];
      x = line % 2 == 0 ? std::uniform_real_distribution<>(-1, 1)(random)
                        : static_cast<double>(random() % 2) * 2 - 1;
      if (line < 4) x = difference_at(response, taps, i - size / 2) < 0 ? -1 : 1;
      if (line == 4) x = i < size / 2 ? -1 : 1;
      if (line == 5) x = i == size / 2;
      if (line == 6) x = i == 0;
      if (line == 7) x = 1;
      if (line == 8) x = 2.0 * i / size - 1;
    }
  }
  return lines;
}

struct BoundCase {
  double sigma;
  int order;
  Border border;
  int64_t size;
};

std::vector<double> run_plan(const GaussianPlan& plan, const std::vector<double>& in) {
  std::vector<double> out(in.size());
  plan.run(ConstArrayRef::packed(in.data(), SampleType::f64, plan.shape()),
           ArrayRef::packed(out.data(), SampleType::f64, plan.shape()));
  return out;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;  // NaN too
  }
  return largest;
}

/// f32 samples, filtered in float or double as the budget allows.
std::vector<double> run_float_plan(const GaussianPlan& plan, const std::vector<double>& in) {
  const std::vector<float> narrow(in.begin(), in.end());
  std::vector<float> out(in.size());
  plan.run(ConstArrayRef::packed(narrow.data(), SampleType::f32, plan.shape()),
           ArrayRef::packed(out.data(), SampleType::f32, plan.shape()));
  return {out.begin(), out.end()};
}

void expect_bound(const BoundCase& c) {
  const std::vector<int64_t> shape{kLines, c.size};
  const GaussianAxis axis{1, c.sigma, c.order, c.border, 0.75};
  double gain = 0;
  for (const double tap : gaussian_taps(c.sigma, c.order)) gain += std::abs(tap);
  std::vector<double> in = lines_of(c.size, c.sigma, c.order);
  for (double& x : in) x = static_cast<float>(x);
  const auto f32 = SampleType::f32, f64 = SampleType::f64;
  const auto exact =
      run_plan(GaussianPlan(shape, f64, f64, {axis}, {.method = GaussianMethod::fir}), in);
  for (const double budget : {0.5, 2e-2, 2e-3, 3e-4, 6e-5, 1e-6}) {
    const GaussianOptions options{.max_error = budget * gain, .method = GaussianMethod::recursive};
    const std::string label = "sigma " + std::to_string(c.sigma) + ", order " +
                              std::to_string(c.order) + ", border " + name(c.border) + ", size " +
                              std::to_string(c.size) + ", budget " + std::to_string(budget);
    try {
      const GaussianPlan plan(shape, f64, f64, {axis}, options);
      const double bound = plan.error_bound(1.0);
      EXPECT_LE(bound, options.max_error + 1e-14 * gain) << label;
      EXPECT_LE(largest_difference(run_plan(plan, in), exact), bound + 1e-13 * gain) << label;
      const GaussianPlan narrow(shape, f32, f32, {axis}, options);
      EXPECT_LE(largest_difference(run_float_plan(narrow, in), exact),
                narrow.error_bound(1.0) + 1e-13 * gain)
          << label << ", f32";
    } catch (const InvalidArgument& error) {
      EXPECT_NE(std::string(error.what()).find("at best"), std::string::npos) << error.what();
    }
  }
}

TEST(GaussianBound, holds_for_every_sigma_order_border_and_size) {
  for (const double sigma : {0.2, 0.5, 1.0, 3.0, 10.0, 50.0}) {
    for (int order = 0; order <= 4; ++order) {
      for (const Border border : kBorders) {
        for (const int64_t size : {1, 2, 3, 7, 31, 260}) expect_bound({sigma, order, border, size});
      }
    }
  }
}

TEST(GaussianBound, holds_for_wide_ones_on_short_and_long_lines) {
  for (const double sigma : {200.0, 1000.0}) {
    for (const int order : {0, 1, 4}) {
      for (const Border border : kBorders) {
        for (const int64_t size : {1, 2, 1100}) expect_bound({sigma, order, border, size});
      }
    }
  }
}

TEST(GaussianBound, holds_on_every_target) {
  for (const simd::Target& target : simd::usable_targets()) {
    simd::force_target(target.id);
    for (const Border border : kBorders) expect_bound({6.0, 0, border, 90});
    expect_bound({6.0, 3, Border::wrap, 90});
  }
  simd::force_target(0);
}

TEST(GaussianBound, is_reached_by_the_signs_of_the_difference) {
  const double sigma = 4;
  const int64_t size = 301;
  const std::vector<int64_t> shape{kLines, size};
  const std::vector<double> in = lines_of(size, sigma, 0);
  const auto f64 = SampleType::f64;
  const GaussianAxis axis{1, sigma, 0, Border::zero};
  const auto exact = run_plan(GaussianPlan(shape, f64, f64, {axis}), in);
  for (const double budget : {0.05, 1e-3, 1e-4}) {
    const GaussianPlan plan(shape, f64, f64, {axis},
                            {.max_error = budget, .method = GaussianMethod::recursive});
    EXPECT_GT(largest_difference(run_plan(plan, in), exact), 0.99 * plan.error_bound(1.0));
  }
}

}  // namespace
}  // namespace sepconv
