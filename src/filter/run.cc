// FilterPlan::run: checks the buffers, cuts rows or tiles among workers and feeds strips to the
// engine.
#include "filter/run.h"

#include <algorithm>

#include "base/aligned.h"
#include "base/check.h"
#include "base/parallel.h"
#include "filter/exact.h"
#include "filter/fft/run.h"

namespace sepconv {
namespace {

void check_buffer(const ConstImageRef& image, const char* which, const ImageShape& shape,
                  SampleType type) {
  require(image.data != nullptr, "filter: {} has no data", which);
  require(image.shape == shape, "filter: {} is {}; the plan is for {}", which,
          to_string(image.shape), to_string(shape));
  require(image.type == type, "filter: {} is {}; the plan is for {}", which, name(image.type),
          name(type));
  require(image.row_stride >= shape.width * shape.channels,
          "filter: {} has row_stride {}; expected {} or more (width x channels)", which,
          image.row_stride, shape.width * shape.channels);
}

// The bytes of an image as a lattice of rows.
struct RowLattice {
  uintptr_t first = 0;
  uintptr_t last = 0;  // one beyond
  int64_t stride_bytes = 0;
  int64_t row_bytes = 0;
};

RowLattice row_lattice(const ConstImageRef& image) {
  const int64_t bytes = sample_bytes(image.type);
  RowLattice lattice{reinterpret_cast<uintptr_t>(image.data), 0, image.row_stride * bytes,
                     image.shape.width * image.shape.channels * bytes};
  lattice.last =
      lattice.first + (image.shape.height - 1) * lattice.stride_bytes + lattice.row_bytes;
  return lattice;
}

// Two parts of one buffer side by side overlap as ranges but share no sample.
bool is_side_by_side(const RowLattice& a, const RowLattice& b) {
  if (a.stride_bytes != b.stride_bytes) return false;
  const int64_t stride = a.stride_bytes;
  const int64_t ahead = static_cast<int64_t>(b.first - a.first) % stride;
  const int64_t distance = ahead < 0 ? ahead + stride : ahead;
  return distance >= a.row_bytes && stride - distance >= b.row_bytes;
}

void check_overlap(const ConstImageRef& in, const ConstImageRef& out) {
  const RowLattice a = row_lattice(in), b = row_lattice(out);
  const bool are_apart = a.last <= b.first || b.last <= a.first || is_side_by_side(a, b);
  require(are_apart, "filter: out overlaps in; expected separate memory");
}

const void** row_pointers(const StripWorker& worker) {
  return reinterpret_cast<const void**>(worker.scratch);
}
std::byte* scratch_rows(const StripWorker& worker) {
  return worker.scratch + round_up(worker.layout.row_pointers * int64_t{sizeof(void*)}, kAlignment);
}
double* doubles(const StripWorker& worker) {
  return reinterpret_cast<double*>(scratch_rows(worker) + worker.layout.exact_offset);
}

// The image row under tap 0 of an output row; negative above the image.
int64_t top_row(const FilterPlan::Impl& plan, int64_t row) {
  return plan.roi.y + row - plan.kernel.anchor()[0];
}

// Points rows[j] at the image row under tap 0 of the chunk's output row j, border included.
void set_row_pointers(const StripWorker& worker, int64_t first_row) {
  const auto& plan = worker.plan;
  const int64_t top = top_row(plan, first_row);
  const int64_t stride_bytes = worker.in.row_stride * sample_bytes(worker.in.type);
  const auto* base = static_cast<const std::byte*>(worker.in.data);
  for (int64_t j = 0; j < worker.layout.row_pointers; ++j) {
    const int64_t row = border_index(top + j, plan.image.height, plan.options.border);
    row_pointers(worker)[j] =
        row == kNoSample ? plan.outside_row.data() : base + row * stride_bytes;
  }
}

simd::Strip make_strip(const StripWorker& worker, const StripColumns& columns, int64_t row,
                       int64_t rows) {
  simd::Strip strip = strip_of(worker.layout, columns, worker.plan.image.channels);
  strip.rows = row_pointers(worker);
  strip.first_row = top_row(worker.plan, row);
  strip.out_rows = rows;
  strip.scratch = scratch_rows(worker);
  return strip;
}

std::byte* out_sample(const StripWorker& worker, int64_t x, int64_t row) {
  const int64_t index =
      row * worker.out.row_stride + (x - worker.plan.roi.x) * worker.plan.image.channels;
  return static_cast<std::byte*>(worker.out.data) + index * sample_bytes(worker.out.type);
}

void run_strip(const StripWorker& worker, const StripColumns& columns, int64_t row, int64_t rows) {
  simd::Strip strip = make_strip(worker, columns, row, rows);
  strip.out = out_sample(worker, columns.x, row);
  strip.out_stride_bytes = worker.out.row_stride * sample_bytes(worker.out.type);
  convolve_strip(strip, worker.plan.weights);
}

// Doubles first, into scratch; then the levels that they stand for.
void run_strip_exactly(const StripWorker& worker, const StripColumns& columns, int64_t row,
                       int64_t rows) {
  const auto& plan = worker.plan;
  simd::Strip strip = make_strip(worker, columns, row, rows);
  strip.out = doubles(worker);
  strip.out_stride_bytes = strip.out_samples * int64_t{sizeof(double)};
  convolve_strip(strip, plan.weights);
  const ExactFilter filter{plan.kernel, plan.options, plan.spec.out, plan.choice.doubt};
  for (int64_t y = 0; y < rows; ++y) {
    store_exactly(filter, worker.in, {columns.x, plan.roi.y + row + y, columns.width, 1},
                  doubles(worker) + y * strip.out_samples, out_sample(worker, columns.x, row + y));
  }
}

}  // namespace

void run_rows(const StripWorker& worker, int64_t first, int64_t last) {
  const auto& plan = worker.plan;
  for (int64_t row = first; row < last; row += worker.layout.chunk_rows) {
    const int64_t rows = std::min(worker.layout.chunk_rows, last - row);
    set_row_pointers(worker, row);
    for (const StripColumns& columns : worker.layout.strips) {
      if (plan.choice.is_rounded_apart) {
        run_strip_exactly(worker, columns, row, rows);
      } else {
        run_strip(worker, columns, row, rows);
      }
    }
  }
}

void FilterPlan::run(const ConstImageRef& in, const ImageRef& out) const {
  Context context(impl_->options.threads);
  run(in, out, context);
}

void FilterPlan::run(const ConstImageRef& in, const ImageRef& out, Context& context) const {
  check_buffer(in, "in", impl_->image, impl_->spec.in);
  check_buffer(out, "out", out_shape(), impl_->spec.out);
  check_overlap(in, out);

  // Units that one worker must do whole: pairs of tiles, or rows that a column pass makes together.
  const int64_t rows = impl_->roi.height;
  const int64_t units = impl_->fourier ? impl_->fourier->pairs.count()
                                       : (rows + simd::kRowsTogether - 1) / simd::kRowsTogether;
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), units));
  // Scratch before threads: a failed allocation leaves out untouched.
  for (int w = 0; w < workers; ++w) context.scratch(w, scratch_bytes());
  parallel_for(workers, [&](int w) {
    std::byte* const scratch = context.scratch(w, scratch_bytes());
    const int64_t first = units * w / workers, last = units * (w + 1) / workers;
    if (impl_->fourier) {
      run_tiles({*impl_, *impl_->fourier, in, out, scratch}, first, last);
    } else {
      run_rows({*impl_, impl_->layout, in, out, scratch}, first * simd::kRowsTogether,
               std::min(last * simd::kRowsTogether, rows));
    }
  });
}

void filter(const ConstImageRef& in, const ImageRef& out, const Kernel& kernel,
            const FilterOptions& options) {
  FilterPlan(in.shape, in.type, out.type, kernel, options).run(in, out);
}

}  // namespace sepconv
