// Plans for people: a line a step.
#include <fmt/format.h>

#include "network/plan/plan.h"

namespace sepconv {

std::string NetworkExplanation::to_text() const {
  NetworkStep all;
  std::string text = fmt::format("{:>10} {:>9} {:>7} {:>9}  step\n", "us", "MMAC", "GMAC/s", "KiB");
  const auto add_line = [&](const NetworkStep& step, const std::string& what) {
    const auto macs = static_cast<double>(step.multiplications);
    text += fmt::format("{:>10.1f} {:>9.2f} {:>7.1f} {:>9}  {}\n", 1e6 * step.seconds, macs / 1e6,
                        step.seconds > 0 ? macs / step.seconds / 1e9 : 0, step.bytes / 1024, what);
  };
  for (const NetworkStep& step : steps) {
    add_line(step, step.node.empty()
                       ? fmt::format("{}: {}", step.kind, step.summary)
                       : fmt::format("{}, {}: {}", step.node, step.kind, step.summary));
    all.seconds += step.seconds;
    all.multiplications += step.multiplications;
    all.bytes += step.bytes;
  }
  add_line(all, fmt::format("all; values between steps share {} bytes", arena_bytes));
  return text;
}

namespace network {

NetworkExplanation ExecutionPlan::explain() const {
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
    NetworkStep line{step.node ? step.node->name : "",
                     step.node ? step.node->op : "layout",
                     step.summary,
                     step.multiplications,
                     0,
                     0};
    if (line.summary.empty()) {
      line.summary = fmt::format("{} -> {}", to_string(input_shape(step)),
                                 to_string(tensors_[step.out[0]].spec.shape));
    }
    for (const int tensor : step.in) {
      if (tensor != kNoValue && !tensors_[tensor].constant) line.bytes += bytes_of(tensor);
    }
    for (const int tensor : step.out) line.bytes += bytes_of(tensor);
    explanation.steps.push_back(std::move(line));
  }
  return explanation;
}

}  // namespace network
}  // namespace sepconv
