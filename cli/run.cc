// sepconv run: a network on a photograph or an array; the likeliest classes, or the outputs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "cli/common/table.h"
#include "io/image_file.h"
#include "io/input_file.h"
#include "io/output_file.h"
#include "sepconv/network.h"
#include "sepconv/photo.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv run mobilenet_v2.onnx cat.jpg --labels imagenet.txt
      the five likeliest classes of a photograph
  sepconv run efficientnet_lite0.onnx cat.jpg --preset tf --top 1 --json
      resized and scaled as TensorFlow's networks have it, for another program
  sepconv run mobilenet_v2.onnx cat.jpg --profile --threads 1
      what each step did and took, nodes that run as one together
  sepconv run model.onnx input.npy --out output.npy
      an array as it is, and the first output as an array

A photograph's middle is resized to the size of the input, 224x224 where the model leaves it open.
A labels file has one name a line, the first one that of class 0.
)";

struct RunCommand {
  std::string model, in, out, labels;
  std::string preset = "imagenet";
  int top = 5;
  int threads = default_threads();
  bool json = false;
  bool profile = false;
};

std::string file_bytes(const std::string& path) {
  const io::InputFile file(path);
  return file.first_bytes(static_cast<size_t>(file.bytes()));
}

NdArray input_of(const RunCommand& command, const NetworkValue& declared) {
  if (command.in.ends_with(".npy")) {
    try {
      return parse_npy(file_bytes(command.in));
    } catch (const FormatError& error) {
      throw FormatError(fmt::format("{}: {}", command.in, error.what()));
    }
  }
  const io::AnyImage photo = io::read_image(command.in);
  return photo_input(photo.ref(), declared.shape, photo_options(command.preset));
}

void write_npy(const std::string& path, const NdArray& array) {
  io::OutputFile file(path);
  const std::string bytes = format_npy(array);
  std::fwrite(bytes.data(), 1, bytes.size(), file.stream());
  file.commit();
}

std::vector<std::string> read_labels(const std::string& path) {
  std::vector<std::string> labels;
  if (path.empty()) return labels;
  std::ifstream file(path);
  if (!file) throw FormatError(fmt::format("{}: cannot be read", path));
  for (std::string line; std::getline(file, line);) labels.push_back(line);
  return labels;
}

// Probabilities of classes: what the network gives if that is some already, or its softmax.
std::vector<double> probabilities(const NdArray& scores) {
  std::vector<double> values(scores.as<float>(), scores.as<float>() + scores.count());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const bool are_some = std::abs(sum - 1) < 1e-3 && *std::ranges::min_element(values) >= 0;
  if (are_some) return values;
  const double largest = *std::ranges::max_element(values);
  double total = 0;
  for (double& value : values) total += value = std::exp(value - largest);
  for (double& value : values) value /= total;
  return values;
}

struct Class {
  size_t number;
  std::string label;
  double probability;
};

std::vector<Class> likeliest(const NdArray& scores, const RunCommand& command) {
  const std::vector<double> values = probabilities(scores);
  const std::vector<std::string> labels = read_labels(command.labels);
  if (!labels.empty() && labels.size() != values.size()) {
    throw UsageError(fmt::format("--labels: {} has {} names; the network has {} classes",
                                 command.labels, labels.size(), values.size()));
  }
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const size_t count = std::min<size_t>(command.top, order.size());
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](size_t a, size_t b) {
    return values[a] > values[b] || (values[a] == values[b] && a < b);
  });
  std::vector<Class> classes;
  for (size_t i = 0; i < count; ++i) {
    const size_t number = order[i];
    classes.push_back({number, labels.empty() ? "" : labels[number], values[number]});
  }
  return classes;
}

void print_classes(const std::vector<Class>& classes, bool json) {
  if (json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Class& one : classes) {
      list.push_back(
          {{"class", one.number}, {"label", one.label}, {"probability", one.probability}});
    }
    fmt::print("{}\n", list.dump(2));
    return;
  }
  for (const Class& one : classes) {
    fmt::print("{:6.2f} %  {:>4}  {}\n", 100 * one.probability, one.number, one.label);
  }
}

int run(const RunCommand& command) {
  const Network network(command.model, NetworkOptions{.threads = command.threads});
  if (network.inputs().size() != 1) {
    throw UsageError(
        fmt::format("{} has {} inputs; expected 1", command.model, network.inputs().size()));
  }
  const NetworkValue& input = network.inputs().front();
  const NdArray array = input_of(command, input);
  if (command.profile) {
    fmt::print("{}", network.profile({{input.name, array}}).to_text());
    return 0;
  }
  const std::vector<NdArray> outputs =
      network.run({network.outputs().front().name}, {{input.name, array}});
  const NdArray& first = outputs.front();
  if (!command.out.empty()) write_npy(command.out, first);
  const bool is_row = !first.shape().empty() && first.shape().back() == first.count();
  if (first.type() == ElementType::f32 && is_row && first.count() > 1 && command.top > 0) {
    print_classes(likeliest(first, command), command.json);
  } else if (command.out.empty()) {
    fmt::print("{}: {} {}; --out FILE.npy keeps it\n", network.outputs().front().name,
               to_string(first.shape()), name(first.type()));
  }
  return 0;
}

}  // namespace

Command add_run(CLI::App& program) {
  CLI::App* parser = program.add_subcommand("run", "Run a network of an ONNX file");
  auto command = std::make_shared<RunCommand>();
  parser->add_option("MODEL", command->model, "an ONNX file")->required();
  parser->add_option("INPUT", command->in, "a photograph, or an array as .npy")->required();
  parser->add_option("--out", command->out, "keep the first output as .npy");
  parser->add_option("--labels", command->labels, "a file with the names of the classes");
  parser->add_option("--preset", command->preset, "how a photograph becomes the input")
      ->check(CLI::IsMember({"imagenet", "tf"}))
      ->capture_default_str();
  parser->add_option("--top", command->top, "how many classes are printed")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str();
  parser->add_option("--threads", command->threads, "threads to use")->check(CLI::Range(1, 1024));
  parser->add_flag("--profile", command->profile, "a table of the steps and their times instead");
  parser->add_flag("--json", command->json, "JSON instead of a table");
  parser->footer(kExamples);
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
