// The ways: by taps, and for float and double sums and one pole pair to four, recursively wherever
// that is predicted faster.
#include "filter/gaussian/ways.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "filter/border.h"
#include "filter/choose/error_bound.h"
#include "filter/gaussian/predict.h"
#include "filter/gaussian/recursive_pass.h"
#include "filter/profile/profile.h"

namespace sepconv {
namespace {

constexpr size_t kMostAxesByTaps = 3;  // ArrayPlan's

// True where an axis filtered by taps, which comes first, may come before all that are not: corners
// beyond two axes count as beyond the later one, so with different constants the order matters; and
// only float outputs hold what comes between.
bool may_mix(const GaussianPlan::Impl& plan, const std::vector<GaussianMethod>& methods) {
  if (is_integer_type(plan.out_type)) return false;
  for (size_t later = 0; later < methods.size(); ++later) {
    const TappedAxis& by_taps = plan.axes[later];
    if (methods[later] != GaussianMethod::fir || !is_constant(by_taps.given.border)) continue;
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const TappedAxis& other = plan.axes[earlier];
      if (methods[earlier] == GaussianMethod::recursive && is_constant(other.given.border) &&
          other.outside_value() != by_taps.outside_value()) {
        return false;
      }
    }
  }
  return std::count(methods.begin(), methods.end(), GaussianMethod::fir) <=
         static_cast<int64_t>(kMostAxesByTaps);
}

// Each axis as it is predicted fastest, or all recursively.
std::vector<GaussianMethod> methods_of(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  std::vector<GaussianMethod> methods(plan.axes.size(), GaussianMethod::recursive);
  if (plan.options.method == GaussianMethod::recursive) return methods;
  const Rates& rates = machine_profile().rates;
  std::vector<GaussianMethod> mixed = methods;
  for (size_t a = 0; a < mixed.size(); ++a) {
    const double by_taps = predicted_axis_by_taps(rates, plan, plan.axes[a]);
    if (by_taps < predicted_axis_recursively(rates, plan, plan.axes[a], way)) {
      mixed[a] = GaussianMethod::fir;
    }
  }
  const bool is_by_taps = std::count(mixed.begin(), mixed.end(), GaussianMethod::recursive) == 0;
  const bool may_be_by_taps = is_by_taps && mixed.size() <= kMostAxesByTaps;
  return may_be_by_taps || may_mix(plan, mixed) ? mixed : methods;
}

ArrayPlan plan_by_taps(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  std::vector<AxisFilter> filters;
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    const TappedAxis& axis = plan.axes[a];
    if (way.methods[a] != GaussianMethod::fir) continue;
    filters.push_back(
        {axis.given.axis, axis.taps, axis.radius(), axis.given.border, axis.given.border_value});
  }
  ArrayOptions options = array_options(plan.options);
  options.in_double = way.in_double;
  if (!way.passes.empty()) {
    options.scale = 1;
    options.offset = 0;
    options.rounding = Rounding::nearest;
  }
  return ArrayPlan(plan.shape, plan.in_type, plan.out_type, std::move(filters), options);
}

// The passes in the order of their axes. What lies beyond a constant border has been filtered by
// all that came before, the axes by taps first.
void add_passes(const GaussianPlan::Impl& plan, GaussianWay* way) {
  double constants = 1;
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    if (way->methods[a] == GaussianMethod::fir) constants *= sum_of(plan.axes[a].taps);
  }
  kernels::RecursiveResponse response;
  const TappedAxis* fitted = nullptr;
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    const TappedAxis& axis = plan.axes[a];
    if (way->methods[a] != GaussianMethod::recursive) continue;
    if (fitted == nullptr || fitted->given.sigma != axis.given.sigma ||
        fitted->given.order != axis.given.order) {
      response = kernels::fit_recursive(
          axis.taps, {axis.given.sigma, axis.given.order, way->pole_pairs, way->in_double});
      fitted = &axis;
    }
    way->passes.push_back(
        make_recursive_pass(response, {axis, constants * axis.outside_value(), way->in_double}));
    way->passes.back().filter.rounds_once = is_integer_type(plan.out_type);
    constants *= sum_of(axis.taps);
  }
  if (way->passes.empty()) return;
  simd::LineFilter& last = way->passes.back().filter;
  last.scale = plan.options.scale;
  last.offset = plan.options.offset;
  last.truncates = plan.options.rounding == Rounding::truncate;
}

// The largest |sample|, and how far it may be off, from pass to pass.
struct Magnitude {
  double exact = 1;
  double error = 0;

  void pass(const RecursivePass& pass) {
    error = error * (pass.gain + pass.distance) + exact * pass.distance +
            (exact + error) * pass.rounding;
    exact *= pass.gain;
  }
};

double gain_by_taps(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  double gain = 1;
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    if (way.methods[a] == GaussianMethod::fir) gain *= sum_of_magnitudes(plan.axes[a].taps);
  }
  return gain;
}

