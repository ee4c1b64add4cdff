// The profile of this machine: which rates this process predicts with.
#pragma once

#include <string>

#include "filter/profile/rates.h"

namespace sepconv {

/// Rates and where they come from.
struct Profile {
  Rates rates = built_in_rates();
  std::string note = "built in";
};

/// The machine that a profile must be of.
struct Machine {
  std::string cpu;
  std::string target;
};
Machine this_machine();

/// The profile kept at path if it is whole, of this version and of that machine; else the built-in
/// rates with a note that says why. No file at path is no reason for a note.
Profile read_profile(const std::string& path, const Machine& machine);

/// The profile of this process, read when it is first asked for.
const Profile& machine_profile();

}  // namespace sepconv
