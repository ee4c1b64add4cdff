// How a run of an array plan is cut into tasks, and where the rows of an array are; run.cc uses it.
#pragma once

#include "filter/array/impl.h"
#include "filter/strides/pixels.h"

namespace sepconv {

/// A part of the output that one worker makes at a time: a band of some rows of up to
/// kRowsTogether slab indices (one where no slab is filtered), at one index of every batch axis.
struct Task {
  int64_t batch[kMaxAxes] = {};  // indices along the batch axes
  int64_t slab = 0;
  int64_t slabs = 1;
  int64_t row = 0;
  int64_t rows = 0;
  const Band* band = nullptr;
};

/// A row of one array: its slab and column index.
struct RowIndex {
  int64_t slab = 0;
  int64_t column = 0;
};

int64_t task_count(const ArrayPlan::Impl& plan);
Task task_at(const ArrayPlan::Impl& plan, int64_t index);

/// Rows that a task's column pass reads: those of whole groups, and the halo.
int64_t slots_of(const ArrayPlan::Impl& plan, const Task& task);

/// The rows of one array as the roles see them. Keeps references to the plan and the strides.
class RoleStrides {
 public:
  /// units      strides: samples
  RoleStrides(const ArrayPlan::Impl& plan, SampleType type, const std::vector<int64_t>& strides);

  /// True where the samples of a row are neighbours.
  bool is_contiguous() const { return is_contiguous_; }

  /// From the array's first sample to that of a row.
  int64_t row_offset_bytes(const Task& task, const RowIndex& at) const;
  int64_t column_stride_bytes() const { return column_ * sample_bytes(type_); }

  /// From the first sample of a row to that of pixel x.
  int64_t pixel_offset_bytes(int64_t x) const { return x * pixels_.pixel * sample_bytes(type_); }

  /// Copies the samples that reads names from a row of the array to a packed one.
  void gather(const std::byte* row, const std::vector<simd::Segment>& reads,
              std::byte* packed) const {
    gather_row(type_, row, pixels_, reads, packed);
  }

  /// Spreads the outputs of a strip over a row of the array.
  void scatter(const std::byte* packed, const StripColumns& columns, std::byte* row) const {
    scatter_row(type_, packed, pixels_, columns.width, row + pixel_offset_bytes(columns.x));
  }

 private:
  const ArrayPlan::Impl& plan_;
  SampleType type_;
  const std::vector<int64_t>& strides_;
  int64_t slab_ = 0, column_ = 0;
  PixelStrides pixels_;
  bool is_contiguous_ = false;
};

}  // namespace sepconv
