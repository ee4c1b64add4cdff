// sepconv explain: what a convolution costs done in different ways, counted; and the steps of a
// network, measured too.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "cli/common/network_inputs.h"
#include "cli/common/table.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv explain "1 2 1; 2 4 2; 1 2 1"/16 --map 5x5
      81 multiplications at once; 45 + 27 = 72 as a column and a row pass
  sepconv explain gaussian:sigma=3 --map 1920x1080x3 --padding same --type u8
      a blur of a colour picture
  sepconv explain disk:radius=5 --map 640x480 --padding same
      a kernel that is not separable: as many terms as its rank
  sepconv explain layer --kernel 3x3 --map 7x7x3 --filters 128
      a network's layer: 86,400 ordinary; 675 + 9,600 = 10,275 depthwise separable
  sepconv explain mobilenet_v2.onnx --threads 1
      the steps of a network: what was fused, counts, times predicted and measured

)";

struct ExplainCommand {
  std::string subject;  // a SPEC, "layer", or an ONNX file
  std::string map;
  std::string window;
  std::string padding = "valid";
  std::string stride = "1";
  std::string dilation = "1";
  std::string type = "f32";
  int64_t filters = 0;
  int64_t multiplier = 1;
  InputSizes sizes;
  int threads = default_threads();
  bool json = false;
};

/// One way to compute the convolution.
struct Way {
  std::string name;
  CostBreakdown cost;
};

struct CostReport {
  std::string title;
  std::vector<Way> ways;  // the ordinary one first: the others are compared with it
};

Window window_of(const ExplainCommand& command, Pair sizes) {
  const Pair stride = parse_pair("--stride", command.stride);
  const Pair dilation = parse_pair("--dilation", command.dilation);
  Window window;
  window.width = sizes.x;
  window.height = sizes.y;
  window.stride_x = stride.x;
  window.stride_y = stride.y;
  window.dilation_x = dilation.x;
  window.dilation_y = dilation.y;
  window.padding = command.padding == "same" ? Padding::same : Padding::valid;
  return window;
}

std::string shape_text(const MapShape& map) {
  return fmt::format("{}x{}x{}", map.width, map.height, map.channels);
}

CostReport explain_kernel(const ExplainCommand& command) {
  if (!command.window.empty() || command.filters != 0 || command.multiplier != 1) {
    throw UsageError("--kernel, --filters and --multiplier belong to: sepconv explain layer");
  }
  const Kernel kernel = parse_image_kernel(command.subject);
  const MapShape map = parse_map(command.map);
  const Window window = window_of(command, {kernel.shape()[1], kernel.shape()[0]});
  const int64_t bytes = sample_bytes(parse_type("--type", command.type));
  const int rank = separate(kernel).rank;
  CostReport report;
  report.title = fmt::format("{}x{} kernel of rank {} on a {} map of {}, padding {}, gives {}",
                             window.width, window.height, rank, shape_text(map), command.type,
                             command.padding, shape_text(output_map(map, window)));
  report.ways.push_back({"ordinary", depthwise_cost(map, window, 1, bytes)});
  // A kernel of zeros has no term; it still costs a pass each way to say so.
  const int terms = std::max(rank, 1);
  report.ways.push_back({terms == 1 ? "separable" : fmt::format("sum of {} separable", terms),
                         separable_cost(map, window, terms, bytes)});
  return report;
}

CostReport explain_layer(const ExplainCommand& command) {
  if (command.window.empty() || command.filters == 0) {
    throw UsageError("explain layer: --kernel WxH and --filters N are needed");
  }
  const MapShape map = parse_map(command.map);
  const Window window = window_of(command, parse_pair("--kernel", command.window));
  const int64_t bytes = sample_bytes(parse_type("--type", command.type));
  MapShape out = output_map(map, window);
  out.channels = command.filters;
  CostReport report;
  report.title = fmt::format("{} filters of {}x{}x{} on a {} map of {}, padding {}, give {}",
                             command.filters, window.width, window.height, map.channels,
                             shape_text(map), command.type, command.padding, shape_text(out));
  report.ways.push_back({"ordinary", ordinary_cost(map, window, command.filters, bytes)});
  report.ways.push_back(
      {"depthwise separable",
       depthwise_separable_cost(map, window, command.filters, command.multiplier, bytes)});
  return report;
}

double ratio_of(const CostReport& report, const Way& way) {
  return static_cast<double>(report.ways.front().cost.total().multiplications) /
         static_cast<double>(way.cost.total().multiplications);
}

