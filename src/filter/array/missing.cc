// Missing samples: the checks, the weights of both sums, and how far their quotient may be off.
#include "filter/array/missing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "filter/array/impl.h"
#include "filter/choose/error_bound.h"

namespace sepconv {
namespace {

// A share of the weights below this is none: products of tiny taps may have lost their digits.
double least_share(bool in_double) { return in_double ? 0x1p-900 : 0x1p-100; }

bool is_outside_valid(const AxisRole& role) { return role.border == Border::constant; }

template <class T>
simd::MissingFinish<T> finish_of(const ArrayPlan::Impl& plan, double tap_sum) {
  constexpr bool kInDouble = sizeof(T) == 8;
  const ArrayOptions& options = plan.options;
  const AxisRoles& roles = plan.roles;
  const double all = roles.slab.tap_sum() * roles.column.tap_sum() * roles.row.tap_sum();
  // Sums of weights within their rounding error of min_weight reach it: 1 asks for all, not more.
  const double reached = options.min_weight * (1 - 2 * weight_error(plan));
  const double fill = is_integer_type(plan.out_type) ? 0 : std::numeric_limits<double>::quiet_NaN();
  simd::MissingFinish<T> finish;
  const double scale = options.scale / options.divisor * tap_sum;
  finish.scale = static_cast<T>(scale);
  finish.after = static_cast<T>(scale * centre_of(plan.in_type) + options.offset);
  finish.least = static_cast<T>(all * std::max(reached, least_share(kInDouble)));
  finish.fill = static_cast<T>(options.fill.value_or(fill));
  finish.truncates = options.rounding == Rounding::truncate;
  finish.out_type = plan.out_type;
  return finish;
}

// The taps for one of the two sums, without an epilogue and with nothing beyond the edges.
template <class T>
simd::Weights<T> bare(simd::Weights<T> weights) {
  weights.out_type = sample_type_of<T>;
  weights.epilogue = simd::Epilogue<T>{};
  weights.terms.at(0).fill = 0;
  return weights;
}

template <class T>
void set_weights(const ArrayPlan::Impl& plan, MissingPart* part) {
  auto slab = std::get<simd::Weights<T>>(plan.slab_weights);
  slab.in_type = SampleType::u8;
  part->slab_weights = std::move(slab);
  const auto& taps = std::get<simd::Weights<T>>(plan.plane_weights);
  simd::MissingWeights<T> plane{bare(taps), bare(taps), finish_of<T>(plan, part->tap_sum)};
  plane.weights.in_type = plan.has_slab ? sample_type_of<T> : SampleType::u8;
  if (is_outside_valid(plan.roles.row)) {
    plane.values.terms[0].fill = taps.terms[0].fill;
    const AxisRole& column = plan.roles.column;
    const double of_column = plan.choice.running.column ? column.taps.size() : column.tap_sum();
    plane.weights.terms[0].fill = static_cast<T>(plan.roles.slab.tap_sum() * of_column);
  }
  part->plane = std::move(plane);
}

// Rows beyond the slab or the column axis: constants, or nothing.
void set_outside_rows(ArrayPlan::Impl* plan, MissingPart* part) {
  const AxisRole& slab = plan->roles.slab;
  const AxisRole& column = plan->roles.column;
  const auto set = [&](const AxisRole& role, auto* row, auto* weights) {
    if (!is_constant(role.border)) return;
    if (!is_outside_valid(role)) *row = part->nothing;
    *weights = is_outside_valid(role) ? part->whole : part->empty;
  };
  set(slab, &plan->outside_slab, &part->outside_slab_weights);
  if (!plan->has_slab) return set(column, &plan->outside_column, &part->outside_column_weights);
  if (!is_constant(column.border)) return;
  const SampleType type = plan->sum_type();
  const double weight = is_outside_valid(column) ? slab.tap_sum() : 0;
  part->outside_column_weights = constant_row(type, plan->outside_samples(), weight);
  if (weight == 0) plan->outside_column = part->outside_column_weights;
}

}  // namespace

void check_missing(const ArrayOptions& options, SampleType in, SampleType out) {
  if (options.missing == Missing::none) {
    require(options.min_weight == 0 && !options.fill,
            "filter: min_weight and fill are for missing samples; expected Missing::masked or nan");
    return;
  }
  require(options.missing != Missing::nan || !is_integer_type(in),
          "filter: missing is nan and in is {}; expected f32 or f64", name(in));
  require(0 <= options.min_weight && options.min_weight <= 1,
          "filter: min_weight is {}; expected 0 to 1", options.min_weight);
  require(!options.fill || !is_integer_type(out) || is_value_of(out, *options.fill),
          "filter: fill is {}; expected a value of the output's type {}", options.fill.value_or(0),
          name(out));
}

double scale_missing_taps(AxisRoles* roles) {
  double product = 1;
  for (AxisRole* role : {&roles->slab, &roles->column, &roles->row}) {
    if (!role->is_filtered()) continue;
    for (const double tap : role->taps) {
      require(tap >= 0, "filter: a tap of axis {} is {}; with missing samples taps are 0 or more",
              role->axis, tap);
    }
    const double sum = role->tap_sum();
    require(sum > 0 && std::isfinite(sum),
            "filter: the taps of axis {} sum to {}; with missing samples expected above 0",
            role->axis, sum);
    int exponent = 0;
    std::frexp(sum, &exponent);
    for (double& tap : role->taps) tap = std::ldexp(tap, -exponent);
    product *= sum;
  }
  require(std::isfinite(product), "filter: the product of the tap sums overflows");
  return product;
}

double weight_error(const ArrayPlan::Impl& plan) {
  const double unit = unit_of(plan.choice.arithmetic == Arithmetic::f64);
  double factor = 1;
  for (const AxisRole* role : {&plan.roles.slab, &plan.roles.column, &plan.roles.row}) {
    const double roundings = static_cast<double>(depth_of(plan, *role));
    factor *= 1 + roundings * unit / (1 - roundings * unit);
  }
  return factor - 1;
}

double missing_error_bound(const ArrayPlan::Impl& plan, const SampleSpec& spec) {
  const double unit = unit_of(plan.choice.arithmetic == Arithmetic::f64);
  const double of_sums = weight_error(plan);
  const double gain = std::abs(spec.scale) * plan.missing->tap_sum;
  // No tap is negative, so a sum of values is off by of_sums * (sum of weights) * max|in|, and the
  // sum of weights by of_sums of itself.
  const double of_mean = 2 * of_sums / (1 - of_sums) * largest_seen(spec);
  const double result = gain * (largest_input(spec) + of_mean) + std::abs(spec.offset);
  const double stored = spec.out == SampleType::f32 ? unit_of(false) : unit;
  // Rounded besides: the division, the factor, the constant, the multiply-add, the output.
  const double seen = gain * (largest_seen(spec) + of_mean) + result;
  const double sums = gain * of_mean + 5 * unit * seen + stored * result;
  return is_integer_type(spec.out) ? sums + 0.5 : sums;
}

MissingPart make_missing(ArrayPlan::Impl* plan, double tap_sum) {
  MissingPart part;
  part.tap_sum = tap_sum;
  if (plan->choice.arithmetic == Arithmetic::f64) {
    set_weights<double>(*plan, &part);
  } else {
    set_weights<float>(*plan, &part);
  }
  const int64_t samples = plan->outside_samples();
  part.whole.assign(samples, std::byte{1});
  part.empty.assign(samples, std::byte{0});
  part.nothing = constant_row(plan->in_type, samples, centre_of(plan->in_type));
  set_outside_rows(plan, &part);
  return part;
}

int64_t scratch_rows(const PackedMissing& weights) {
  return std::visit([](const auto& of_type) { return simd::scratch_rows(of_type); }, weights);
}

void convolve_missing(const simd::MissingStrip& strip, const PackedMissing& weights) {
  if (const auto* f = std::get_if<simd::MissingWeights<float>>(&weights)) {
    simd::convolve_missing_f32(strip, *f);
  } else {
    simd::convolve_missing_f64(strip, std::get<simd::MissingWeights<double>>(weights));
  }
}

}  // namespace sepconv
