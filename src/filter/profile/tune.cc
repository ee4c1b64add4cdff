// Tuning: times plans of many kinds, and fits the rates that predict those times best.
#include "sepconv/tune.h"

#include <Eigen/Dense>
#include <algorithm>
#include <ctime>

#include "filter/profile/profile.h"
#include "filter/profile/tuning_cases.h"

namespace sepconv {
namespace {

// What holds rates near the built-in ones where the cases say little about them.
constexpr double kTrust = 0.03;

// Measured rates leave the built-in ones by at most this factor.
constexpr double kFurthest = 50;

/// What each built-in rate alone predicts of a case, over what it took: a row of a fit.
Eigen::VectorXd shares_of(const TuningCase& c) {
  const std::span<const NamedRate> rates = named_rates();
  const double seconds = c.measured_seconds();
  Eigen::VectorXd shares(rates.size());
  for (size_t r = 0; r < rates.size(); ++r) {
    Rates alone{};
    alone.*rates[r].rate = built_in_rates().*rates[r].rate;
    shares[r] = c.predicted_seconds(alone) / seconds;
  }
  return shares;
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
  const std::vector<TuningCase> cases = tuning_cases();
  const std::span<const NamedRate> rates = named_rates();
  Eigen::MatrixXd shares(cases.size(), rates.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    shares.row(i) = shares_of(cases[i]);
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
