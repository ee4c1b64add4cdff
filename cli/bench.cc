// sepconv bench: how fast a network runs on this machine.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "cli/common/network_inputs.h"
#include "cli/common/progress.h"
#include "cli/common/table.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv bench mobilenet_v2.onnx --threads 1
      a second of runs on made-up values; open sizes are 1 and 224
  sepconv bench mobilenet_v2.onnx --batch 8 --json
      eight pictures at once, for another program
  sepconv bench ppocr_det.onnx --shape 1x3x640x640
      sizes that the model leaves open

The first run, which plans, does not count. Times are of whole runs, copies of the outputs too.
)";

using Clock = std::chrono::steady_clock;

struct BenchCommand {
  std::string model;
  InputSizes sizes;
  int threads = default_threads();
  double seconds = 1;
  bool json = false;
};

struct BenchReport {
  std::string inputs;
  double load = 0, first = 0;   // seconds
  std::vector<double> seconds;  // of each run, sorted
  int64_t images = 1;
  int64_t multiplications = 0;
  int64_t arena_bytes = 0;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Half of the runs took no longer; of at least kFewestRuns.
constexpr size_t kFewestRuns = 5;
double median(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

// Pictures in a run: the first size of the first input.
int64_t images_in(const std::map<std::string, NdArray>& inputs, const Network& network) {
  if (network.inputs().empty()) return 1;
  const NdShape& shape = inputs.at(network.inputs().front().name).shape();
  return shape.empty() ? 1 : shape[0];
}

BenchReport measure(const BenchCommand& command) {
  BenchReport report;
  const auto start = Clock::now();
  const Network network(command.model, NetworkOptions{.threads = command.threads});
  report.load = seconds_since(start);
  const std::map<std::string, NdArray> arrays = network_inputs(network, command.sizes);
  const std::map<std::string, ConstNdRef> inputs(arrays.begin(), arrays.end());
  report.inputs = shapes_text(arrays);
  report.images = images_in(arrays, network);
  std::vector<NdArray> results;
  Context context(command.threads);
  const auto timed_run = [&] {
    const auto run_start = Clock::now();
    network.run({}, inputs, results, context);
    return seconds_since(run_start);
  };
  report.first = timed_run();
  ProgressBar bar;
  const auto begin = Clock::now();
  while (report.seconds.size() < kFewestRuns || seconds_since(begin) < command.seconds) {
    report.seconds.push_back(timed_run());
    bar.show(std::min(seconds_since(begin) / command.seconds,
                      static_cast<double>(report.seconds.size()) / kFewestRuns));
  }
  bar.erase();
  std::ranges::sort(report.seconds);
  const NetworkExplanation explanation = network.profile(inputs, 1);
  for (const NetworkStep& step : explanation.steps) {
    report.multiplications += step.multiplications;
  }
  report.arena_bytes = explanation.arena_bytes;
  return report;
}

void print(const BenchReport& report, const BenchCommand& command) {
  fmt::print("{}: {}, {} thread{}\n\n", command.model, report.inputs, command.threads,
             command.threads == 1 ? "" : "s");
  Table table({"", "ms", "images/s", "GMAC/s"});
  const auto add = [&](const char* name, double seconds) {
    table.add({name, fmt::format("{:.3f}", 1e3 * seconds),
               fmt::format("{:.1f}", static_cast<double>(report.images) / seconds),
               fmt::format("{:.1f}", static_cast<double>(report.multiplications) / seconds / 1e9)});
  };
  add("minimum", report.seconds.front());
  add("median", median(report.seconds));
  fmt::print("{}\n{} runs; loading took {:.1f} ms, the first run {:.1f} ms\n", table.to_text(),
             report.seconds.size(), 1e3 * report.load, 1e3 * report.first);
  fmt::print("{} multiplications a run; values between steps share {} bytes\n",
             with_separators(report.multiplications), with_separators(report.arena_bytes));
}

std::string to_json(const BenchReport& report, const BenchCommand& command) {
  const nlohmann::ordered_json json = {{"model", command.model},
                                       {"inputs", report.inputs},
                                       {"threads", command.threads},
                                       {"runs", report.seconds.size()},
                                       {"minimum_seconds", report.seconds.front()},
                                       {"median_seconds", median(report.seconds)},
                                       {"images", report.images},
                                       {"multiplications", report.multiplications},
                                       {"load_seconds", report.load},
                                       {"first_run_seconds", report.first},
                                       {"arena_bytes", report.arena_bytes}};
  return json.dump(2) + "\n";
}

int run(const BenchCommand& command) {
  const BenchReport report = measure(command);
  if (command.json) {
    fmt::print("{}", to_json(report, command));
  } else {
    print(report, command);
  }
  return 0;
}

}  // namespace

Command add_bench(CLI::App& program) {
  CLI::App* parser = program.add_subcommand("bench", "Measure a network of an ONNX file");
  auto command = std::make_shared<BenchCommand>();
  parser->add_option("MODEL", command->model, "an ONNX file")->required();
  parser->add_option("--threads", command->threads, "threads to use")->check(CLI::Range(1, 1024));
  parser->add_option("--batch", command->sizes.batch, "pictures at once, where the model allows it")
      ->check(CLI::PositiveNumber);
  parser->add_option("--shape", command->sizes.shapes,
                     "sizes of the input, 1x3x224x224; NAME=SIZES of one of several");
  parser->add_option("--seconds", command->seconds, "how long to measure")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  parser->add_flag("--json", command->json, "JSON instead of a table");
  parser->footer(kExamples);
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
