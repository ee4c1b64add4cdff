// Plans for people: a line a step.
#include <fmt/format.h>

#include "filter/profile/profile.h"
#include "network/plan/plan.h"

namespace sepconv {

std::string NetworkExplanation::to_text() const {
  NetworkStep all;
  std::string text = fmt::format("{:>10} {:>10} {:>9} {:>7} {:>9}  step\n", "us", "predicted",
                                 "MMAC", "GMAC/s", "KiB");
  const auto add_line = [&](const NetworkStep& step, const std::string& what) {
    const auto macs = static_cast<double>(step.multiplications);
    text += fmt::format("{:>10.1f} {:>10.1f} {:>9.2f} {:>7.1f} {:>9}  {}\n", 1e6 * step.seconds,
                        1e6 * step.predicted_seconds, macs / 1e6,
                        step.seconds > 0 ? macs / step.seconds / 1e9 : 0, step.bytes / 1024, what);
  };
  for (const NetworkStep& step : steps) {
    const std::string what = step.fused.empty() ? step.kind : step.kind + " of " + step.fused;
    add_line(step, step.node.empty() ? fmt::format("{}: {}", what, step.summary)
                                     : fmt::format("{}, {}: {}", step.node, what, step.summary));
    all.seconds += step.seconds;
    all.predicted_seconds += step.predicted_seconds;
    all.multiplications += step.multiplications;
    all.bytes += step.bytes;
  }
  add_line(all, fmt::format("all; values between steps share {} bytes", arena_bytes));
  return text;
}

namespace network {

namespace {

// Products run near the rate of a filter's column taps, which are multiply-adds on memory that is
// near; bytes move at the rate of its samples, each read once and written once.
double predicted_seconds(const NetworkStep& step, int threads) {
  const Rates& rates = machine_profile().rates;
  const double samples = static_cast<double>(step.bytes) / (2 * sizeof(float));
  const double nanoseconds =
      static_cast<double>(step.multiplications) * rates.f32_column_tap + samples * rates.f32_sample;
  return 1e-9 * nanoseconds / threads;
}

std::string kind_of(const Node* node) {
  if (node == nullptr) return "layout";
  if (node->op == kLayer) return "layer";
  return node->op == kSpread ? "spread layer" : node->op;
}

}  // namespace

NetworkExplanation ExecutionPlan::explain(int threads) const {
  NetworkExplanation explanation;
  explanation.arena_bytes = arena_bytes_;
  const auto bytes_of = [&](int tensor) {
    const Spec& spec = tensors_[tensor].spec;
    return element_count(spec.shape) * size_of(spec.type);
  };
  const auto input_shape = [&](const Step& step) {
    const bool has_one = !step.in.empty() && step.in[0] != kNoValue;
    return has_one ? tensors_[step.in[0]].spec.shape : NdShape{};
  };
  for (const Step& step : steps_) {
    NetworkStep line{.node = step.node ? step.node->name : "",
                     .kind = kind_of(step.node),
                     .fused = step.node ? fmt::format("{}", fmt::join(step.node->fused, ", ")) : "",
                     .summary = step.summary,
                     .multiplications = step.multiplications};
    if (line.summary.empty()) {
      line.summary = fmt::format("{} -> {}", to_string(input_shape(step)),
                                 to_string(tensors_[step.out[0]].spec.shape));
    }
    for (const int tensor : step.in) {
      if (tensor != kNoValue && !tensors_[tensor].constant) line.bytes += bytes_of(tensor);
    }
    for (const int tensor : step.out) line.bytes += bytes_of(tensor);
    line.predicted_seconds = predicted_seconds(line, threads);
    explanation.steps.push_back(std::move(line));
  }
  return explanation;
}

}  // namespace network
}  // namespace sepconv
