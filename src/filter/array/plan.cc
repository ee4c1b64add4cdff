// ArrayPlan: roles, packed weights of the slab and of the plane, and the scratch that a run needs.
#include <algorithm>
#include <cmath>

#include "base/aligned.h"
#include "base/check.h"
#include "filter/array/check.h"
#include "filter/array/tasks.h"

namespace sepconv {
namespace {

// Sums of a slab that wait for the plane's passes: they should not leave the second cache.
constexpr int64_t kSlabBytes = 256 * 1024;

// Threads share out at least so many tasks each, or equally many.
constexpr int64_t kManyTasks = 16;

// A chunk of fewer rows would be mostly set-up, and halo where its rows are gathered.
constexpr int64_t kLeastChunkRows = 16;

// Longer rows are packed where the plan would keep one of the border's constant as long as they.
constexpr int64_t kLongRow = 1 << 16;

void check_border(const AxisRole& role, SampleType type) {
  require(role.border != Border::constant || is_value_of(type, role.border_value),
          "filter: border_value of axis {} is {}; expected a value of the input's type {}",
          role.axis, role.border_value, name(type));
}

double outside_value(const AxisRole& role) {
  return role.border == Border::constant ? role.border_value : 0.0;
}

template <class T>
simd::Weights<T> slab_weights(const ArrayPlan::Impl& plan) {
  simd::Weights<T> weights;
  weights.in_type = plan.in_type;
  weights.out_type = plan.out_type;  // decides how products are rounded
  weights.terms.push_back({{plan.roles.slab.taps.begin(), plan.roles.slab.taps.end()}, {}, T{0}});
  return weights;
}

template <class T>
simd::Weights<T> plane_weights(const ArrayPlan::Impl& plan) {
  const AxisRoles& roles = plan.roles;
  const double centre = centre_of(plan.in_type);
  const RunningTerm term = running_term(plan.plane.terms[0], plan.choice.running);
  const double before_row = roles.slab.tap_sum() * sum_of(term.column);
  simd::Weights<T> weights;
  weights.windows.column = plan.choice.running.column ? term.column.size() : 0;
  weights.windows.row = plan.choice.running.row ? term.row.size() : 0;
  weights.windows.gain = static_cast<T>(term.gain);
  weights.in_type = plan.has_slab ? sample_type_of<T> : plan.in_type;
  weights.out_type = plan.out_type;
  weights.channels = static_cast<int>(roles.channels);
  weights.anchor_samples = roles.row.anchor * roles.channels;
  // Before a division the centre is a whole number where the taps are; without one it is better
  // added to what is rounded already.
  const bool divides = plan.options.divisor != 1;
  const double centred =
      centre * roles.slab.tap_sum() * roles.column.tap_sum() * roles.row.tap_sum();
  const double after = divides ? 0 : plan.options.scale * centred;
  weights.epilogue.before = static_cast<T>(divides ? centred : 0);
  weights.epilogue.divisor = static_cast<T>(plan.options.divisor);
  weights.epilogue.scale = static_cast<T>(plan.options.scale);
  weights.epilogue.after = static_cast<T>(after + plan.options.offset);
  weights.epilogue.truncates = plan.options.rounding == Rounding::truncate;
  const std::vector<T> row(term.row.begin(), term.row.end());
  weights.terms.push_back({{term.column.begin(), term.column.end()},
                           simd::pack_row_taps(row, weights.channels),
                           static_cast<T>(before_row * (outside_value(roles.row) - centre))});
  return weights;
}

SampleSpec spec_of(const ArrayPlan::Impl& plan) {
  return {plan.in_type, plan.out_type, plan.options.scale, plan.options.offset};
}

bool are_whole(const std::vector<double>& taps) {
  return std::all_of(taps.begin(), taps.end(), [](double tap) { return tap == std::floor(tap); });
}

FilterTerms plane_terms(const ArrayPlan::Impl& plan) {
  const FilterTerm term{plan.roles.column.taps, plan.roles.row.taps};
  FilterTerms terms{Method::separable, {term}};
  terms.divisor = plan.options.divisor;
  terms.is_integer = are_whole(term.column) && are_whole(term.row) && are_whole({terms.divisor});
  return terms;
}

// True where the plane is all that is filtered, and as an image is.
bool is_image(const ArrayPlan::Impl& plan) {
  const ArrayOptions& options = plan.options;
  return !plan.has_slab && !plan.has_gaps() && !options.in_double &&
         options.rounding == Rounding::nearest && (options.divisor == 1 || plan.plane.is_integer);
}

// Integers where an image filter has them; sums otherwise.
ArithmeticChoice choose_plane(const ArrayPlan::Impl& plan) {
  ArithmeticChoice choice;
  if (is_image(plan)) choice = choose_arithmetic(plan.plane, spec_of(plan));
  if (has_integers(choice)) return choice;
  const bool in_double =
      plan.options.in_double || needs_double(plan.in_type) || needs_double(plan.out_type);
  const FilterTerm& term = plan.plane.terms[0];
  choice = {};
  choice.arithmetic = in_double ? Arithmetic::f64 : Arithmetic::f32;
  choice.running = {are_running_column(term.column), are_running_row(term.row)};
  return choice;
}

void set_weights(ArrayPlan::Impl* plan) {
  if (has_integers(plan->choice)) {
    const AxisRoles& roles = plan->roles;
    plan->plane_weights = pack_weights(
        plan->plane, spec_of(*plan), plan->choice,
        {static_cast<int>(roles.channels), roles.row.anchor, outside_value(roles.row)});
  } else if (plan->choice.arithmetic == Arithmetic::f64) {
    plan->slab_weights = slab_weights<double>(*plan);
    plan->plane_weights = plane_weights<double>(*plan);
  } else {
    plan->slab_weights = slab_weights<float>(*plan);
    plan->plane_weights = plane_weights<float>(*plan);
  }
}

void set_outside_rows(ArrayPlan::Impl* plan) {
  const AxisRoles& roles = plan->roles;
  const int64_t samples = plan->outside_samples();
  if (is_constant(roles.slab.border)) {
    plan->outside_slab = constant_row(plan->in_type, samples, outside_value(roles.slab));
  }
  if (!is_constant(roles.column.border)) return;
  const double value = outside_value(roles.column);
  if (!plan->has_slab) {
    plan->outside_column = constant_row(plan->in_type, samples, value);
    return;
  }
  const double summed = roles.slab.tap_sum() * (value - centre_of(plan->in_type));
  plan->outside_column = constant_row(plan->sum_type(), samples, summed);
}

// Of what the column pass reads at one place.
int64_t row_sample_bytes(const ArrayPlan::Impl& plan) {
  const int64_t bytes = plan.has_slab ? plan.sum_bytes() : sample_bytes(plan.in_type);
  if (!plan.has_gaps()) return bytes;
  return plan.has_slab ? 2 * bytes : bytes + 1;
}

bool packs_rows(const AxisRoles& roles) {
  const bool is_framed = is_constant(roles.slab.border) || is_constant(roles.column.border);
  return is_framed && roles.row_samples() > kLongRow;
}

// Makes few tasks a multiple of the threads, by chunks of fewer rows: not of slabs, whose sums
// chunks do not share.
void balance_chunks(ArrayPlan::Impl* plan) {
  const int64_t threads = plan->options.threads;
  if (plan->has_slab || task_count(*plan) >= kManyTasks * threads) return;
  const auto divided = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
  const int64_t rows = plan->roles.column.size;
  const int64_t chunks = round_up(divided(rows, plan->layout.chunk_rows), threads);
  const int64_t balanced = round_up(divided(rows, chunks), simd::kRowsTogether);
  plan->layout.chunk_rows = std::min(plan->layout.chunk_rows, std::max(balanced, kLeastChunkRows));
}

void set_layout(ArrayPlan::Impl* plan) {
  const AxisRoles& roles = plan->roles;
  const ImageShape plane{roles.row.size, roles.column.size, static_cast<int>(roles.channels)};
  const int64_t height = static_cast<int64_t>(roles.column.taps.size());
  const int64_t sum_bytes = plan->sum_bytes();
  plan->layout = make_layout({plane,
                              {0, 0, plane.width, plane.height},
                              roles.row.border,
                              roles.row.reach(),
                              height,
                              row_sample_bytes(*plan),
                              sample_bytes(plan->out_type),
                              false,
                              sample_count(plan->shape) * sample_bytes(plan->out_type)},
                             plan->plane_weights);
  plan->packs_rows = plan->has_gaps() || packs_rows(roles);
  const int64_t line = kAlignment / sum_bytes;
  plan->slot_values =
      (round_up(plan->layout.packed_samples + simd::kOverrun, line) / line | 1) * line;
  if (plan->has_slab) {
    const int64_t slot_bytes = plan->planes() * plan->slot_values * sum_bytes;
    const int64_t rows = std::max<int64_t>(kSlabBytes / slot_bytes - height, height);
    plan->layout.chunk_rows =
        round_up(std::clamp<int64_t>(rows, 8, plan->layout.chunk_rows), simd::kRowsTogether);
  }
  balance_chunks(plan);
  plan->slots = plan->layout.chunk_rows + height + 2 * simd::kRowsTogether;
}

void set_scratch(ArrayPlan::Impl* plan) {
  ArrayScratch& scratch = plan->scratch;
  const int64_t sum_bytes = plan->sum_bytes();
  const int64_t pointer_bytes = sizeof(void*);
  const int64_t slab_rows =
      static_cast<int64_t>(plan->roles.slab.taps.size()) + 2 * simd::kRowsTogether;
  const int64_t widest = plan->layout.packed_samples;
  int64_t at = round_up(plan->slots * pointer_bytes, kAlignment);
  const auto take = [&](int64_t bytes) {
    const int64_t here = at;
    at += round_up(bytes, kAlignment);
    return here;
  };
  scratch.slab_pointers = take(slab_rows * pointer_bytes);
  scratch.strip_rows = take(plan->strip_rows() * plan->layout.scratch_stride * sum_bytes);
  if (plan->has_slab) {
    scratch.planes = take(plan->planes() * plan->slots * plan->slot_values * sum_bytes);
  }
  const int64_t gathered = plan->has_slab ? slab_rows : plan->slots;
  scratch.gathered = take(gathered * widest * sample_bytes(plan->in_type));
  scratch.scattered = take(plan->layout.chunk_rows * widest * sample_bytes(plan->out_type));
  if (plan->has_gaps()) {
    scratch.weights = take(plan->slots * pointer_bytes);
    scratch.slab_weights = take(slab_rows * pointer_bytes);
    scratch.marks = take(gathered * widest);
  }
  scratch.total = at;
}

}  // namespace

ArrayPlan::ArrayPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
                     std::vector<AxisFilter> filters, const ArrayOptions& options) {
  check_shape(shape);
  check_options(options);
  check_missing(options, in_type, out_type);
  auto plan = std::make_unique<Impl>();
  plan->shape = std::move(shape);
  plan->in_type = in_type;
  plan->out_type = out_type;
  plan->options = options;
  plan->roles = assign_roles(plan->shape, filters);
  for (const AxisRole* role : {&plan->roles.slab, &plan->roles.column, &plan->roles.row}) {
    check_border(*role, in_type);
  }
  const double tap_sum = plan->has_gaps() ? scale_missing_taps(&plan->roles) : 1;
  plan->has_slab = plan->roles.slab.is_filtered();
  plan->plane = plane_terms(*plan);
  plan->choice = choose_plane(*plan);
  set_weights(plan.get());
  set_layout(plan.get());
  set_outside_rows(plan.get());
  if (plan->has_gaps()) plan->missing = make_missing(plan.get(), tap_sum);
  set_scratch(plan.get());
  plan->contexts = ContextPool(options.threads);
  impl_ = std::move(plan);
}

ArrayPlan::~ArrayPlan() = default;
ArrayPlan::ArrayPlan(ArrayPlan&&) noexcept = default;
ArrayPlan& ArrayPlan::operator=(ArrayPlan&&) noexcept = default;

const std::vector<int64_t>& ArrayPlan::shape() const { return impl_->shape; }

bool ArrayPlan::allows_in_place() const { return impl_->allows_in_place(); }

int64_t ArrayPlan::scratch_bytes() const { return impl_->scratch.total; }

}  // namespace sepconv
