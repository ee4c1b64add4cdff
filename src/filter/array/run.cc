// ArrayPlan::run: checks the arrays, cuts them into slabs and chunks of rows, and runs their
// passes.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/parallel.h"
#include "filter/array/check.h"
#include "filter/array/impl.h"

namespace sepconv {
namespace {

// A part of the output that one worker makes at a time: up to kRowsTogether slab indices (one
// where no slab is filtered) of some rows, at one index of every batch axis.
struct Task {
  int64_t in_offset = 0;  // samples from the array's first one, by the batch axes
  int64_t out_offset = 0;
  int64_t slab = 0;
  int64_t slabs = 1;
  int64_t row = 0;
  int64_t rows = 0;
};

// Distances of the roles' axes in one array, in samples.
struct RoleStrides {
  int64_t slab = 0, column = 0, row = 0, channel = 1;
  bool is_contiguous = false;  // the samples of a row are neighbours

  RoleStrides(const AxisRoles& roles, const std::vector<int64_t>& strides) {
    const auto of = [&](int axis) { return axis < 0 ? 0 : strides[axis]; };
    slab = of(roles.slab.axis);
    column = of(roles.column.axis);
    row = of(roles.row.axis);
    channel = roles.channel_axis < 0 ? 1 : of(roles.channel_axis);
    is_contiguous =
        (channel == 1 || roles.channels == 1) && (row == roles.channels || roles.row.size == 1);
  }
};

// What all workers of a run share.
struct Run {
  const ArrayPlan::Impl& plan;
  const ConstArrayRef& in;
  const ArrayRef& out;
  RoleStrides in_strides, out_strides;

  int64_t slab_groups() const {
    if (!plan.has_slab) return plan.roles.slab.size;
    return (plan.roles.slab.size + simd::kRowsTogether - 1) / simd::kRowsTogether;
  }
  int64_t chunks() const {
    return (plan.roles.column.size + plan.layout.chunk_rows - 1) / plan.layout.chunk_rows;
  }
  int64_t tasks() const {
    int64_t count = slab_groups() * chunks();
    for (const int axis : plan.roles.batch) count *= plan.shape[axis];
    return count;
  }
};

Task task_at(const Run& run, int64_t index) {
  const ArrayPlan::Impl& plan = run.plan;
  Task task;
  task.row = index % run.chunks() * plan.layout.chunk_rows;
  task.rows = std::min(plan.layout.chunk_rows, plan.roles.column.size - task.row);
  index /= run.chunks();
  const int64_t together = plan.has_slab ? simd::kRowsTogether : 1;
  task.slab = index % run.slab_groups() * together;
  task.slabs = std::min(together, plan.roles.slab.size - task.slab);
  index /= run.slab_groups();
  for (const int axis : plan.roles.batch) {
    task.in_offset += index % plan.shape[axis] * run.in.strides[axis];
    task.out_offset += index % plan.shape[axis] * run.out.strides[axis];
    index /= plan.shape[axis];
  }
  return task;
}

struct ArrayWorker {
  const Run& run;
  std::byte* scratch;

  const void** row_pointers() const { return reinterpret_cast<const void**>(scratch); }
  const void** slab_pointers() const {
    return reinterpret_cast<const void**>(scratch + run.plan.scratch.slab_pointers);
  }
  std::byte* gathered(int64_t slot) const {
    const int64_t row_bytes = run.plan.roles.row_samples() * sample_bytes(run.in.type);
    return scratch + run.plan.scratch.gathered + slot * row_bytes;
  }
  std::byte* plane_slot(int64_t plane, int64_t slot) const {
    const int64_t index = (plane * run.plan.slots + slot) * run.plan.slot_values;
    return scratch + run.plan.scratch.planes + index * run.plan.sum_bytes();
  }
};

// A copy of a row whose samples are apart, one after the other.
void gather(const Run& run, const std::byte* from, std::byte* to) {
  const AxisRoles& roles = run.plan.roles;
  visit_type(run.in.type, [&]<class T>(std::type_identity<T>) {
    const T* source = reinterpret_cast<const T*>(from);
    T* row = reinterpret_cast<T*>(to);
    for (int64_t x = 0; x < roles.row.size; ++x) {
      for (int64_t c = 0; c < roles.channels; ++c) {
        *row++ = source[x * run.in_strides.row + c * run.in_strides.channel];
      }
    }
  });
}

void scatter(const Run& run, const std::byte* from, std::byte* to) {
  const AxisRoles& roles = run.plan.roles;
  visit_type(run.out.type, [&]<class T>(std::type_identity<T>) {
    const T* row = reinterpret_cast<const T*>(from);
    T* target = reinterpret_cast<T*>(to);
    for (int64_t x = 0; x < roles.row.size; ++x) {
      for (int64_t c = 0; c < roles.channels; ++c) {
        target[x * run.out_strides.row + c * run.out_strides.channel] = *row++;
      }
    }
  });
}

// The input row at a slab and a column index, contiguous: in place, or gathered into a slot.
const void* input_row(const ArrayWorker& worker, const Task& task, int64_t slab, int64_t column,
                      int64_t slot) {
  const Run& run = worker.run;
  const int64_t index =
      task.in_offset + slab * run.in_strides.slab + column * run.in_strides.column;
  const auto* row = static_cast<const std::byte*>(run.in.data) + index * sample_bytes(run.in.type);
  if (run.in_strides.is_contiguous) return row;
  gather(run, row, worker.gathered(slot));
  return worker.gathered(slot);
}

// One row of all planes of a slab, summed along the slab axis.
void sum_slab_row(const ArrayWorker& worker, const Task& task, int64_t column, int64_t slot) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  const AxisRole& axis = plan.roles.slab;
  const int64_t rows = static_cast<int64_t>(axis.taps.size()) + simd::kRowsTogether - 1;
  for (int64_t j = 0; j < rows; ++j) {
    const int64_t slab = border_index(task.slab - axis.anchor + j, axis.size, axis.border);
    worker.slab_pointers()[j] =
        slab == kNoSample ? plan.outside_slab.data() : input_row(worker, task, slab, column, j);
  }
  const simd::Segment whole{0, 0, plan.roles.row_samples()};
  simd::Strip strip;
  strip.rows = worker.slab_pointers();
  strip.segments = &whole;
  strip.segment_count = 1;
  strip.scratch = worker.plane_slot(0, slot);
  strip.scratch_stride = plan.slots * plan.slot_values;
  combine_rows(strip, plan.slab_weights);
}

// Rows that a task's column pass reads: those of whole groups, and the halo.
int64_t slots_of(const ArrayPlan::Impl& plan, const Task& task) {
  const int64_t rows = (task.rows + simd::kRowsTogether - 1) / simd::kRowsTogether;
  return rows * simd::kRowsTogether + static_cast<int64_t>(plan.roles.column.taps.size()) - 1;
}

// Points to the rows under the column taps of a chunk; with a slab, those of plane 0.
void set_rows(const ArrayWorker& worker, const Task& task) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  const AxisRole& axis = plan.roles.column;
  for (int64_t slot = 0; slot < slots_of(plan, task); ++slot) {
    const int64_t column = border_index(task.row - axis.anchor + slot, axis.size, axis.border);
    const void*& row = worker.row_pointers()[slot];
    if (column == kNoSample) {
      row = plan.outside_column.data();
    } else if (plan.has_slab) {
      sum_slab_row(worker, task, column, slot);
      row = worker.plane_slot(0, slot);
    } else {
      row = input_row(worker, task, task.slab, column, slot);
    }
  }
}

