// sepconv verify: every way to run a filter against the reference in double. The only file of the
// program that includes the reference.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.h"
#include "cli/common/arguments.h"
#include "cli/common/table.h"
#include "io/image_file.h"
#include "reference/filter.h"

namespace sepconv::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  sepconv verify photo.jpg --kernel gaussian:sigma=3
      every method and arithmetic, each within the error that it states
  sepconv verify photo.jpg --kernel disk:radius=5 --max-error 0.01 --border wrap
      an approximation too
  sepconv verify scan.tif --kernel file:kernel.npy --json
      the same for another program; exit code 1 where a bound is broken

The reference takes width x height of the kernel multiplications a sample. Where that would take
long, nine tiles are compared: corners, edges and the middle.

)";

// Multiplications of the reference in a few seconds, at 5 to 10 ns each.
constexpr double kReferenceBudget = 2.5e8;

// A run that is predicted to take longer than this is done for the tiles only.
constexpr double kWholeRunSeconds = 1.0;

struct VerifyCommand {
  std::string in;
  std::string spec;
  std::string border = "reflect101";
  FilterOptions options;
  bool json = false;
};

/// A part of the image and its exact values.
struct Tile {
  Rect roi;
  std::vector<double> exact;
};

/// A way to run the filter.
struct Way {
  SampleType out = SampleType::u8;
  Method method = Method::automatic;
  bool exact = false;
};

struct Result {
  std::string method;
  std::string arithmetic;
  std::string types;
  std::string rounding;
  double max_difference = 0;
  double bound = 0;
  int64_t samples = 0;
  int64_t differing = 0;  // from the exact value rounded
  bool is_within = true;
  std::string refusal;  // why the method cannot run this kernel: nothing was compared
};

struct Range {
  double lowest;
  double highest;
};

Range range_of(SampleType type) {
  return visit_type(type, []<class T>(std::type_identity<T>) {
    return Range{static_cast<double>(std::numeric_limits<T>::lowest()),
                 static_cast<double>(std::numeric_limits<T>::max())};
  });
}

bool is_floating(SampleType type) { return type == SampleType::f32 || type == SampleType::f64; }

/// The parts to compare: the whole where that is quick, else nine tiles on the edges and inside.
std::vector<Rect> parts_of(const ImageShape& shape, int64_t taps) {
  const double budget_pixels = kReferenceBudget / (1.0 * taps * shape.channels);
  if (1.0 * shape.width * shape.height <= budget_pixels) return {{0, 0, shape.width, shape.height}};
  const int64_t side = std::max<int64_t>(1, static_cast<int64_t>(std::sqrt(budget_pixels / 9)));
  const int64_t width = std::min(side, shape.width), height = std::min(side, shape.height);
  const std::set<int64_t> lefts = {0, (shape.width - width) / 2, shape.width - width};
  const std::set<int64_t> tops = {0, (shape.height - height) / 2, shape.height - height};
  std::vector<Rect> parts;
  for (const int64_t y : tops) {
    for (const int64_t x : lefts) parts.push_back({x, y, width, height});
  }
  return parts;
}

/// The largest |sample| of the image, which error bounds for floating inputs are in proportion to.
double largest_sample(const std::string& path, const io::AnyImage& image) {
  double result = 0;
  for (int64_t y = 0; y < image.shape().height; ++y) {
    for (int64_t x = 0; x < image.shape().width; ++x) {
      for (int c = 0; c < image.shape().channels; ++c) {
        const double sample = reference::sample_at(image.ref(), x, y, c, Border::zero, 0);
        if (!std::isfinite(sample)) {
          throw FormatError(path + ": holds NaN or infinite samples; verify compares finite ones");
        }
        result = std::max(result, std::abs(sample));
      }
    }
  }
  return result;
}

/// What all comparisons of one image and kernel share.
struct Subject {
  const io::AnyImage& image;
  const Kernel& kernel;
  FilterOptions options;
  std::vector<Tile> tiles;
  double largest = 0;

