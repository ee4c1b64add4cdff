// sepconv separate: a kernel as a sum of outer products.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/common/arguments.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv separate sobel:x
      integer factors, exact: (1 2 1) down, (-1 0 1) along
  sepconv separate "1 2 1; 2 4 2; 1 2 1"/16
      rows written out, and what to divide by
  sepconv separate disk:radius=5 --max-error 0.05
      as few terms as keep every output within 5 % of the largest input
  sepconv separate gabor:sigma=4,theta=30,lambda=8 --rank 2 --json
      the two best terms with their error, for another program
  sepconv separate file:kernel.npy
      a kernel that NumPy saved, 1 to 8 axes

)";

struct SeparateCommand {
  std::string spec;
  double max_error = 0;
  std::optional<int> rank;
  bool json = false;
};

int run(const SeparateCommand& command) {
  const Kernel kernel = parse_kernel(command.spec);
  SeparateOptions options;
  options.max_error = command.max_error;
  options.rank = command.rank;
  const Separation separation = separate(kernel, options);
  fmt::print("{}\n", command.json ? to_json(separation) : to_text(separation));
  return 0;
}

}  // namespace

Command add_separate(CLI::App& program) {
  CLI::App* parser = program.add_subcommand("separate", "Write a kernel as a sum of 1-D passes");
  auto command = std::make_shared<SeparateCommand>();
  parser->add_option("SPEC", command->spec, "the kernel; see below")->required();
  CLI::Option* max_error =
      parser->add_option("--max-error", command->max_error,
                         "accept |error| / max|input| up to this (default 0: exact)");
  parser->add_option("--rank", command->rank, "keep this many terms, whatever the error")
      ->excludes(max_error);
  parser->add_flag("--json", command->json, "JSON instead of text");
  parser->footer([] { return kExamples + spec_table(); });
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
