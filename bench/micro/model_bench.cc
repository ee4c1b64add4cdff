// Measures this machine as `sepconv tune` does, and filters of whole images beside it, one thread:
//     model_bench FILE
// A file so made is in tests/filter/profile/measured.json, by which a test holds the predictions of
// times against times.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "filter/profile/tuning_cases.h"
#include "sepconv/sepconv.h"

namespace sepconv::bench {
namespace {

constexpr ImageShape kShape{1920, 1080, 1};
constexpr int kRounds = 5;

struct ModelCase {
  std::string kernel;
  SampleType type;
  Method method = Method::separable;
};

std::vector<ModelCase> model_cases() {
  std::vector<ModelCase> cases;
  for (const SampleType type : {SampleType::f32, SampleType::u8, SampleType::u16}) {
    for (const int size : {3, 5, 9, 15, 31, 63}) {
      cases.push_back({fmt::format("gaussian:size={}", size), type});
    }
    for (const int size : {7, 31, 101}) {
      cases.push_back({fmt::format("box:size={}", size), type});
    }
    for (const int radius : {2, 4, 7}) {
      cases.push_back({fmt::format("disk:radius={}", radius), type, Method::direct});
    }
    for (const int sigma : {1, 2}) {
      cases.push_back({fmt::format("log:sigma={}", sigma), type, Method::low_rank});
    }
    cases.push_back({"disk:radius=30", type, Method::fft});
  }
  return cases;
}

void run(const char* path) {
  const MachineProfile profile = tune();
  nlohmann::json rates = nlohmann::json::object();
  for (const TunedRate& rate : profile.rates) rates[rate.name] = rate.measured;
  nlohmann::json cases = nlohmann::json::array();
  for (const ModelCase& c : model_cases()) {
    const TuningCase timed = of_image({c.type, parse_kernel(c.kernel), c.method, false, kShape});
    double seconds = HUGE_VAL;
    for (int round = 0; round < kRounds; ++round) {
      seconds = std::min(seconds, timed.measured_seconds());
    }
    cases.push_back({{"kernel", c.kernel},
                     {"type", name(c.type)},
                     {"method", name(c.method)},
                     {"seconds", seconds}});
  }
  std::ofstream(path) << nlohmann::json{{"cpu", profile.cpu},
                                        {"target", profile.target},
                                        {"measured", profile.measured},
                                        {"rates", rates},
                                        {"shape", {kShape.width, kShape.height}},
                                        {"cases", cases}}
                             .dump(1)
                      << "\n";
}

}  // namespace
}  // namespace sepconv::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: model_bench FILE\n");
    return 2;
  }
  sepconv::bench::run(argv[1]);
}
