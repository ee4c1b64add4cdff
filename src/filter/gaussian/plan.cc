// GaussianPlan: axes become taps, and taps the factors of an ArrayPlan.
#include "base/check.h"
#include "filter/gaussian/impl.h"

namespace sepconv {
namespace {

ArrayPlan plan_by_taps(const GaussianPlan::Impl& plan) {
  std::vector<AxisFilter> filters;
  for (const TappedAxis& axis : plan.axes) {
    filters.push_back(
        {axis.given.axis, axis.taps, axis.radius(), axis.given.border, axis.given.border_value});
  }
  ArrayOptions options;
  options.scale = plan.options.scale;
  options.offset = plan.options.offset;
  options.rounding = plan.options.rounding;
  options.threads = plan.options.threads;
  return ArrayPlan(plan.shape, plan.in_type, plan.out_type, std::move(filters), options);
}

}  // namespace

const char* name(GaussianMethod method) {
  switch (method) {
    case GaussianMethod::automatic:
      return "auto";
    case GaussianMethod::fir:
      return "fir";
    case GaussianMethod::recursive:
      return "recursive";
  }
  return "?";
}

GaussianPlan::GaussianPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
                           std::vector<GaussianAxis> axes, const GaussianOptions& options) {
  check_options(options);
  require(options.method != GaussianMethod::recursive,
          "gaussian: method is recursive; expected fir");
  auto plan = std::make_unique<Impl>();
  plan->axes = tap_axes(shape, axes, options.truncate);
  plan->shape = std::move(shape);
  plan->in_type = in_type;
  plan->out_type = out_type;
  plan->options = options;
  plan->methods.assign(plan->axes.size(), GaussianMethod::fir);
  plan->fir = plan_by_taps(*plan);
  impl_ = std::move(plan);
}

GaussianPlan::~GaussianPlan() = default;
GaussianPlan::GaussianPlan(GaussianPlan&&) noexcept = default;
GaussianPlan& GaussianPlan::operator=(GaussianPlan&&) noexcept = default;

void GaussianPlan::run(const ConstArrayRef& in, const ArrayRef& out) const {
  Context context(impl_->options.threads);
  run(in, out, context);
}

void GaussianPlan::run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const {
  impl_->fir->run(in, out, context);
}

const std::vector<int64_t>& GaussianPlan::shape() const { return impl_->shape; }

std::vector<GaussianMethod> GaussianPlan::methods() const { return impl_->methods; }

double GaussianPlan::error_bound(double largest_float) const {
  return impl_->fir->error_bound(largest_float);
}

int64_t GaussianPlan::scratch_bytes() const { return impl_->fir->scratch_bytes(); }

Explanation GaussianPlan::explain() const {
  Explanation explanation = impl_->fir->explain();
  explanation.methods[0].method = name(GaussianMethod::fir);
  return explanation;
}

}  // namespace sepconv