// Moves the row pointers of summed rows on to the next plane of the slab.
void move_rows(const ArrayWorker& worker, const Task& task, int64_t plane) {
  const ArrayPlan::Impl& plan = worker.run.plan;
  for (int64_t slot = 0; slot < slots_of(plan, task); ++slot) {
    const void*& row = worker.row_pointers()[slot];
    if (row != plan.outside_column.data()) row = worker.plane_slot(plane, slot);
  }
}

std::byte* output_row(const Run& run, const Task& task, int64_t slab, int64_t row) {
  const int64_t index =
      task.out_offset + slab * run.out_strides.slab + row * run.out_strides.column;
  return static_cast<std::byte*>(run.out.data) + index * sample_bytes(run.out.type);
}

// The column and row pass of one plane's chunk.
void run_plane(const ArrayWorker& worker, const Task& task, int64_t slab) {
  const Run& run = worker.run;
  const ArrayPlan::Impl& plan = run.plan;
  const bool in_place = run.out_strides.is_contiguous;
  const int64_t out_bytes = sample_bytes(run.out.type);
  const int64_t packed_bytes = plan.roles.row_samples() * out_bytes;
  std::byte* rows =
      in_place ? output_row(run, task, slab, task.row) : worker.scratch + plan.scratch.scattered;
  for (const StripColumns& columns : plan.layout.strips) {
    simd::Strip strip = strip_of(plan.layout, columns, plan.roles.channels);
    strip.rows = worker.row_pointers();
    strip.out = rows + columns.x * plan.roles.channels * out_bytes;
    strip.out_stride_bytes = in_place ? run.out_strides.column * out_bytes : packed_bytes;
    strip.out_rows = task.rows;
    strip.scratch = worker.scratch + plan.scratch.strip_rows;
    convolve_strip(strip, plan.plane_weights);
  }
  for (int64_t y = 0; !in_place && y < task.rows; ++y) {
    scatter(run, rows + y * packed_bytes, output_row(run, task, slab, task.row + y));
  }
}

void run_task(const ArrayWorker& worker, const Task& task) {
  set_rows(worker, task);
  for (int64_t plane = 0; plane < task.slabs; ++plane) {
    if (plane > 0) move_rows(worker, task, plane);
    run_plane(worker, task, task.slab + plane);
  }
}

}  // namespace

void ArrayPlan::run(const ConstArrayRef& in, const ArrayRef& out) const {
  Context context(impl_->options.threads);
  run(in, out, context);
}

void ArrayPlan::run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const {
  check_array(in, "in", impl_->shape, impl_->in_type);
  check_array(out, "out", impl_->shape, impl_->out_type);
  check_no_overlap(in, out);

  const Run shared{*impl_, in, out, RoleStrides(impl_->roles, in.strides),
                   RoleStrides(impl_->roles, out.strides)};
  const int64_t tasks = shared.tasks();
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), tasks));
  // Scratch before threads: a failed allocation leaves out untouched.
  for (int w = 0; w < workers; ++w) context.scratch(w, impl_->scratch.total);
  parallel_for(workers, [&](int w) {
    const ArrayWorker worker{shared, context.scratch(w, impl_->scratch.total)};
    for (int64_t t = tasks * w / workers; t < tasks * (w + 1) / workers; ++t) {
      run_task(worker, task_at(shared, t));
    }
  });
}

}  // namespace sepconv
