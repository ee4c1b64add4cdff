// sepconv filter: an image file in, a filtered image file out.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.h"
#include "cli/common/alpha.h"
#include "cli/common/arguments.h"
#include "cli/common/progress.h"
#include "io/image_file.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv filter photo.jpg soft.png --kernel gaussian:sigma=3
      a blur; the plan and its largest error are printed
  sepconv filter photo.png edges.tif --kernel sobel:x --depth f32
      a derivative with its negative values, as 32-bit floats
  sepconv filter photo.png relief.png --kernel sobel:y --scale 0.25 --offset 128
      the same to look at: 128 is no change
  sepconv filter scan.tif sharp.tif --kernel "0 -1 0; -1 5 -1; 0 -1 0" --border replicate
      a kernel written out
  sepconv filter photo.jpg lens.jpg --kernel disk:radius=9 --max-error 0.01 --explain
      an approximation within 1 % of full scale, and every way that was considered

Alpha is not filtered but kept, so that an opaque picture stays opaque whatever the kernel;
--alpha filter treats it as one more channel. Samples are not rescaled between depths: u8 into u16
keeps 0 to 255 (--scale 257 fills the range). Colour profiles and other metadata are not copied; an
orientation is kept from and to TIFF, else said.

)";

struct FilterCommand {
  std::string in;
  std::string out;
  std::string spec;
  std::string border = "reflect101";
  std::string method = "auto";
  std::string depth;
  std::string roi;
  std::string alpha;
  FilterOptions options;
  bool explain = false;
  bool json = false;
};

/// What was done, for the report.
struct Outcome {
  Explanation explanation;
  double error_bound = 0;
  double seconds = 0;
  std::vector<std::string> notes;
};

FilterOptions filter_options(const FilterCommand& command) {
  FilterOptions options = command.options;
  const BorderChoice border = parse_border(command.border);
  options.border = border.border;
  options.border_value = border.value;
  options.method = parse_method(command.method);
  if (!command.roi.empty()) options.roi = parse_roi(command.roi);
  return options;
}

template <class T>
double largest(const io::AnyImage& image) {
  double result = 0;
  for (int64_t y = 0; y < image.shape().height; ++y) {
    const T* row = reinterpret_cast<const T*>(image.row(y));
    for (int64_t i = 0; i < image.shape().width * image.shape().channels; ++i) {
      const double magnitude = std::abs(static_cast<double>(row[i]));
      if (std::isfinite(magnitude) && magnitude > result) result = magnitude;
    }
  }
  return result;
}

/// max|sample| of a floating image, to which its error bound is in proportion; 1 for others.
double largest_float(const io::AnyImage& image) {
  if (image.type() == SampleType::f32) return largest<float>(image);
  if (image.type() == SampleType::f64) return largest<double>(image);
  return 1;
}

bool is_floating(SampleType type) { return type == SampleType::f32 || type == SampleType::f64; }

bool is_unsigned(SampleType type) { return type == SampleType::u8 || type == SampleType::u16; }

/// Whether results below zero are the rule: the taps cancel, as those of a derivative do.
bool has_lost_signs(const Kernel& kernel, const FilterOptions& options, SampleType out) {
  return is_unsigned(out) && options.offset == 0 &&
         std::abs(kernel.sum()) < 1e-3 * kernel.l1_norm();
}

bool keeps_alpha(const FilterCommand& command, const io::AnyImage& image) {
  if (!image.has_alpha()) return false;
  // Premultiplied colours are only right together with an alpha that was filtered like them.
  return command.alpha.empty() ? !image.traits.premultiplied : command.alpha == "keep";
}

void check_output(const FilterCommand& command, SampleType type, const ImageShape& shape,
                  const io::ImageTraits& traits) {
  try {
    io::check_storable(command.out, type, shape, traits);
  } catch (const FormatError& error) {
    throw FormatError(
        fmt::format("{} (--depth chooses the type, OUT's extension the format)", error.what()));
  }
}

Rect filtered_part(const FilterOptions& options, const ImageShape& shape) {
  return options.roi.value_or(Rect{0, 0, shape.width, shape.height});
}

/// Filters in into out and says how.
Outcome apply(const FilterCommand& command, const Kernel& kernel, const io::AnyImage& in,
              io::AnyImage& out, const FilterPlan& plan) {
  const FilterOptions options = filter_options(command);
  Outcome outcome;
  outcome.explanation = plan.explain();
  outcome.error_bound = plan.error_bound(largest_float(in));
  outcome.notes = in.notes;
  const auto start = std::chrono::steady_clock::now();
  run_with_progress(plan, {in.ref(), out.ref(), &kernel, options});
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (keeps_alpha(command, in)) {
    copy_alpha(in, filtered_part(options, in.shape()), out);
    if (has_transparency(in)) {
      outcome.notes.push_back("alpha is kept as it was; --alpha filter filters it as well");
    }
  }
  if (has_lost_signs(kernel, options, out.type())) {
    outcome.notes.push_back(
        fmt::format("results below 0 became 0; --depth f32 with a .tif keeps them, --offset {} "
                    "shows them",
                    out.type() == SampleType::u8 ? 128 : 32768));
  }
  return outcome;
}

