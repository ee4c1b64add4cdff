// Tasks by number, and rows by their indices.
#include "filter/array/tasks.h"

#include <algorithm>

#include "base/aligned.h"

namespace sepconv {
namespace {

int64_t slab_groups(const ArrayPlan::Impl& plan) {
  if (!plan.has_slab) return plan.roles.slab.size;
  return (plan.roles.slab.size + simd::kRowsTogether - 1) / simd::kRowsTogether;
}

int64_t chunks(const ArrayPlan::Impl& plan) {
  return (plan.roles.column.size + plan.layout.chunk_rows - 1) / plan.layout.chunk_rows;
}

}  // namespace

int64_t task_count(const ArrayPlan::Impl& plan) {
  int64_t count = slab_groups(plan) * chunks(plan) * static_cast<int64_t>(plan.layout.bands.size());
  for (const int axis : plan.roles.batch) count *= plan.shape[axis];
  return count;
}

Task task_at(const ArrayPlan::Impl& plan, int64_t index) {
  Task task;
  const int64_t bands = static_cast<int64_t>(plan.layout.bands.size());
  task.band = &plan.layout.bands[index % bands];
  index /= bands;
  task.row = index % chunks(plan) * plan.layout.chunk_rows;
  task.rows = std::min(plan.layout.chunk_rows, plan.roles.column.size - task.row);
  index /= chunks(plan);
  const int64_t together = plan.has_slab ? simd::kRowsTogether : 1;
  task.slab = index % slab_groups(plan) * together;
  task.slabs = std::min(together, plan.roles.slab.size - task.slab);
  index /= slab_groups(plan);
  for (size_t i = 0; i < plan.roles.batch.size(); ++i) {
    const int64_t size = plan.shape[plan.roles.batch[i]];
    task.batch[i] = index % size;
    index /= size;
  }
  return task;
}

int64_t slots_of(const ArrayPlan::Impl& plan, const Task& task) {
  const int64_t halo = static_cast<int64_t>(plan.roles.column.taps.size()) - 1;
  return round_up(task.rows, simd::kRowsTogether) + halo;
}

RoleStrides::RoleStrides(const ArrayPlan::Impl& plan, SampleType type,
                         const std::vector<int64_t>& strides)
    : plan_(plan), type_(type), strides_(strides) {
  const AxisRoles& roles = plan.roles;
  const auto of = [&](int axis) { return axis < 0 ? 0 : strides[axis]; };
  slab_ = of(roles.slab.axis);
  column_ = of(roles.column.axis);
  pixels_ = {of(roles.row.axis), roles.channel_axis < 0 ? 1 : of(roles.channel_axis),
             roles.channels};
  is_contiguous_ = pixels_.are_packed(roles.row.size);
}

int64_t RoleStrides::row_offset_bytes(const Task& task, const RowIndex& at) const {
  int64_t samples = at.slab * slab_ + at.column * column_;
  const std::vector<int>& batch = plan_.roles.batch;
  for (size_t i = 0; i < batch.size(); ++i) samples += task.batch[i] * strides_[batch[i]];
  return samples * sample_bytes(type_);
}

}  // namespace sepconv
