// A GaussianPlan's arguments, checked, and its axes with their taps, sorted.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "filter/border.h"
#include "filter/gaussian/impl.h"
#include "sepconv/kernel.h"

namespace sepconv {
namespace {

TappedAxis tapped_axis(const GaussianPlan::Impl& plan, const GaussianAxis& given) {
  const int count = static_cast<int>(plan.shape.size());
  require(-count <= given.axis && given.axis < count,
          "gaussian: axis {} of an array of {} axes; expected {} to {}", given.axis, count, -count,
          count - 1);
  require(given.border != Border::constant || is_value_of(plan.in_type, given.border_value),
          "gaussian: border_value of axis {} is {}; expected a value of the input's type {}",
          given.axis, given.border_value, name(plan.in_type));
  TappedAxis axis{given, 1, gaussian_taps(given.sigma, given.order, plan.options.truncate)};
  if (given.axis < 0) axis.given.axis += count;
  axis.size = plan.shape[axis.given.axis];
  return axis;
}

}  // namespace

ArrayOptions array_options(const GaussianOptions& options) {
  ArrayOptions shared;
  shared.scale = options.scale;
  shared.offset = options.offset;
  shared.rounding = options.rounding;
  shared.threads = options.threads;
  return shared;
}

void set_arguments(GaussianPlan::Impl* plan, const std::vector<GaussianAxis>& axes) {
  const GaussianOptions& options = plan->options;
  require(std::isfinite(options.max_error) && options.max_error >= 0,
          "gaussian: max_error is {}; expected 0 or more", options.max_error);
  // An array filter without factors checks the shape and the options that both have.
  ArrayPlan(plan->shape, plan->in_type, plan->out_type, {}, array_options(options));
  std::vector<TappedAxis> given;
  for (const GaussianAxis& axis : axes) given.push_back(tapped_axis(*plan, axis));
  std::vector<size_t> sorted(given.size());
  std::iota(sorted.begin(), sorted.end(), size_t{0});
  std::sort(sorted.begin(), sorted.end(),
            [&](size_t a, size_t b) { return given[a].given.axis < given[b].given.axis; });
  plan->order.resize(given.size());
  for (size_t position = 0; position < sorted.size(); ++position) {
    plan->order[sorted[position]] = position;
    plan->axes.push_back(given[sorted[position]]);
    const int axis = plan->axes.back().given.axis;
    require(position == 0 || plan->axes[position - 1].given.axis != axis,
            "gaussian: axis {} is named twice", axis);
  }
}

}  // namespace sepconv
