// Explanations as values, text and JSON; and the names of borders and methods.
#include "filter/explain.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "filter/profile/profile.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// 86400 as "86,400".
std::string with_separators(int64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string passes(const CostBreakdown& cost) {
  std::string text;
  for (const CostStage& stage : cost.stages) {
    if (!text.empty()) text += " + ";
    text += with_separators(stage.cost.multiplications);
  }
  return text;
}

nlohmann::json cost_json(const Cost& cost) {
  return {{"multiplications", cost.multiplications},
          {"additions", cost.additions},
          {"bytes_read", cost.bytes_read},
          {"bytes_written", cost.bytes_written}};
}

nlohmann::json method_json(const MethodReport& report) {
  nlohmann::json stages = nlohmann::json::array();
  for (const CostStage& stage : report.cost.stages) {
    nlohmann::json entry = cost_json(stage.cost);
    entry["name"] = stage.name;
    stages.push_back(entry);
  }
  nlohmann::json json = cost_json(report.cost.total());
  json.update({{"method", report.method},
               {"arithmetic", report.arithmetic},
               {"terms", report.terms},
               {"chosen", report.chosen},
               {"reason", report.reason},
               {"predicted_seconds", report.predicted_seconds},
               {"error_bound", report.error_bound},
               {"stages", stages}});
  return json;
}

std::string method_text(const MethodReport& report) {
  const Cost total = report.cost.total();
  std::string text =
      fmt::format("{} {:<10} {:<6} {:>5} {:>16} {:>16} {:>13} {:>11.3f} {:>11.3g}  {}\n",
                  report.chosen ? "*" : " ", report.method, report.arithmetic, report.terms,
                  with_separators(total.multiplications), with_separators(total.additions),
                  with_separators(total.bytes_read + total.bytes_written),
                  report.predicted_seconds * 1e3, report.error_bound, report.reason);
  if (report.cost.stages.size() > 1) {
    text += fmt::format("{:42}= {} multiplications\n", "", passes(report.cost));
  }
  return text;
}

}  // namespace

const char* name(Border border) {
  switch (border) {
    case Border::zero:
      return "zero";
    case Border::constant:
      return "constant";
    case Border::replicate:
      return "replicate";
    case Border::symmetric:
      return "symmetric";
    case Border::reflect101:
      return "reflect101";
    case Border::wrap:
      return "wrap";
  }
  return "?";
}

const char* name(Method method) {
  switch (method) {
    case Method::automatic:
      return "auto";
    case Method::direct:
      return "direct";
    case Method::separable:
      return "separable";
    case Method::low_rank:
      return "low_rank";
    case Method::fft:
      return "fft";
  }
  return "?";
}

Explanation explain_plan(const std::vector<Candidate>& candidates,
                         const ExplainedRequest& request) {
  Explanation explanation;
  const auto& kernel_shape = request.kernel.shape();
  explanation.summary =
      fmt::format("{}x{} kernel (width x height) on {} {} -> {}, border {}", kernel_shape[1],
                  kernel_shape[0], to_string(request.image), name(request.spec.in),
                  name(request.spec.out), name(request.options.border));
  explanation.target = simd::active_target().name;
  explanation.threads = request.options.threads;
  explanation.rates = machine_profile().note;
  for (const Candidate& candidate : candidates) explanation.methods.push_back(candidate.report);
  return explanation;
}

std::string Explanation::to_text() const {
  std::string text = fmt::format("{}\ntarget {}, threads {}, scratch {} bytes a thread\n", summary,
                                 target, threads, with_separators(scratch_bytes));
  if (!rates.empty() && rates != Profile().note) text += fmt::format("rates {}\n", rates);
  text += fmt::format("  {:<10} {:<6} {:>5} {:>16} {:>16} {:>13} {:>11} {:>11}\n", "method", "sums",
                      "terms", "multiplications", "additions", "bytes", "predict ms", "max error");
  for (const MethodReport& report : methods) text += method_text(report);
  return text;
}

std::string Explanation::to_json() const {
  nlohmann::json reports = nlohmann::json::array();
  for (const MethodReport& report : methods) reports.push_back(method_json(report));
  return nlohmann::json{{"summary", summary}, {"target", target},
                        {"threads", threads}, {"scratch_bytes", scratch_bytes},
                        {"rates", rates},     {"methods", reports}}
      .dump(2);
}

}  // namespace sepconv
