// The time model against times: rates that were fitted to tuning's own cases predict whole images.
// Where this fails after a faster loop or a new rate, the stored times are of another library:
// bench/micro/model_bench.cc measures them anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "filter/profile/tuning_cases.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// What predictions have to keep: the median error, the error of most cases, and the part of those
// that may be further off.
constexpr double kMedianError = 0.10;
constexpr double kUsualError = 0.25;
constexpr double kPartBeyond = 0.10;

/// A target while this lives.
class Target {
 public:
  explicit Target(const std::string& name) {
    for (const simd::Target& target : simd::usable_targets()) {
      if (target.name == name) simd::force_target(target.id);
    }
    is_forced_ = simd::active_target().name == name;
  }
  ~Target() { simd::force_target(0); }
  bool is_forced() const { return is_forced_; }

 private:
  bool is_forced_;
};

Rates rates_of(const nlohmann::json& json) {
  Rates rates = built_in_rates();
  for (const NamedRate& named : named_rates()) {
    rates.*named.rate = json.value(named.name, rates.*named.rate);
  }
  return rates;
}

ImageCase case_of(const nlohmann::json& json, const ImageShape& shape) {
  ImageCase c{SampleType::f32, parse_kernel(json.at("kernel").get<std::string>())};
  for (const SampleType type : {SampleType::u8, SampleType::u16}) {
    if (json.at("type") == name(type)) c.type = type;
  }
  for (const Method method : {Method::direct, Method::low_rank, Method::fft}) {
    if (json.at("method") == name(method)) c.method = method;
  }
  c.shape = shape;
  return c;
}

TEST(Model, predicts_whole_images_from_the_rates_of_tuning) {
  const nlohmann::json measured = nlohmann::json::parse(std::ifstream(MEASURED_TIMES));
  const Target target(measured.at("target").get<std::string>());
  if (!target.is_forced()) GTEST_SKIP() << "times of another instruction set";
  const Rates rates = rates_of(measured.at("rates"));
  const ImageShape shape{measured.at("shape")[0], measured.at("shape")[1], 1};
  std::vector<double> errors;
  std::string report;
  for (const nlohmann::json& json : measured.at("cases")) {
    const double seconds = json.at("seconds");
    const double error = of_image(case_of(json, shape)).predicted_seconds(rates) / seconds - 1;
    errors.push_back(std::abs(error));
    report += fmt::format("{} {}: {:+.0f} %\n", json["type"].get<std::string>(),
                          json["kernel"].get<std::string>(), 100 * error);
  }
  std::sort(errors.begin(), errors.end());
  const auto beyond = errors.end() - std::upper_bound(errors.begin(), errors.end(), kUsualError);
  EXPECT_LE(errors[errors.size() / 2], kMedianError) << report;
  EXPECT_LE(beyond, kPartBeyond * static_cast<double>(errors.size())) << report;
}

}  // namespace
}  // namespace sepconv
