// The time model: taps by the rates of the array engine, recursive passes by theirs.
#include "filter/gaussian/predict.h"

#include "base/aligned.h"
#include "simd/target.h"

namespace sepconv {
namespace {

double vectors() { return simd::active_vector_bytes() / 32.0; }

bool sums_in_double(const GaussianPlan::Impl& plan, const GaussianWay& way) {
  return way.in_double || needs_double(plan.in_type) || needs_double(plan.out_type);
}

}  // namespace

double predicted_axis_by_taps(const Rates& rates, const GaussianPlan::Impl& plan,
                              const TappedAxis& axis) {
  const bool is_row = axis.given.axis + 1 == static_cast<int>(plan.shape.size());
  const bool in_double = needs_double(plan.in_type) || needs_double(plan.out_type);
  const double tap = in_double ? (is_row ? rates.f64_row_tap : rates.f64_column_tap)
                               : (is_row ? rates.f32_row_tap : rates.f32_column_tap);
  const double taps = static_cast<double>(axis.taps.size());
  return static_cast<double>(plan.samples()) * taps * tap / vectors() * 1e-9;
}

double predicted_axis_recursively(const Rates& rates, const GaussianPlan::Impl& plan,
                                  const TappedAxis& axis, const GaussianWay& way) {
  // Lines come in groups, full or not.
  const int64_t lines = round_up(plan.samples() / axis.size, simd::kLinesTogether);
  const double samples = static_cast<double>(lines * axis.size);
  const double wide = way.in_double ? 2 : 1;
  const double pairs = rates.recursive_pair * way.pole_pairs / vectors();
  const double ns = wide * (pairs + rates.recursive_sample);
  return samples * ns * 1e-9;
}

double predicted_way(const Rates& rates, const GaussianPlan::Impl& plan, const GaussianWay& way) {
  double seconds = 0;
  if (way.fir) {
    const double sample_ns = sums_in_double(plan, way) ? rates.f64_sample : rates.f32_sample;
    seconds += static_cast<double>(plan.samples()) * sample_ns * 1e-9;
  }
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    seconds += way.methods[a] == GaussianMethod::fir
                   ? predicted_axis_by_taps(rates, plan, plan.axes[a])
                   : predicted_axis_recursively(rates, plan, plan.axes[a], way);
  }
  return seconds;
}

}  // namespace sepconv
