// ArrayPlan::run: checks the arrays, and runs the passes of every task.
#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/parallel.h"
#include "filter/array/check.h"
#include "filter/array/tasks.h"

namespace sepconv {
namespace {

// What all workers of a run share.
struct Run {
  const ArrayPlan::Impl& plan;
  const ConstArrayRef& in;
  const ArrayRef& out;
  RoleStrides in_strides, out_strides;
  const ConstArrayRef* mask = nullptr;  // where the plan needs one
  std::optional<RoleStrides> mask_strides = {};

  // Samples and marks are read at the same places: all in place, or all from packed rows.
  bool packs_rows() const {
    return plan.packs_rows || !in_strides.is_contiguous() ||
           (mask != nullptr && !mask_strides->is_contiguous());
  }
};

struct ArrayWorker {
  const Run& run;
  std::byte* scratch;

  const void** row_pointers() const { return reinterpret_cast<const void**>(scratch); }
  const void** slab_pointers() const {
    return reinterpret_cast<const void**>(scratch + run.plan.scratch.slab_pointers);
  }
  // Beside the pointers to rows: their weights, where samples may be missing.
  const void** weights() const {
    return reinterpret_cast<const void**>(scratch + run.plan.scratch.weights);
  }
  const void** slab_weights() const {
    return reinterpret_cast<const void**>(scratch + run.plan.scratch.slab_weights);
  }
  // The row of an array that a task reads: in place, or what its band needs as a packed row, in a
  // slot if it is not that already.
  const void* row_of(const ConstArrayRef& array, const RoleStrides& strides, const Task& task,
                     const RowIndex& at, std::byte* slot) const {
    const auto* row =
        static_cast<const std::byte*>(array.data) + strides.row_offset_bytes(task, at);
    if (!run.packs_rows()) return row;
    const std::vector<simd::Segment>& reads = task.band->reads;
    if (strides.is_contiguous() && reads.size() == 1) {
      return row + reads[0].source * sample_bytes(array.type);
    }
    strides.gather(row, reads, slot);
    return slot;
  }
  std::byte* gathered(int64_t slot) const {
    const int64_t bytes = run.plan.layout.packed_samples * sample_bytes(run.in.type);
    return scratch + run.plan.scratch.gathered + slot * bytes;
  }
  // Points at a row of samples, and at its weights.
  void set_row(const Task& task, const RowIndex& at, int64_t slot, const void** samples,
               const void** weights) const {
    *samples = row_of(run.in, run.in_strides, task, at, gathered(slot));
    if (run.plan.missing) fill_row(task, at, slot, samples, weights);
  }
  void fill_row(const Task& task, const RowIndex& at, int64_t slot, const void** samples,
                const void** weights) const {
    const MissingPart& missing = *run.plan.missing;
    std::byte* marks = scratch + run.plan.scratch.marks + slot * run.plan.layout.packed_samples;
    simd::MarkedRow row{run.in.type, *samples, nullptr, task.band->samples};
    row.samples_ahead_bytes = run.in_strides.column_stride_bytes();
    if (run.mask != nullptr) {
      row.marks_ahead_bytes = run.mask_strides->column_stride_bytes();
      row.marks =
          static_cast<const uint8_t*>(row_of(*run.mask, *run.mask_strides, task, at, marks));
    }
    // Boxes count marks as they are.
    auto* filled_marks = missing.box ? nullptr : reinterpret_cast<uint8_t*>(marks);
    switch (simd::fill_gaps(row, gathered(slot), filled_marks)) {
      case simd::Gaps::none:
        *weights = missing.whole.data();
        return;
      case simd::Gaps::all:
        *samples = missing.nothing.data();
        *weights = missing.empty.data();
        return;
      case simd::Gaps::some:
        *samples = gathered(slot);
        *weights = missing.box ? row.marks : filled_marks;
    }
  }
  std::byte* plane_slot(int64_t plane, int64_t slot) const {
    const int64_t index = (plane * run.plan.slots + slot) * run.plan.slot_values;
    return scratch + run.plan.scratch.planes + index * run.plan.sum_bytes();
  }
};

// One row of all planes of a slab, summed along the slab axis.
void sum_slab_row(const ArrayWorker& worker, const Task& task, int64_t column, int64_t slot) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  const AxisRole& axis = plan.roles.slab;
  const int64_t rows = static_cast<int64_t>(axis.taps.size()) + simd::kRowsTogether - 1;
  for (int64_t j = 0; j < rows; ++j) {
    const int64_t slab = border_index(task.slab - axis.anchor + j, axis.size, axis.border);
    const void** row = worker.slab_pointers() + j;
    const void** weights = worker.slab_weights() + j;
    if (slab == kNoSample) {
      *row = plan.outside_slab.data();
      if (plan.missing) *weights = plan.missing->outside_slab_weights.data();
    } else {
      worker.set_row(task, {slab, column}, j, row, weights);
    }
  }
  const simd::Segment packed{0, 0, task.band->samples};
  const bool is_packed = worker.run.packs_rows();
  simd::Strip strip;
  strip.rows = worker.slab_pointers();
  strip.segments = is_packed ? &packed : task.band->reads.data();
  strip.segment_count = is_packed ? 1 : static_cast<int64_t>(task.band->reads.size());
  strip.scratch = worker.plane_slot(0, slot);
  strip.scratch_stride = plan.slots * plan.slot_values;
  combine_rows(strip, plan.slab_weights);
  if (!plan.missing) return;
  strip.rows = worker.slab_weights();
  strip.scratch = worker.plane_slot(simd::kRowsTogether, slot);
  combine_rows(strip, plan.missing->slab_weights);
}

// Points a slot of the column pass to the row that a slab pass left in a plane.
void point_to_plane(const ArrayWorker& worker, int64_t plane, int64_t slot) {
  worker.row_pointers()[slot] = worker.plane_slot(plane, slot);
  if (!worker.run.plan.missing) return;
  worker.weights()[slot] = worker.plane_slot(simd::kRowsTogether + plane, slot);
}

// The column index of a slot. Where columns are not filtered, the rows beyond the task's own, which
// nobody needs, are not another task's.
int64_t column_of(const AxisRole& axis, const Task& task, int64_t slot) {
  if (!axis.is_filtered()) return task.row + std::min(slot, task.rows - 1);
  return border_index(task.row - axis.anchor + slot, axis.size, axis.border);
}

// Points to the rows under the column taps of a chunk; with a slab, those of plane 0.
void set_rows(const ArrayWorker& worker, const Task& task) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  const AxisRole& axis = plan.roles.column;
  for (int64_t slot = 0; slot < slots_of(plan, task); ++slot) {
    const int64_t column = column_of(axis, task, slot);
    if (column == kNoSample) {
      worker.row_pointers()[slot] = plan.outside_column.data();
      if (plan.missing) worker.weights()[slot] = plan.missing->outside_column_weights.data();
    } else if (plan.has_slab) {
      sum_slab_row(worker, task, column, slot);
      point_to_plane(worker, 0, slot);
    } else {
      worker.set_row(task, {task.slab, column}, slot, worker.row_pointers() + slot,
                     worker.weights() + slot);
    }
  }
  // What engines read beyond the last row does not count.
  const int64_t last = slots_of(plan, task) - 1;
  for (int64_t i = 1; i < simd::kRowsTogether; ++i) {
    worker.row_pointers()[last + i] = worker.row_pointers()[last];
  }
}