nlohmann::ordered_json shape_json(const ImageShape& shape) {
  return {{"width", shape.width}, {"height", shape.height}, {"channels", shape.channels}};
}

std::string to_json(const FilterCommand& command, const io::AnyImage& in, const io::AnyImage& out,
                    const Outcome& outcome) {
  const MethodReport& chosen = outcome.explanation.methods.front();
  nlohmann::ordered_json json = {{"in", command.in},
                                 {"in_shape", shape_json(in.shape())},
                                 {"in_type", name(in.type())},
                                 {"out", command.out},
                                 {"out_shape", shape_json(out.shape())},
                                 {"out_type", name(out.type())},
                                 {"kernel", command.spec},
                                 {"border", command.border},
                                 {"method", chosen.method},
                                 {"arithmetic", chosen.arithmetic},
                                 {"terms", chosen.terms},
                                 {"error_bound", outcome.error_bound},
                                 {"seconds", outcome.seconds},
                                 {"notes", outcome.notes}};
  json["plan"] = nlohmann::ordered_json::parse(outcome.explanation.to_json());
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string counted(int count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string to_text(const FilterCommand& command, const io::AnyImage& out, const Outcome& outcome) {
  const Explanation& explanation = outcome.explanation;
  const MethodReport& chosen = explanation.methods.front();
  const bool is_direct = chosen.method == name(Method::direct);
  const std::string terms =
      chosen.terms == 0 ? "" : counted(chosen.terms, is_direct ? "row" : "term") + ", ";
  std::string text = command.explain ? explanation.to_text() + "\n" : "";
  text += fmt::format("{}, {}sums in {}, error at most {:.3g}{}; {}, {}, {:.1f} ms\n",
                      chosen.method, terms, chosen.arithmetic, outcome.error_bound,
                      is_floating(out.type()) ? "" : " levels", explanation.target,
                      counted(explanation.threads, "thread"), 1e3 * outcome.seconds);
  return text + fmt::format("{}: {} {}\n", command.out, to_string(out.shape()), name(out.type()));
}

int run(const FilterCommand& command) {
  const Kernel kernel = parse_image_kernel(command.spec);
  const FilterOptions options = filter_options(command);
  std::optional<SampleType> depth;
  if (!command.depth.empty()) depth = parse_type("--depth", command.depth);
  const io::AnyImage in = io::read_image(command.in);
  const SampleType out_type = depth.value_or(in.type());
  const FilterPlan plan(in.shape(), in.type(), out_type, kernel, options);
  check_output(command, out_type, plan.out_shape(), in.traits);
  io::AnyImage out(out_type, plan.out_shape());
  const Outcome outcome = apply(command, kernel, in, out, plan);
  io::write_image(command.out, out.ref(), in.traits);
  for (const std::string& note : outcome.notes) {
    fmt::print(stderr, "note: {}: {}\n", command.in, note);
  }
  fmt::print("{}",
             command.json ? to_json(command, in, out, outcome) : to_text(command, out, outcome));
  return 0;
}

void add_options(CLI::App* parser, FilterCommand& command) {
  parser->add_option("IN", command.in, "image to read: PNG, JPEG or TIFF")->required();
  parser->add_option("OUT", command.out, "image to write: .png, .jpg, .jpeg, .tif, .tiff")
      ->required();
  parser->add_option("-k,--kernel", command.spec, "SPEC of the kernel; see below")->required();
  parser->add_option("-b,--border", command.border, kBorderHelp)->capture_default_str();
  parser->add_option("--method", command.method, "auto, direct, separable, low-rank or fft")
      ->capture_default_str();
  parser
      ->add_option("--max-error", command.options.max_error,
                   "accept |error| / max|input| up to this for fewer terms")
      ->capture_default_str();
  parser->add_flag("--exact", command.options.exact, "correctly rounded, ties to even");
  parser->add_option("--depth", command.depth, "u8, u16, i16, i32, f32 or f64 (default: as IN)");
  parser->add_option("--scale", command.options.scale, "multiply results by this")
      ->capture_default_str();
  parser->add_option("--offset", command.options.offset, "then add this")->capture_default_str();
  parser->add_flag("--convolve", command.options.convolve, "flip the kernel (default: correlate)");
  parser->add_option("--roi", command.roi, "X,Y,WIDTH,HEIGHT: only this part of the result");
  parser->add_option("--alpha", command.alpha, "keep or filter (default: keep)")
      ->check(CLI::IsMember({"keep", "filter"}));
  parser->add_option("--threads", command.options.threads, "threads (default: all cores)");
  parser->add_flag("--explain", command.explain, "print every way that was considered");
  parser->add_flag("--json", command.json, "JSON instead of text");
}

}  // namespace

Command add_filter(CLI::App& program) {
  CLI::App* parser = program.add_subcommand("filter", "Filter an image file");
  auto command = std::make_shared<FilterCommand>();
  command->options.threads = default_threads();
  add_options(parser, *command);
  parser->footer([] { return kExamples + spec_table(); });
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
