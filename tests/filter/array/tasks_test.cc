// Tasks of an array plan, and rows found by their strides.
#include "filter/array/tasks.h"

#include <gtest/gtest.h>

namespace sepconv {
namespace {

/// As much of a plan as tasks and strides look at.
ArrayPlan::Impl part_of_plan(bool has_slab) {
  ArrayPlan::Impl plan;
  plan.shape = {3, 6, 2, 10, 7};
  const std::vector<double> taps = {1, 2, 1};
  std::vector<AxisFilter> filters = {{3, taps}, {4, taps}};
  if (has_slab) filters.push_back({1, taps});
  plan.roles = assign_roles(plan.shape, filters);
  plan.has_slab = has_slab;
  plan.layout.chunk_rows = 4;
  plan.layout.bands = make_bands({StripColumns{0, 3, {}, {}}, StripColumns{3, 4, {}, {}}});
  return plan;
}

TEST(Tasks, make_every_sample_once) {
  for (const bool has_slab : {false, true}) {
    const ArrayPlan::Impl plan = part_of_plan(has_slab);
    const std::vector<int64_t> strides = {840, 140, 70, 7, 1};
    const RoleStrides in_samples(plan, SampleType::u8, strides);
    std::vector<int> made(3 * 6 * 2 * 10 * 7);
    for (int64_t t = 0; t < task_count(plan); ++t) {
      const Task task = task_at(plan, t);
      EXPECT_LE(task.rows, 4);
      EXPECT_LE(task.slabs, has_slab ? 4 : 1);
      for (int64_t slab = task.slab; slab < task.slab + task.slabs; ++slab) {
        for (int64_t row = task.row; row < task.row + task.rows; ++row) {
          const int64_t first = in_samples.row_offset_bytes(task, {slab, row});
          const StripColumns& columns = task.band->in_place;
          for (int64_t x = columns.x; x < columns.x + columns.width; ++x) ++made.at(first + x);
        }
      }
    }
    EXPECT_EQ(made, std::vector<int>(made.size(), 1));
  }
}

TEST(Tasks, gather_and_scatter_are_each_others_inverse) {
  const ArrayPlan::Impl plan = part_of_plan(false);
  const std::vector<int64_t> strides = {-1000, 200, 100, 20, -3};
  const RoleStrides apart(plan, SampleType::u16, strides);
  EXPECT_FALSE(apart.is_contiguous());
  EXPECT_EQ(apart.column_stride_bytes(), 40);
  std::vector<uint16_t> memory(20), packed(5), back(20);
  for (size_t x = 0; x < 7; ++x) memory[18 - 3 * x] = static_cast<uint16_t>(x + 1);
  const std::vector<simd::Segment> reads = {{4, 0, 3}, {0, 3, 2}};
  apart.gather(reinterpret_cast<const std::byte*>(&memory[18]), reads,
               reinterpret_cast<std::byte*>(packed.data()));
  EXPECT_EQ(packed, (std::vector<uint16_t>{5, 6, 7, 1, 2}));
  apart.scatter(reinterpret_cast<const std::byte*>(packed.data()), StripColumns{4, 3, {}, {}},
                reinterpret_cast<std::byte*>(&back[18]));
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(back[i], i > 6 ? 0 : memory[i]) << i;
}

}  // namespace
}  // namespace sepconv