  /// What the reference itself may be off by: one rounding a tap.
  double reference_error() const {
    return static_cast<double>(kernel.tap_count() + 2) * 0x1p-53 * kernel.l1_norm() *
           std::max(largest, std::abs(options.border_value));
  }
};

/// Compares the samples of out at part, which are to be those of tile.
void compare(const ConstImageRef& out, const Rect& part, const Tile& tile, Result& result) {
  const Range range = range_of(out.type);
  size_t i = 0;
  for (int64_t y = 0; y < part.height; ++y) {
    for (int64_t x = 0; x < part.width; ++x) {
      for (int c = 0; c < out.shape.channels; ++c, ++i) {
        const double got = reference::sample_at(out, part.x + x, part.y + y, c, Border::zero, 0);
        const double exact = std::clamp(tile.exact[i], range.lowest, range.highest);
        result.max_difference = std::max(result.max_difference, std::abs(got - exact));
        result.differing += got != reference::round_to(out.type, exact);
        if (std::isnan(got)) result.max_difference = std::numeric_limits<double>::infinity();
      }
    }
  }
  result.samples += static_cast<int64_t>(i);
}

void compare_tiles(const Subject& subject, const Way& way, const FilterOptions& options,
                   Result& result) {
  for (const Tile& tile : subject.tiles) {
    FilterOptions part = options;
    part.roi = tile.roi;
    const FilterPlan plan(subject.image.shape(), subject.image.type(), way.out, subject.kernel,
                          part);
    io::AnyImage out(way.out, plan.out_shape());
    plan.run(subject.image.ref(), out.ref());
    compare(out.ref(), {0, 0, tile.roi.width, tile.roi.height}, tile, result);
  }
}

/// What a plan of that way did, in result; every method can run every kernel but fft, which refuses
/// those that tiles cannot hold or add up well enough.
void run_way(const Subject& subject, const Way& way, const FilterOptions& options, Result& result) {
  const FilterPlan plan(subject.image.shape(), subject.image.type(), way.out, subject.kernel,
                        options);
  const MethodReport chosen = plan.explain().methods.front();
  result.method = chosen.method;
  result.arithmetic = chosen.arithmetic;
  result.bound = plan.error_bound(subject.largest);
  if (chosen.predicted_seconds / options.threads <= kWholeRunSeconds) {
    io::AnyImage out(way.out, plan.out_shape());
    plan.run(subject.image.ref(), out.ref());
    for (const Tile& tile : subject.tiles) compare(out.ref(), tile.roi, tile, result);
  } else {
    compare_tiles(subject, way, options, result);
  }
  result.is_within = result.max_difference <= result.bound + subject.reference_error();
}

Result verify(const Subject& subject, const Way& way) {
  FilterOptions options = subject.options;
  options.method = way.method;
  options.exact = way.exact;
  Result result;
  result.method = name(way.method);
  result.types = fmt::format("{} -> {}", name(subject.image.type()), name(way.out));
  result.rounding = is_floating(way.out) ? "-" : way.exact ? "exact" : "bounded";
  try {
    run_way(subject, way, options, result);
  } catch (const InvalidArgument& error) {
    if (way.method != Method::fft) throw;
    result.arithmetic = "-";
    result.refusal = error.what();
  }
  return result;
}

/// Every method into the image's own type and into f32; integers bounded and correctly rounded.
/// low_rank runs as separable where one term is enough.
std::vector<Way> ways_of(SampleType in) {
  std::vector<Way> ways;
  for (const SampleType out : std::set<SampleType>{in, SampleType::f32}) {
    for (const Method method : {Method::direct, Method::low_rank, Method::fft}) {
      ways.push_back({out, method, false});
      if (!is_floating(out)) ways.push_back({out, method, true});
    }
  }
  return ways;
}

