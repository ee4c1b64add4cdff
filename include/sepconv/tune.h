// Measuring this machine once, so that plans are ranked by its own rates.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sepconv {

/// One rate of a predicted time.
/// units      nanoseconds of one thread: a tap or a sample, for 32-byte vectors
struct TunedRate {
  std::string name;
  double built_in = 0;  // what the library comes with
  double measured = 0;
};

/// A machine, measured.
struct MachineProfile {
  std::string cpu;       // as the system names it
  std::string target;    // the instruction set that was measured
  std::string measured;  // the day, YYYY-MM-DD
  std::vector<TunedRate> rates;
  double error_before = 0;  // the mean |predicted / measured - 1| with the built-in rates,
  double error_after = 0;   //   and with these
};

/// Where the profile of this machine is kept: sepconv/profile.json in the user's cache folder
/// ($XDG_CACHE_HOME or ~/.cache; ~/Library/Caches on macOS). Empty where there is no home.
std::string profile_path();

/// What this process ranks plans by: "built in", the day of a measurement, or why a profile was
/// ignored. The profile is read once, when the first plan is made.
std::string profile_note();

/// Measures this machine: a few seconds of one thread, best while nothing else runs.
/// progress   called with the fraction done, 0 to 1
MachineProfile tune(const std::function<void(double)>& progress = {});

/// Keeps a profile for later processes. The file appears whole or not at all.
/// errors     InvalidArgument: path is empty; std::runtime_error: it cannot be written
void store_profile(const MachineProfile& profile, const std::string& path = profile_path());

}  // namespace sepconv