GaussianWay make_way(const GaussianPlan::Impl& plan, GaussianWay way) {
  add_passes(plan, &way);
  const bool has_taps = std::count(way.methods.begin(), way.methods.end(), GaussianMethod::fir) > 0;
  if (has_taps || way.passes.empty()) way.fir = plan_by_taps(plan, way);
  Magnitude magnitude{gain_by_taps(plan, way), 0};
  for (const RecursivePass& pass : way.passes) magnitude.pass(pass);
  way.relative_error = magnitude.error;
  way.predicted_seconds = predicted_way(machine_profile().rates, plan, way);
  return way;
}

void add_recursive_ways(GaussianPlan::Impl* plan) {
  const bool only_double = needs_double(plan->in_type) || needs_double(plan->out_type);
  for (const bool in_double : {false, true}) {
    if (only_double && !in_double) continue;
    for (int pairs = 1; pairs <= kernels::kMostPolePairs; ++pairs) {
      GaussianWay way;
      way.pole_pairs = pairs;
      way.in_double = in_double;
      way.methods = methods_of(*plan, way);
      if (std::count(way.methods.begin(), way.methods.end(), GaussianMethod::recursive) == 0) {
        continue;
      }
      plan->ways.push_back(make_way(*plan, std::move(way)));
    }
  }
}

void set_reasons(GaussianPlan::Impl* plan) {
  const GaussianOptions& options = plan->options;
  for (GaussianWay& way : plan->ways) {
    if (way.relative_error > options.max_error) {
      way.reason = fmt::format("off by up to {:.2g}; max_error is {}", way.relative_error,
                               options.max_error);
    } else if (&way != &plan->ways.front()) {
      way.reason = "slower";
    } else if (!way.is_recursive()) {
      way.reason = plan->ways.size() > 1 ? "fastest within max_error" : "by its taps";
    } else {
      way.reason = fmt::format("fastest within max_error: off by up to {:.2g}", way.relative_error);
    }
  }
}

}  // namespace

void choose_way(GaussianPlan::Impl* plan) {
  const GaussianOptions& options = plan->options;
  if (options.method != GaussianMethod::recursive &&
      (plan->axes.size() <= kMostAxesByTaps || options.max_error == 0 ||
       options.method == GaussianMethod::fir)) {
    GaussianWay by_taps;
    by_taps.methods.assign(plan->axes.size(), GaussianMethod::fir);
    plan->ways.push_back(make_way(*plan, std::move(by_taps)));
  }
  const bool may_be_off = options.max_error > 0 || options.method == GaussianMethod::recursive;
  if (may_be_off && options.method != GaussianMethod::fir) add_recursive_ways(plan);
  const auto is_within = [&](const GaussianWay& way) {
    return way.relative_error <= options.max_error;
  };
  std::stable_sort(plan->ways.begin(), plan->ways.end(),
                   [&](const GaussianWay& a, const GaussianWay& b) {
                     if (is_within(a) != is_within(b)) return is_within(a);
                     return a.predicted_seconds < b.predicted_seconds;
                   });
  if (!is_within(plan->ways.front())) {
    double nearest = plan->ways.front().relative_error;
    for (const GaussianWay& way : plan->ways) nearest = std::min(nearest, way.relative_error);
    require(false, "gaussian: max_error is {}; recursive filters are within {:.3g} at best",
            options.max_error, nearest);
  }
  set_reasons(plan);
}

double way_error_bound(const GaussianPlan::Impl& plan, const GaussianWay& way,
                       double largest_float) {
  const GaussianOptions& options = plan.options;
  SampleSpec spec{plan.in_type, plan.out_type, options.scale, options.offset};
  double largest = largest_float;
  for (const TappedAxis& axis : plan.axes) {
    largest = std::max(largest, std::abs(axis.outside_value()));
  }
  spec.largest_float = largest;
  if (!way.is_recursive()) return way.fir->error_bound(largest);
  const double unit = unit_of(way.in_double);
  const double stored = unit_of(plan.type_between(way) != SampleType::f32);
  Magnitude magnitude{gain_by_taps(plan, way) * largest_input(spec),
                      way.fir ? way.fir->error_bound(largest) : 0.0};
  for (size_t p = 0; p < way.passes.size(); ++p) {
    if (p > 0) magnitude.error += stored * (magnitude.exact + magnitude.error);
    magnitude.pass(way.passes[p]);
  }
  const double result =
      (magnitude.exact + magnitude.error) * std::abs(options.scale) + std::abs(options.offset);
  const double finish =
      (3 * unit + (plan.out_type == SampleType::f32 ? unit_of(false) : unit)) * result;
  const double bound = magnitude.error * std::abs(options.scale) + finish;
  if (!is_integer_type(plan.out_type)) return bound;
  return bound + (options.rounding == Rounding::truncate ? 1.0 : 0.5);
}

}  // namespace sepconv
