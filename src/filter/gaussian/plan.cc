// GaussianPlan: arguments checked, a way chosen, and what a run needs.
#include <algorithm>

#include "base/aligned.h"
#include "filter/array/check.h"
#include "filter/gaussian/impl.h"
#include "filter/gaussian/ways.h"

namespace sepconv {

int64_t GaussianPlan::Impl::samples() const { return sample_count(shape); }

SampleType GaussianPlan::Impl::type_between(const GaussianWay& way) const {
  if (!is_integer_type(out_type)) return out_type;
  return way.in_double ? SampleType::f64 : SampleType::f32;
}

int64_t GaussianPlan::Impl::buffer_bytes() const {
  if (!needs_buffer()) return 0;
  return samples() * sample_bytes(type_between(chosen()));
}

int64_t GaussianPlan::Impl::worker_bytes() const {
  int64_t bytes = chosen().fir ? chosen().fir->scratch_bytes() : 0;
  for (const RecursivePass& pass : chosen().passes) {
    bytes = std::max(bytes, simd::line_scratch_bytes(pass.filter));
  }
  return round_up(bytes, kAlignment);
}

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

GaussianPlan::Impl make_gaussian(std::vector<int64_t> shape, SampleType in_type,
                                 SampleType out_type, const std::vector<GaussianAxis>& axes,
                                 const GaussianOptions& options) {
  GaussianPlan::Impl plan;
  plan.shape = std::move(shape);
  plan.in_type = in_type;
  plan.out_type = out_type;
  plan.options = options;
  plan.contexts = ContextPool(options.threads);
  set_arguments(&plan, axes);
  choose_way(&plan);
  return plan;
}

GaussianPlan::GaussianPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
                           std::vector<GaussianAxis> axes, const GaussianOptions& options)
    : impl_(std::make_unique<Impl>(
          make_gaussian(std::move(shape), in_type, out_type, axes, options))) {}

GaussianPlan::~GaussianPlan() = default;
GaussianPlan::GaussianPlan(GaussianPlan&&) noexcept = default;
GaussianPlan& GaussianPlan::operator=(GaussianPlan&&) noexcept = default;

const std::vector<int64_t>& GaussianPlan::shape() const { return impl_->shape; }

std::vector<GaussianMethod> GaussianPlan::methods() const {
  std::vector<GaussianMethod> methods;
  for (const size_t position : impl_->order) methods.push_back(impl_->chosen().methods[position]);
  return methods;
}

int64_t GaussianPlan::scratch_bytes() const {
  return impl_->worker_bytes() + impl_->buffer_bytes();
}

}  // namespace sepconv
