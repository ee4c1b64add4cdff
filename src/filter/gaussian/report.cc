// What a GaussianPlan says of itself: every way with its passes, bound and predicted time.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "base/check.h"
#include "filter/gaussian/impl.h"
#include "filter/gaussian/ways.h"
#include "simd/target.h"

namespace sepconv {
namespace {

// A complex product and a weighted real part for each pair and side; and the center's product.
constexpr int64_t kPairMultiplications = 2 * (4 + 2);
constexpr int64_t kPairAdditions = 2 * (3 + 2);

CostStage recursive_stage(const GaussianPlan::Impl& plan, const RecursivePass& pass) {
  const int64_t samples = plan.samples();
  const auto pairs = static_cast<int64_t>(pass.filter.pairs.size());
  CostStage stage;
  stage.name = fmt::format("axis {}, {} pole pairs", pass.axis, pairs);
  stage.out = {pass.filter.size, samples / pass.filter.size, 1};
  stage.cost.multiplications = samples * (kPairMultiplications * pairs + 1);
  stage.cost.additions = samples * kPairAdditions * pairs;
  return stage;
}

std::vector<CostStage> stages_of(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  std::vector<CostStage> stages;
  if (way.fir) stages = way.fir->explain().methods[0].cost.stages;
  const int64_t between = plan.samples() * sample_bytes(plan.type_between(way));
  for (const RecursivePass& pass : way.passes) {
    stages.push_back(recursive_stage(plan, pass));
    stages.back().cost.bytes_read = between;
    stages.back().cost.bytes_written = between;
  }
  stages.front().cost.bytes_read = plan.samples() * sample_bytes(plan.in_type);
  stages.back().cost.bytes_written = plan.samples() * sample_bytes(plan.out_type);
  return stages;
}

MethodReport report_of(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  MethodReport report;
  report.method = !way.is_recursive() ? "fir" : way.fir ? "mixed" : "recursive";
  report.arithmetic = way.is_recursive() ? name(way.in_double ? Arithmetic::f64 : Arithmetic::f32)
                                         : way.fir->explain().methods[0].arithmetic;
  report.terms = std::max(1, way.pole_pairs);
  report.chosen = &way == &plan.chosen();
  report.reason = way.reason;
  if (way.is_recursive()) report.reason += fmt::format("; {} pole pairs", way.pole_pairs);
  report.cost.stages = stages_of(plan, way);
  report.predicted_seconds = way.predicted_seconds;
  report.error_bound = way_error_bound(plan, way, 1.0);
  return report;
}

std::string sigmas(const GaussianPlan::Impl& plan) {
  std::vector<std::string> words;
  for (const TappedAxis& axis : plan.axes) {
    words.push_back(fmt::format("axis {} sigma {}", axis.given.axis, axis.given.sigma));
    if (axis.given.order > 0) words.back() += fmt::format(" order {}", axis.given.order);
  }
  return words.empty() ? "no axis" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

double GaussianPlan::error_bound(double largest_float) const {
  require(std::isfinite(largest_float) && largest_float >= 0,
          "GaussianPlan::error_bound: largest_float is {}; expected 0 or more", largest_float);
  return way_error_bound(*impl_, impl_->chosen(), largest_float);
}

Explanation GaussianPlan::explain() const {
  const Impl& plan = *impl_;
  Explanation explanation;
  explanation.summary =
      fmt::format("Gaussian of an array ({}), {} -> {}: {}", fmt::join(plan.shape, ", "),
                  name(plan.in_type), name(plan.out_type), sigmas(plan));
  explanation.target = simd::active_target().name;
  explanation.threads = plan.options.threads;
  explanation.scratch_bytes = scratch_bytes();
  for (const GaussianWay& way : plan.ways) explanation.methods.push_back(report_of(plan, way));
  return explanation;
}

}  // namespace sepconv
