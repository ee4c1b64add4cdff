// sepconv tune: measures this machine, so that plans are ranked by its own rates.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "cli/common/progress.h"
#include "cli/common/table.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv tune
      a few seconds on one thread; best while nothing else runs
  sepconv tune --dry-run --json
      measured, printed for another program, not kept
  sepconv tune --forget
      back to the rates that sepconv comes with

Plans of later runs are ranked by the rates that are kept; `sepconv filter --explain` says which.
A profile of another machine or version is ignored, with a note.
)";

struct TuneCommand {
  bool dry_run = false;
  bool forget = false;
  bool json = false;
};

nlohmann::json as_json(const MachineProfile& profile, const std::string& path) {
  nlohmann::json rates = nlohmann::json::object();
  for (const TunedRate& rate : profile.rates) {
    rates[rate.name] = {{"built_in", rate.built_in}, {"measured", rate.measured}};
  }
  return {{"cpu", profile.cpu},
          {"target", profile.target},
          {"measured", profile.measured},
          {"rates", rates},
          {"error_before", profile.error_before},
          {"error_after", profile.error_after},
          {"path", path}};
}

void print(const MachineProfile& profile) {
  fmt::print("{}, {}, one thread\n", profile.cpu, profile.target);
  Table table({"ns a tap or sample", "built in", "measured", "ratio"});
  for (const TunedRate& rate : profile.rates) {
    table.add({rate.name, fmt::format("{:.4f}", rate.built_in),
               fmt::format("{:.4f}", rate.measured),
               fmt::format("{:.2f}", rate.measured / rate.built_in)});
  }
  fmt::print("{}", table.to_text());
  fmt::print("Predicted times were off by {:.0f} % on average, and are now by {:.0f} %.\n",
             100 * profile.error_before, 100 * profile.error_after);
}

int forget(const std::string& path) {
  std::error_code error;
  const bool had_one = std::filesystem::remove(path, error);
  if (error) throw std::runtime_error(fmt::format("{}: {}", path, error.message()));
  fmt::print("{} {}\n", had_one ? "Forgot" : "There was no profile at", path);
  return 0;
}

int run(const TuneCommand& command) {
  const std::string path = profile_path();
  if (command.forget) return forget(path);
  ProgressBar bar;
  const MachineProfile profile = tune([&](double fraction) { bar.show(fraction); });
  bar.erase();
  if (!command.dry_run) store_profile(profile, path);
  if (command.json) {
    fmt::print("{}\n", as_json(profile, command.dry_run ? "" : path).dump(2));
    return 0;
  }
  print(profile);
  if (!command.dry_run) fmt::print("Kept at {}\n", path);
  return 0;
}

}  // namespace

Command add_tune(CLI::App& program) {
  CLI::App* parser = program.add_subcommand("tune", "Measure this machine, to choose plans by");
  auto command = std::make_shared<TuneCommand>();
  parser->add_flag("--dry-run", command->dry_run, "measure and print, keep nothing");
  parser->add_flag("--forget", command->forget, "remove what was kept");
  parser->add_flag("--json", command->json, "JSON instead of a table");
  parser->footer(kExamples);
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
