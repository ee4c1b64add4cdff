// sepconv, the program: chooses the subcommand, and turns every error into a line and an exit code.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "io/output_file.h"
#include "sepconv/sepconv.h"

namespace sepconv::cli {
namespace {

// The exit codes, as in the help text.
constexpr int kDone = 0;
constexpr int kFailure = 1;
constexpr int kWrongUse = 2;

constexpr const char* kFooter = R"(Examples:
  sepconv filter photo.jpg soft.png --kernel gaussian:sigma=3
  sepconv separate sobel:x
  sepconv explain layer --kernel 3x3 --map 7x7x3 --filters 128
  sepconv verify photo.jpg --kernel disk:radius=5
  sepconv bench mobilenet_v2.onnx --threads 1

sepconv SUBCOMMAND --help has more. Exit codes: 0 done, 1 failure, 2 wrong use.)";

std::string version_text() {
  const FilterPlan plan({8, 8, 1}, SampleType::u8, SampleType::u8, box(3, 3));
  return fmt::format("sepconv {}\nruns on this machine with {}\nbuilt with {}", SEPCONV_VERSION,
                     plan.explain().target, SEPCONV_BUILT_WITH);
}

/// A file that is opened while stdout is closed would get its number, and our text.
void open_missing_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    if (open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY) < 0) std::_Exit(kFailure);
  }
}

/// A kernel written out may begin with a minus, which the parser would take for an option; a space
/// before it changes nothing else. "-1 0 1; -2 0 2" has what no option has: a digit and a gap.
std::vector<std::string> protected_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  for (std::string& argument : arguments) {
    const bool is_negative =
        argument.size() > 1 && argument[0] == '-' &&
        (std::isdigit(static_cast<unsigned char>(argument[1])) || argument[1] == '.');
    if (is_negative && argument.find_first_of(" ;") != std::string::npos) {
      argument.insert(0, " ");
    }
  }
  return arguments;
}

int fail(int code, const char* message) {
  std::fprintf(stderr, "sepconv: %s\n", message);
  return code;
}

int parse_and_run(int argc, char** argv) {
  CLI::App program("Separable convolutions: fast, exact where it says so, and explained.",
                   "sepconv");
  program.set_version_flag("--version", version_text);
  program.require_subcommand(1);
  program.get_formatter()->column_width(28);
  const std::vector<Command> commands = {
      add_filter(program), add_separate(program), add_explain(program), add_verify(program),
      add_tune(program),   add_run(program),      add_bench(program)};
  program.footer(kFooter);  // after the subcommands, which would inherit it
  const std::vector<std::string> arguments = protected_arguments(argc, argv);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  try {
    program.parse(static_cast<int>(pointers.size()), pointers.data());
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kWrongUse;
  }
  for (const Command& command : commands) {
    if (command.parser->parsed()) return command.run();
  }
  return kWrongUse;
}

int guarded(int argc, char** argv) {
  try {
    const int code = parse_and_run(argc, argv);
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
    return fail(kFailure, fmt::format("standard output: {}", std::strerror(errno)).c_str());
  } catch (const UsageError& error) {
    return fail(kWrongUse, error.what());
  } catch (const InvalidArgument& error) {
    return fail(kWrongUse, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kFailure, "out of memory");
  } catch (const std::exception& error) {
    return fail(kFailure, error.what());
  }
}

}  // namespace
}  // namespace sepconv::cli

int main(int argc, char** argv) {
  sepconv::cli::open_missing_streams();
  sepconv::io::remove_temporary_on_signals();
  return sepconv::cli::guarded(argc, argv);
}
