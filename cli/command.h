// The subcommands, as main.cc sees them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace sepconv::cli {

/// A subcommand: the parser's side, and what to do once its options are parsed. run returns the
/// exit code: 0 done, 1 a verification that found differences.
/// errors     UsageError and InvalidArgument end in exit code 2, everything else in 1
struct Command {
  CLI::App* parser = nullptr;
  std::function<int()> run;
};

Command add_filter(CLI::App& program);
Command add_separate(CLI::App& program);
Command add_explain(CLI::App& program);
Command add_verify(CLI::App& program);
Command add_tune(CLI::App& program);
Command add_run(CLI::App& program);
Command add_bench(CLI::App& program);

}  // namespace sepconv::cli