// Moves the row pointers of summed rows on to the next plane of the slab.
void move_rows(const ArrayWorker& worker, const Task& task, int64_t plane) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  for (int64_t slot = 0; slot < slots_of(plan, task); ++slot) {
    const bool is_outside = worker.row_pointers()[slot] == plan.outside_column.data();
    if (!is_outside) point_to_plane(worker, plane, slot);
  }
}

std::byte* output_row(const Run& run, const Task& task, const RowIndex& at) {
  return static_cast<std::byte*>(run.out.data) + run.out_strides.row_offset_bytes(task, at);
}

// The column and row pass of one plane's chunk.
void run_plane(const ArrayWorker& worker, const Task& task, int64_t slab) {
  const Run& run = worker.run;
  const ArrayPlan::Impl& plan = run.plan;
  const bool is_packed = plan.has_slab || run.packs_rows();
  const bool scatters = !run.out_strides.is_contiguous();
  const StripColumns& columns = is_packed ? task.band->packed : task.band->in_place;
  simd::Strip strip = strip_of(plan.layout, columns, plan.roles.channels);
  strip.rows = worker.row_pointers();
  strip.first_row = task.row - plan.roles.column.anchor;
  strip.out_rows = task.rows;
  strip.scratch = worker.scratch + plan.scratch.strip_rows;
  if (scatters) {
    strip.out = worker.scratch + plan.scratch.scattered;
    strip.out_stride_bytes = strip.out_samples * sample_bytes(run.out.type);
  } else {
    strip.out =
        output_row(run, task, {slab, task.row}) + run.out_strides.pixel_offset_bytes(columns.x);
    strip.out_stride_bytes = run.out_strides.column_stride_bytes();
  }
  strip.streams = plan.layout.streams && !scatters;
  if (plan.missing) {
    const MissingPart& missing = *plan.missing;
    convolve_missing({strip, worker.weights(), missing.whole.data(), missing.empty.data()},
                     missing);
  } else {
    convolve_strip(strip, plan.plane_weights);
  }
  for (int64_t y = 0; scatters && y < task.rows; ++y) {
    run.out_strides.scatter(static_cast<std::byte*>(strip.out) + y * strip.out_stride_bytes,
                            columns, output_row(run, task, {slab, task.row + y}));
  }
}

