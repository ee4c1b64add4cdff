// CorrelationPlan: the type of its sums, its taps in order and in place, its strips and scratch.
#include <algorithm>
#include <cmath>

#include "base/aligned.h"
#include "base/check.h"
#include "filter/array/check.h"
#include "filter/choose/arithmetic.h"
#include "filter/correlation/impl.h"

namespace sepconv {
namespace {

// The rows under a kernel should not leave the second cache, nor strips be shorter than their
// edges.
constexpr int64_t kRingBytes = 256 * 1024;
constexpr int64_t kMinStripSamples = 1024;

// Sums of integers that a type holds all of.
constexpr double kExactFloat = 0x1p24;
constexpr double kExactDouble = 0x1p53;

void set_taps(CorrelationPlan::Impl* plan, const PlacedKernel& placed) {
  const bool are_integers = placed.kernel.is_integer() && is_integer_type(plan->in_type);
  plan->taps = order_taps(placed.kernel, placed.order, are_integers);
  plan->in_double =
      plan->options.in_double || needs_double(plan->in_type) || needs_double(plan->out_type);
  if (are_integers) {
    double largest = plan->taps.l1_norm() * largest_input({plan->in_type, plan->out_type});
    // A quotient near a tie needs a bit more (docs/numerics.md).
    if (plan->taps.divisor * plan->options.divisor != 1) largest *= 2;
    if (largest >= kExactFloat) plan->in_double = true;
    plan->sums_are_exact = largest < kExactDouble;
  }
  plan->one = place_taps(plan->axes, placed, plan->taps, &plan->slabs);
  plan->two = share_samples(plan->one);
}

void set_strips(CorrelationPlan::Impl* plan) {
  const CorrelationAxes& axes = plan->axes;
  const ReachedAxis& row = axes.all[axes.row];
  const int64_t rings = static_cast<int64_t>(plan->slabs.size()) * plan->ring_rows();
  const int64_t samples = std::max({kRingBytes / (std::max<int64_t>(rings, 1) * plan->sum_bytes()),
                                    kMinStripSamples, row.taps * axes.channels});
  const int64_t width = std::max<int64_t>(samples / axes.channels, 1);
  const ImageShape rows{row.size, 1, static_cast<int>(axes.channels)};
  for (int64_t x = 0; x < row.size; x += width) {
    plan->strips.push_back(
        strip_columns(rows, x, std::min(width, row.size - x), row.reach(), row.border));
  }
}

void set_scratch(CorrelationPlan::Impl* plan) {
  CorrelationScratch& scratch = plan->scratch;
  const CorrelationAxes& axes = plan->axes;
  int64_t first = 0, last = 0, widest = 0;
  for (const StripColumns& strip : plan->strips) {
    first = std::min(first, strip.first_place());
    last = std::max({last, strip.last_place(), strip.width * axes.channels});
    widest = std::max(widest, strip.width * axes.channels);
  }
  const int64_t line = kAlignment / plan->sum_bytes();
  scratch.row_zero = round_up(-first, line);
  const int64_t values = round_up(scratch.row_zero + last + simd::kOverrun, line);
  scratch.row_stride = (values / line | 1) * line;  // odd, so that rows share no cache set

  int64_t at = 0;
  const auto take = [&](int64_t count, int64_t bytes) {
    const int64_t here = at;
    at = checked_add(at, round_up(checked_multiply(count, bytes, "filter: scratch"), kAlignment),
                     "filter: scratch");
    return here;
  };
  const int64_t slabs = static_cast<int64_t>(plan->slabs.size());
  scratch.samples =
      take(std::max(plan->one.samples.size(), plan->two.samples.size()), sizeof(void*));
  scratch.partners = take(plan->one.partners.size(), sizeof(void*));
  scratch.slabs = take(slabs, sizeof(SlabRow));
  scratch.rows = take(slabs * plan->ring_rows(), scratch.row_stride * plan->sum_bytes());
  scratch.scattered_stride = round_up(widest * sample_bytes(plan->out_type), kAlignment);
  scratch.scattered = take(2, scratch.scattered_stride);
  scratch.total = at;
}

}  // namespace

CorrelationPlan::CorrelationPlan(std::vector<int64_t> shape, SampleType in_type,
                                 SampleType out_type, const PlacedKernel& placed,
                                 const ArrayOptions& options) {
  check_shape(shape);
  check_options(options);
  require(options.missing == Missing::none,
          "filter: samples are missing; expected an ArrayPlan, which has weights for that");
  auto plan = std::make_unique<Impl>();
  plan->shape = std::move(shape);
  plan->in_type = in_type;
  plan->out_type = out_type;
  plan->options = options;
  plan->order = placed.order;
  plan->kernel_shape = placed.kernel.shape();
  plan->axes = walk_axes(plan->shape, placed, in_type);
  set_taps(plan.get(), placed);
  set_strips(plan.get());
  set_scratch(plan.get());
  plan->contexts = ContextPool(options.threads);
  impl_ = std::move(plan);
}

CorrelationPlan::~CorrelationPlan() = default;
CorrelationPlan::CorrelationPlan(CorrelationPlan&&) noexcept = default;
CorrelationPlan& CorrelationPlan::operator=(CorrelationPlan&&) noexcept = default;

const std::vector<int64_t>& CorrelationPlan::shape() const { return impl_->shape; }

int64_t CorrelationPlan::scratch_bytes() const { return impl_->scratch.total; }

}  // namespace sepconv
