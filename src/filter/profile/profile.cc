// Profiles as files: JSON with a version, the machine and its rates by name.
#include "filter/profile/profile.h"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/check.h"
#include "sepconv/tune.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// Raised when the rates or their meaning change.
constexpr int kVersion = 2;

// More than any profile needs: whatever else lies at the path is not read whole.
constexpr int64_t kMostBytes = 64 * 1024;

// No machine is that far from the built-in rates; a file that says so is not a profile.
constexpr double kFurthest = 1000;

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Profile ignored(const std::string& path, const std::string& why) {
  return {built_in_rates(), fmt::format("built in; {} is ignored: {}", path, why)};
}

bool is_plausible(double rate, double built_in) {
  return std::isfinite(rate) && rate > built_in / kFurthest && rate < built_in * kFurthest;
}

// The rates of a parsed profile, or nothing where one is missing or no rate.
std::optional<Rates> rates_of(const nlohmann::json& json) {
  Rates rates = built_in_rates();
  for (const NamedRate& named : named_rates()) {
    const auto found = json.find(named.name);
    if (found == json.end() || !found->is_number()) return std::nullopt;
    const double rate = found->get<double>();
    if (!is_plausible(rate, rates.*named.rate)) return std::nullopt;
    rates.*named.rate = rate;
  }
  return rates;
}

std::optional<std::string> contents(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostBytes, '\0');
  file.read(text.data(), kMostBytes);
  text.resize(file.gcount());
  return text;
}

}  // namespace

Machine this_machine() { return {cpu_name(), simd::active_target().name}; }

std::string profile_path() {
  std::string folder = variable("XDG_CACHE_HOME");
  const std::string home = variable("HOME");
  if (folder.empty() && home.empty()) return "";
#ifdef __APPLE__
  if (folder.empty()) folder = home + "/Library/Caches";
#endif
  if (folder.empty()) folder = home + "/.cache";
  return folder + "/sepconv/profile.json";
}

Profile read_profile(const std::string& path, const Machine& machine) {
  const std::optional<std::string> text = path.empty() ? std::nullopt : contents(path);
  if (!text) return {};
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return ignored(path, "it is not JSON; run sepconv tune");
  const auto word = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const auto version = json.find("profile_version");
  if (version == json.end() || !version->is_number_integer()) {
    return ignored(path, "it has no profile_version; run sepconv tune");
  }
  if (*version != kVersion) {
    return ignored(path, fmt::format("its version is {}, this sepconv has {}; run sepconv tune",
                                     version->dump(), kVersion));
  }
  if (word("cpu") != machine.cpu || word("target") != machine.target) {
    return ignored(
        path, fmt::format("it is of {} with {}; run sepconv tune", word("cpu"), word("target")));
  }
  const auto values = json.find("rates");
  const auto rates = values == json.end() ? std::nullopt : rates_of(*values);
  if (!rates) return ignored(path, "its rates are not whole; run sepconv tune");
  return {*rates, fmt::format("measured {} by sepconv tune", word("measured"))};
}

const Profile& machine_profile() {
  static const Profile profile = read_profile(profile_path(), this_machine());
  return profile;
}

std::string profile_note() { return machine_profile().note; }

void store_profile(const MachineProfile& profile, const std::string& path) {
  require(!path.empty(), "tune: no path to keep the profile at; set HOME or XDG_CACHE_HOME");
  nlohmann::json rates = nlohmann::json::object();
  for (const TunedRate& rate : profile.rates) rates[rate.name] = rate.measured;
  const nlohmann::json json = {{"profile_version", kVersion},
                               {"cpu", profile.cpu},
                               {"target", profile.target},
                               {"measured", profile.measured},
                               {"rates", rates}};
  const std::filesystem::path target(path);
  const std::string temporary = fmt::format("{}.{}", path, getpid());
  std::error_code error;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  std::ofstream file(temporary, std::ios::binary);
  file << json.dump(2) << '\n';
  file.close();
  if (file) std::filesystem::rename(temporary, target, error);
  if (!file || error) {
    std::filesystem::remove(temporary, error);
    throw std::runtime_error(fmt::format("{}: cannot be written", path));
  }
}

}  // namespace sepconv