std::string to_text(const CostReport& report) {
  Table table({"", "multiplications", "additions", "bytes", "against ordinary"});
  for (const Way& way : report.ways) {
    const Cost total = way.cost.total();
    const double ratio = ratio_of(report, way);
    const std::string factor = &way == &report.ways.front() ? ""
                               : ratio >= 1                 ? fmt::format("{:.3g}x fewer", ratio)
                                            : fmt::format("{:.3g}x more", 1 / ratio);
    table.add({way.name, stage_sum(way.cost, &Cost::multiplications),
               stage_sum(way.cost, &Cost::additions),
               with_separators(total.bytes_read + total.bytes_written), factor});
  }
  return report.title + "\n\n" + table.to_text();
}

nlohmann::ordered_json cost_json(const Cost& cost) {
  return {{"multiplications", cost.multiplications},
          {"additions", cost.additions},
          {"bytes_read", cost.bytes_read},
          {"bytes_written", cost.bytes_written}};
}

std::string to_json(const CostReport& report) {
  nlohmann::ordered_json ways = nlohmann::ordered_json::array();
  for (const Way& way : report.ways) {
    nlohmann::ordered_json stages = nlohmann::ordered_json::array();
    for (const CostStage& stage : way.cost.stages) {
      nlohmann::ordered_json entry = {{"name", stage.name}};
      entry["out"] = {stage.out.width, stage.out.height, stage.out.channels};
      entry.update(cost_json(stage.cost));
      stages.push_back(entry);
    }
    nlohmann::ordered_json entry = {{"name", way.name}, {"ratio", ratio_of(report, way)}};
    entry.update(cost_json(way.cost.total()));
    entry["stages"] = stages;
    ways.push_back(entry);
  }
  return nlohmann::ordered_json{{"title", report.title}, {"ways", ways}}.dump(2) + "\n";
}

std::string to_json(const NetworkExplanation& network) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const NetworkStep& step : network.steps) {
    steps.push_back({{"node", step.node},
                     {"kind", step.kind},
                     {"fused", step.fused},
                     {"summary", step.summary},
                     {"multiplications", step.multiplications},
                     {"bytes", step.bytes},
                     {"predicted_seconds", step.predicted_seconds},
                     {"seconds", step.seconds}});
  }
  const nlohmann::ordered_json json = {{"arena_bytes", network.arena_bytes}, {"steps", steps}};
  return json.dump(2) + "\n";
}

int explain_network(const ExplainCommand& command) {
  const Network network(command.subject, NetworkOptions{.threads = command.threads});
  const std::map<std::string, NdArray> inputs = network_inputs(network, command.sizes);
  const NetworkExplanation explanation = network.profile({inputs.begin(), inputs.end()});
  fmt::print("{}", command.json ? to_json(explanation) : explanation.to_text());
  return 0;
}

int run(const ExplainCommand& command) {
  if (command.subject.ends_with(".onnx")) return explain_network(command);
  if (command.map.empty()) throw UsageError("explain: --map WxH[xC] is needed");
  const CostReport report =
      command.subject == "layer" ? explain_layer(command) : explain_kernel(command);
  fmt::print("{}", command.json ? to_json(report) : to_text(report));
  return 0;
}

}  // namespace

Command add_explain(CLI::App& program) {
  CLI::App* parser =
      program.add_subcommand("explain", "Count what a convolution costs, done in different ways");
  auto command = std::make_shared<ExplainCommand>();
  parser
      ->add_option("SUBJECT", command->subject, "a kernel's SPEC, the word layer, or an ONNX file")
      ->required();
  parser->add_option("--map", command->map, "WxH[xC]: positions and channels of the input");
  parser->add_option("--padding", command->padding, "valid or same")
      ->capture_default_str()
      ->check(CLI::IsMember({"valid", "same"}));
  parser->add_option("--stride", command->stride, "N or XxY")->capture_default_str();
  parser->add_option("--dilation", command->dilation, "N or XxY")->capture_default_str();
  parser->add_option("--type", command->type, "type of a value, for the bytes")
      ->capture_default_str();
  parser->add_option("--kernel", command->window, "layer: WxH or N, the size of the window");
  parser->add_option("--filters", command->filters, "layer: number of filters")
      ->check(CLI::PositiveNumber);
  parser->add_option("--multiplier", command->multiplier, "layer: depthwise filters a channel")
      ->capture_default_str();
  parser->add_option("--shape", command->sizes.shapes,
                     "network: sizes of the input, 1x3x224x224; NAME=SIZES of one of several");
  parser->add_option("--threads", command->threads, "network: threads to use")
      ->check(CLI::Range(1, 1024));
  parser->add_flag("--json", command->json, "JSON instead of text");
  parser->footer([] { return kExamples + spec_table(); });
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
