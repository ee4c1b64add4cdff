// What a CorrelationPlan says of itself: what its taps cost, and its error bound.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "filter/array/check.h"
#include "filter/choose/error_bound.h"
#include "filter/correlation/impl.h"
#include "simd/target.h"

namespace sepconv {
namespace {

CostStage stage_of(const CorrelationPlan::Impl& plan) {
  const int64_t samples = sample_count(plan.shape);
  const int64_t products = static_cast<int64_t>(plan.taps.taps.size());
  const int64_t read = plan.taps.samples_read();
  const int64_t row = plan.axes.row_samples();
  CostStage stage;
  stage.name = fmt::format("{} taps", read);
  stage.out = {row / plan.axes.channels, samples / row, plan.axes.channels};
  stage.cost.multiplications = checked_multiply(samples, products, "filter: products");
  stage.cost.additions = checked_multiply(samples, std::max<int64_t>(read, 1) - 1, "filter: sums");
  stage.cost.bytes_read = samples * sample_bytes(plan.in_type);
  stage.cost.bytes_written = samples * sample_bytes(plan.out_type);
  return stage;
}

const char* reason_of(const CorrelationPlan::Impl& plan) {
  if (plan.order == TapOrder::as_given) return "every tap that is not 0, in C order";
  switch (plan.taps.runs.back().use) {
    case simd::TapUse::sum:
      return "sums of pairs of samples, since the taps mirror";
    case simd::TapUse::difference:
      return "differences of pairs of samples, since the taps mirror with the other sign";
    default:
      return "every tap, the last one first: no pairs";
  }
}

}  // namespace

double CorrelationPlan::error_bound(double largest_float) const {
  require(std::isfinite(largest_float) && largest_float >= 0,
          "CorrelationPlan::error_bound: largest_float is {}; expected 0 or more", largest_float);
  const Impl& plan = *impl_;
  SampleSpec spec{plan.in_type, plan.out_type, plan.options.scale, plan.options.offset};
  spec.largest_float = largest_float;
  const double unit = unit_of(plan.in_double);
  double largest = largest_input(spec);
  for (const ReachedAxis& axis : plan.axes.all) {
    largest = std::max(largest, std::abs(axis.outside));
  }
  const double divisor = std::abs(plan.taps.divisor * plan.options.divisor);
  const double magnitude = plan.taps.l1_norm() * largest / divisor;
  // A product sees its tap stored, its pair summed, itself and every sum rounded.
  const double roundings = static_cast<double>(plan.taps.taps.size()) + 2;
  const double gamma = roundings * unit / (1 - roundings * unit);
  const double scale = std::abs(spec.scale);
  const double result = magnitude * (1 + gamma) * scale + std::abs(spec.offset);
  const double stored = spec.out == SampleType::f32 ? unit_of(false) : unit;
  // Then the quotient, scale and offset, stored and applied.
  double bound = (5 * unit + stored) * result;
  if (!plan.sums_are_exact) bound += magnitude * gamma * scale;
  if (!is_integer_type(spec.out)) return bound;
  return bound + (plan.options.rounding == Rounding::truncate ? 1.0 : 0.5);
}

Explanation CorrelationPlan::explain() const {
  const Impl& plan = *impl_;
  Explanation explanation;
  explanation.summary =
      fmt::format("{} kernel on an array ({}), {} -> {}", fmt::join(plan.kernel_shape, "x"),
                  fmt::join(plan.shape, ", "), name(plan.in_type), name(plan.out_type));
  explanation.target = simd::active_target().name;
  explanation.threads = plan.options.threads;
  explanation.scratch_bytes = plan.scratch.total;
  MethodReport report;
  report.method = name(Method::direct);
  report.arithmetic = name(plan.in_double ? Arithmetic::f64 : Arithmetic::f32);
  report.terms = 1;
  report.chosen = true;
  report.reason = reason_of(plan);
  report.cost.stages.push_back(stage_of(plan));
  report.error_bound = error_bound();
  explanation.methods.push_back(report);
  return explanation;
}

}  // namespace sepconv