std::string to_text(const Subject& subject, const std::vector<Result>& results) {
  const ImageShape& shape = subject.image.shape();
  const Rect& part = subject.tiles.front().roi;
  const bool is_whole = part.width == shape.width && part.height == shape.height;
  std::string text = fmt::format(
      "{}x{} kernel on {} {}, border {}: {}\n\n", subject.kernel.shape()[1],
      subject.kernel.shape()[0], to_string(shape), name(subject.image.type()),
      name(subject.options.border),
      is_whole ? "every sample compared with the reference in double"
               : fmt::format("{} tiles of {}x{} pixels at corners, edges and in the middle "
                             "compared with the reference in double",
                             subject.tiles.size(), part.width, part.height));
  Table table({"method", "sums", "types", "rounding", "max |difference|", "stated bound",
               "differing samples", ""});
  for (const Result& result : results) {
    table.add({result.method, result.arithmetic, result.types, result.rounding,
               fmt::format("{:.4g}", result.max_difference), fmt::format("{:.4g}", result.bound),
               fmt::format("{} of {}", with_separators(result.differing),
                           with_separators(result.samples)),
               !result.refusal.empty() ? "not run: " + result.refusal
               : result.is_within      ? "ok"
                                       : "FAIL"});
  }
  return text + table.to_text();
}

std::string to_json(const VerifyCommand& command, const Subject& subject,
                    const std::vector<Result>& results, bool all_within) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  for (const Result& result : results) {
    entries.push_back({{"method", result.method},
                       {"arithmetic", result.arithmetic},
                       {"types", result.types},
                       {"rounding", result.rounding},
                       {"max_difference", result.max_difference},
                       {"bound", result.bound},
                       {"samples", result.samples},
                       {"differing", result.differing},
                       {"refusal", result.refusal},
                       {"ok", result.is_within}});
  }
  const nlohmann::ordered_json json = {{"in", command.in},         {"kernel", command.spec},
                                       {"border", command.border}, {"tiles", subject.tiles.size()},
                                       {"results", entries},       {"ok", all_within}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int run(const VerifyCommand& command) {
  const Kernel kernel = parse_image_kernel(command.spec);
  const io::AnyImage image = io::read_image(command.in);
  Subject subject{image, kernel, command.options, {}, largest_sample(command.in, image)};
  const BorderChoice border = parse_border(command.border);
  subject.options.border = border.border;
  subject.options.border_value = border.value;
  for (const Rect& part : parts_of(image.shape(), kernel.tap_count())) {
    FilterOptions options = subject.options;
    options.roi = part;
    subject.tiles.push_back({part, reference::filter(image.ref(), kernel, options)});
  }
  std::vector<Result> results;
  bool all_within = true;
  for (const Way& way : ways_of(image.type())) {
    results.push_back(verify(subject, way));
    all_within = all_within && results.back().is_within;
  }
  fmt::print("{}", command.json ? to_json(command, subject, results, all_within)
                                : to_text(subject, results));
  if (!all_within) fmt::print(stderr, "sepconv: verify: a result is outside its stated bound\n");
  return all_within ? 0 : 1;
}

}  // namespace

Command add_verify(CLI::App& program) {
  CLI::App* parser =
      program.add_subcommand("verify", "Compare every method with the slow reference");
  auto command = std::make_shared<VerifyCommand>();
  command->options.threads = default_threads();
  parser->add_option("IN", command->in, "image to filter: PNG, JPEG or TIFF")->required();
  parser->add_option("-k,--kernel", command->spec, "SPEC of the kernel; see below")->required();
  parser->add_option("-b,--border", command->border, kBorderHelp)->capture_default_str();
  parser
      ->add_option("--max-error", command->options.max_error,
                   "accept |error| / max|input| up to this for fewer terms")
      ->capture_default_str();
  parser->add_flag("--convolve", command->options.convolve, "flip the kernel");
  parser->add_option("--threads", command->options.threads, "threads (default: all cores)");
  parser->add_flag("--json", command->json, "JSON instead of text");
  parser->footer([] { return kExamples + spec_table(); });
  return {parser, [command] { return run(*command); }};
}

}  // namespace sepconv::cli
