// Tuning: times plans of many kinds, and fits the rates that predict those times best.
#include "sepconv/tune.h"

#include <Eigen/Dense>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "filter/choose/candidates.h"
#include "filter/choose/predict.h"
#include "filter/profile/profile.h"

namespace sepconv {
namespace {

using Clock = std::chrono::steady_clock;

// Stays in the second cache, as predictions assume.
constexpr ImageShape kShape{960, 64, 1};

// Least time spent on a case, and the shortest of how many runs counts.
constexpr double kSecondsPerCase = 0.05;
constexpr int kLeastRuns = 9;

// What holds rates near the built-in ones where the cases say little about them.
constexpr double kTrust = 1e-3;

// Measured rates leave the built-in ones by at most this factor.
constexpr double kFurthest = 50;

/// A plan to time.
struct TuningCase {
  SampleType type;
  int64_t down, along;  // taps
  bool exact = false;
};

std::vector<TuningCase> all_cases() {
  std::vector<TuningCase> cases;
  for (const SampleType type :
       {SampleType::u8, SampleType::f32, SampleType::f64, SampleType::u16, SampleType::i16}) {
    for (const auto& [down, along] : {std::pair{9, 2}, {33, 2}, {2, 9}, {2, 33}, {5, 5}, {9, 9}}) {
      cases.push_back({type, down, along});
    }
  }
  cases.push_back({SampleType::u8, 5, 5, true});
  return cases;
}

/// Taps of sum one with no structure but their number.
std::vector<double> uneven_taps(int64_t count) {
  std::vector<double> taps(count);
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += taps[i] = 1.0 + (i * 7) % 5 + 0.1 * ((i * 5) % 3);
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// The shortest of many runs.
template <class T>
double measured_seconds(const FilterPlan& plan) {
  Image<T> in(kShape), out(kShape);
  for (int64_t y = 0; y < kShape.height; ++y) {
    for (int64_t x = 0; x < kShape.width; ++x)
      in.row(y)[x] = static_cast<T>((x * 31 + y * 17) % 99);
  }
  Context context(1);
  double shortest = HUGE_VAL, spent = 0;
  for (int run = 0; run < kLeastRuns || spent < kSecondsPerCase; ++run) {
    const auto start = Clock::now();
    plan.run(in, out, context);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    shortest = std::min(shortest, seconds);
    spent += seconds;
  }
  return shortest;
}

/// A measured case: what it took over what each built-in rate alone predicts. The time model is
/// linear in its rates, so these are the coefficients of a fit.
struct MeasuredCase {
  std::vector<double> shares;  // of the measured time, one a rate
};

MeasuredCase measure(const TuningCase& c) {
  const Kernel kernel = Kernel::outer({uneven_taps(c.down), uneven_taps(c.along)});
  FilterOptions options;
  options.method = Method::separable;
  options.exact = c.exact;
  const FilterPlan plan(kShape, c.type, c.type, kernel, options);
  const double seconds =
      visit_type(c.type, [&]<class T>(std::type_identity<T>) { return measured_seconds<T>(plan); });
  const SampleSpec spec{c.type, c.type, 1, 0, c.exact};
  const Candidate way = candidates({kernel, options, spec, kShape}).front();
  MeasuredCase measured;
  for (const NamedRate& named : named_rates()) {
    Rates alone{};
    alone.*named.rate = built_in_rates().*named.rate;
    measured.shares.push_back(predicted_seconds(alone, way.terms, way.choice, spec, kShape) /
                              seconds);
  }
  return measured;
}

/// The factors on the built-in rates that make the sum of shares of every case as near to 1 as can
/// be, in least squares.
Eigen::VectorXd fitted_factors(const Eigen::MatrixXd& shares) {
  const int64_t cases = shares.rows(), rates = shares.cols();
  Eigen::MatrixXd system(cases + rates, rates);
  system << shares, kTrust * Eigen::MatrixXd::Identity(rates, rates);
  Eigen::VectorXd wanted(cases + rates);
  wanted << Eigen::VectorXd::Ones(cases), Eigen::VectorXd::Constant(rates, kTrust);
  const Eigen::VectorXd factors = system.colPivHouseholderQr().solve(wanted);
  return factors.cwiseMax(1 / kFurthest).cwiseMin(kFurthest);
}

double mean_error(const Eigen::MatrixXd& shares, const Eigen::VectorXd& factors) {
  return ((shares * factors).array() - 1).abs().mean();
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

}  // namespace

MachineProfile tune(const std::function<void(double)>& progress) {
  const std::vector<TuningCase> cases = all_cases();
  const std::span<const NamedRate> rates = named_rates();
  Eigen::MatrixXd shares(cases.size(), rates.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    const MeasuredCase measured = measure(cases[i]);
    for (size_t r = 0; r < rates.size(); ++r) shares(i, r) = measured.shares[r];
    if (progress) progress(static_cast<double>(i + 1) / static_cast<double>(cases.size()));
  }
  const Eigen::VectorXd factors = fitted_factors(shares);
  const Machine machine = this_machine();
  MachineProfile profile{machine.cpu, machine.target, today(), {}, 0, 0};
  for (size_t r = 0; r < rates.size(); ++r) {
    const double built_in = built_in_rates().*rates[r].rate;
    profile.rates.push_back({rates[r].name, built_in, built_in * factors[r]});
  }
  profile.error_before = mean_error(shares, Eigen::VectorXd::Ones(factors.size()));
  profile.error_after = mean_error(shares, factors);
  return profile;
}

}  // namespace sepconv
