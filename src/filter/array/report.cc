// What an ArrayPlan says of itself: its passes with their costs, and its error bound.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "base/check.h"
#include "filter/array/check.h"
#include "filter/array/impl.h"
#include "filter/choose/error_bound.h"
#include "simd/target.h"

namespace sepconv {
namespace {

CostStage stage_of(const ArrayPlan::Impl& plan, std::string name) {
  const int64_t rows = sample_count(plan.shape) / plan.roles.row_samples();
  return {std::move(name), {plan.roles.row.size, rows, plan.roles.channels}, {}};
}

bool is_missing_box(const ArrayPlan::Impl& plan) { return plan.missing && plan.missing->box; }

bool is_running_column(const ArrayPlan::Impl& plan, const AxisRole& role) {
  return (plan.choice.running.column || is_missing_box(plan)) && &role == &plan.roles.column;
}

bool is_running_row(const ArrayPlan::Impl& plan, const AxisRole& role) {
  return (plan.choice.running.row || is_missing_box(plan)) && &role == &plan.roles.row;
}

CostStage pass_of(const ArrayPlan::Impl& plan, const AxisRole& role) {
  const int64_t samples = sample_count(plan.shape);
  const int64_t taps = static_cast<int64_t>(role.taps.size());
  const char* of = plan.missing ? " of values and weights" : "";
  CostStage stage = stage_of(plan, fmt::format("axis {}, {} taps{}", role.axis, taps, of));
  stage.cost.multiplications = samples * taps;
  stage.cost.additions = samples * (taps - 1);
  const bool in_integers = plan.choice.running.are_integers || is_missing_box(plan);
  if (is_running_column(plan, role)) {
    in_integers ? count_integer_column(&stage) : count_running_column(taps, &stage);
  }
  if (is_running_row(plan, role)) {
    in_integers ? count_integer_row(&stage) : count_running_row(taps, &stage);
  }
  if (plan.missing) {
    stage.cost.multiplications *= 2;
    stage.cost.additions *= 2;
  }
  return stage;
}

// A division counts as a multiplication.
CostStage division_of(const ArrayPlan::Impl& plan) {
  CostStage stage = stage_of(plan, "values / weights");
  stage.cost.multiplications = sample_count(plan.shape);
  return stage;
}

Arithmetic arithmetic_of(const ArrayPlan::Impl& plan) {
  if (is_missing_box(plan)) return Arithmetic::int32;
  if (plan.missing && plan.missing->bytes) return Arithmetic::fixed16;
  return plan.choice.arithmetic;
}

const char* missing_words(Missing missing) {
  if (missing == Missing::none) return "";
  return missing == Missing::masked ? ", missing by mask" : ", missing where NaN";
}

void add_passes(const ArrayPlan::Impl& plan, MethodReport* report) {
  for (const AxisRole* role : {&plan.roles.slab, &plan.roles.column, &plan.roles.row}) {
    if (role->is_filtered()) report->cost.stages.push_back(pass_of(plan, *role));
  }
  if (plan.missing) report->cost.stages.push_back(division_of(plan));
  if (report->cost.stages.empty()) report->cost.stages.push_back({"copy", {}, {}});
  const int64_t samples = sample_count(plan.shape);
  const int64_t mark_bytes = plan.options.missing == Missing::masked ? 1 : 0;
  report->cost.stages.front().cost.bytes_read = samples * (sample_bytes(plan.in_type) + mark_bytes);
  report->cost.stages.back().cost.bytes_written = samples * sample_bytes(plan.out_type);
}

}  // namespace

int64_t depth_of(const ArrayPlan::Impl& plan, const AxisRole& role) {
  const int64_t taps = static_cast<int64_t>(role.taps.size());
  if (is_running_column(plan, role)) return column_window_depth(taps) + 2;
  if (is_running_row(plan, role)) return row_window_depth(taps) + 2;
  return taps + 1;
}

double array_error_bound(const ArrayPlan::Impl& plan, const SampleSpec& spec) {
  const double unit = unit_of(plan.choice.arithmetic == Arithmetic::f64);
  const bool divides = plan.options.divisor != 1;
  // Of what a pass reads. Centred samples get their centre back before a division.
  double magnitude = divides ? largest_input(spec) : largest_seen(spec);
  double gain = 1;
  double error = 0;
  const AxisRoles& roles = plan.roles;
  for (const AxisRole* role : {&roles.slab, &roles.column, &roles.row}) {
    const double sum = sum_of_magnitudes(role->taps) * (1 + unit);
    const double roundings = static_cast<double>(depth_of(plan, *role));
    const double gamma = roundings * unit / (1 - roundings * unit);
    error = error * sum + magnitude * (1 + gamma) * gamma * sum;
    magnitude *= sum * (1 + gamma);
    gain *= sum;
  }
  const double scale = std::abs(spec.scale / plan.options.divisor);
  const double result = gain * largest_input(spec) * scale + std::abs(spec.offset);
  const double stored = spec.out == SampleType::f32 ? unit_of(false) : unit;
  const double sums = error * scale + ((divides ? 6 : 3) * unit + stored) * result;
  return is_integer_type(spec.out) ? sums + 0.5 : sums;
}

double ArrayPlan::error_bound(double largest_float) const {
  require(std::isfinite(largest_float) && largest_float >= 0,
          "ArrayPlan::error_bound: largest_float is {}; expected 0 or more", largest_float);
  const ArrayOptions& options = impl_->options;
  SampleSpec spec{impl_->in_type, impl_->out_type, options.scale, options.offset};
  spec.largest_float = largest_float;
  if (has_integers(impl_->choice)) return sepconv::error_bound(impl_->plane, spec, impl_->choice);
  SampleSpec divided = spec;
  divided.scale /= options.divisor;
  const double bound =
      impl_->missing ? missing_error_bound(*impl_, divided) : array_error_bound(*impl_, spec);
  const bool truncates = options.rounding == Rounding::truncate && is_integer_type(impl_->out_type);
  return truncates ? bound + 0.5 : bound;
}

Explanation ArrayPlan::explain() const {
  const Impl& plan = *impl_;
  Explanation explanation;
  explanation.summary = fmt::format("{}-D filter of an array ({}), {} -> {}{}", plan.shape.size(),
                                    fmt::join(plan.shape, ", "), name(plan.in_type),
                                    name(plan.out_type), missing_words(plan.options.missing));
  explanation.target = simd::active_target().name;
  explanation.threads = plan.options.threads;
  explanation.scratch_bytes = plan.scratch.total;
  MethodReport report;
  report.method = name(Method::separable);
  report.arithmetic = name(arithmetic_of(plan));
  report.terms = 1;
  report.chosen = true;
  report.reason = plan.missing ? "one factor an axis, over valid samples" : "one factor an axis";
  add_passes(plan, &report);
  report.error_bound = error_bound();
  explanation.methods.push_back(report);
  return explanation;
}

}  // namespace sepconv