void run_task(const ArrayWorker& worker, const Task& task) {
  set_rows(worker, task);
  for (int64_t plane = 0; plane < task.slabs; ++plane) {
    if (plane > 0) move_rows(worker, task, plane);
    run_plane(worker, task, task.slab + plane);
  }
}

void run_tasks(const Run& run, Context& context) {
  const int64_t tasks = task_count(run.plan);
  const int64_t scratch_bytes = run.plan.scratch.total;
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), tasks));
  // Scratch before threads: a failed allocation leaves out untouched.
  for (int w = 0; w < workers; ++w) context.scratch(w, scratch_bytes);
  parallel_for_tasks(workers, tasks, [&](int w, int64_t t) {
    run_task({run, context.scratch(w, scratch_bytes)}, task_at(run.plan, t));
  });
}

// The arrays of a run, checked.
Run checked_run(const ArrayPlan::Impl& plan, const ConstArrayRef& in, const ArrayRef& out) {
  check_array(in, "in", plan.shape, plan.in_type);
  check_array(out, "out", plan.shape, plan.out_type);
  check_no_overlap(in, out, plan.allows_in_place());
  return {plan, in, out, RoleStrides(plan, in.type, in.strides),
          RoleStrides(plan, out.type, out.strides)};
}

}  // namespace

void ArrayPlan::run(const ConstArrayRef& in, const ArrayRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void ArrayPlan::run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const {
  require(impl_->options.missing != Missing::masked, "filter: the plan needs a mask");
  run_tasks(checked_run(*impl_, in, out), context);
}

void ArrayPlan::run(const ConstArrayRef& in, const ConstArrayRef& mask, const ArrayRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, mask, out, context); });
}

void ArrayPlan::run(const ConstArrayRef& in, const ConstArrayRef& mask, const ArrayRef& out,
                    Context& context) const {
  require(impl_->options.missing == Missing::masked, "filter: mask is given; the plan is for {}",
          impl_->options.missing == Missing::nan ? "missing = nan" : "data without gaps");
  Run shared = checked_run(*impl_, in, out);
  check_array(mask, "mask", impl_->shape, SampleType::u8);
  check_apart(mask, "mask", out);
  shared.mask = &mask;
  shared.mask_strides.emplace(*impl_, mask.type, mask.strides);
  run_tasks(shared, context);
}

}  // namespace sepconv
