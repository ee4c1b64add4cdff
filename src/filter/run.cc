// FilterPlan::run: checks the buffers, cuts rows or tiles among workers and feeds strips to the
// engine.
#include "filter/run.h"

#include <algorithm>
#include <cstring>

#include "base/aligned.h"
#include "base/check.h"
#include "base/lattice.h"
#include "base/parallel.h"
#include "filter/exact.h"
#include "filter/fft/run.h"
#include "filter/strides/pixels.h"

namespace sepconv {
namespace {

void check_buffer(const ConstImageRef& image, const char* which, const ImageShape& shape,
                  SampleType type) {
  require(image.data != nullptr, "filter: {} has no data", which);
  require(image.shape == shape, "filter: {} is {}; the plan is for {}", which,
          to_string(image.shape), to_string(shape));
  require(image.type == type, "filter: {} is {}; the plan is for {}", which, name(image.type),
          name(type));
}

void check_memory(const ConstImageRef& in, const ConstImageRef& out) {
  const SampleLattice written = lattice_of(out);
  require(has_distinct_samples(written),
          "filter: samples of out share memory (strides {}, {}, {} of rows, pixels, channels)",
          out.row_stride, out.pixel_stride, out.channel_stride);
  require(are_apart(lattice_of(in), written), "filter: out overlaps in; expected separate memory");
}

bool has_packed_rows(const ConstImageRef& image) {
  return pixel_strides(image).are_packed(image.shape.width);
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

// Rows of a band of an image whose samples are not neighbours, made so in a ring in scratch: a row
// that two chunks need is gathered once.
class GatheredRows {
 public:
  // units      first, last: output rows that a worker makes
  GatheredRows(const StripWorker& worker, const Band& band, int64_t first, int64_t last)
      : worker_(worker),
        band_(band),
        top_(top_row(worker.plan, first)),
        count_(last - first + worker.plan.kernel.shape()[0] - 1) {}

  // As set_row_pointers; chunks in order. Rows that no output needs are the last that one does.
  void set_row_pointers(int64_t first_row) {
    const int64_t skipped = top_row(worker_.plan, first_row) - top_;
    for (int64_t j = 0; j < worker_.layout.gathered_rows; ++j) {
      const int64_t index = std::min(skipped + j, count_ - 1);
      if (index == gathered_) gather(gathered_++);
      row_pointers(worker_)[j] = slot(index);
    }
  }

 private:
  std::byte* slot(int64_t index) const {
    const Layout& layout = worker_.layout;
    return scratch_rows(worker_) + layout.gathered_offset +
           index % layout.gathered_rows * layout.gathered_row_bytes;
  }
  void gather(int64_t index) const {
    const auto& plan = worker_.plan;
    const int64_t row = border_index(top_ + index, plan.image.height, plan.options.border);
    if (row == kNoSample) {
      const int64_t bytes = band_.samples * sample_bytes(worker_.in.type);
      std::memcpy(slot(index), plan.outside_row.data(), bytes);
    } else {
      gather_row(worker_.in.type, worker_.in.sample(0, row, 0), pixel_strides(worker_.in),
                 band_.reads, slot(index));
    }
  }

  const StripWorker& worker_;
  const Band& band_;
  int64_t top_;    // the image row under tap 0 of the worker's first output
  int64_t count_;  // rows under the taps of all its outputs
  int64_t gathered_ = 0;
};

simd::Strip make_strip(const StripWorker& worker, const StripColumns& columns, int64_t row,
                       int64_t rows) {
  simd::Strip strip = strip_of(worker.layout, columns, worker.plan.image.channels);
  strip.rows = row_pointers(worker);
  strip.first_row = top_row(worker.plan, row);
  strip.out_rows = rows;
  strip.scratch = scratch_rows(worker);
  return strip;
}

// Where a strip's rows of outputs go.
struct StripOut {
  std::byte* first;
  int64_t stride_bytes;
};

// Straight into out, or packed into scratch.
StripOut strip_out(const StripWorker& worker, const StripColumns& columns, int64_t row) {
  const int64_t bytes = sample_bytes(worker.out.type);
  if (!has_packed_rows(worker.out)) {
    return {scratch_rows(worker) + worker.layout.scattered_offset,
            columns.width * worker.out.shape.channels * bytes};
  }
  void* const first = worker.out.sample(columns.x - worker.plan.roi.x, row, 0);
  return {static_cast<std::byte*>(first), worker.out.row_stride * bytes};
}

void scatter(const StripWorker& worker, const StripColumns& columns, int64_t row, int64_t rows) {
  const StripOut packed = strip_out(worker, columns, row);
  for (int64_t y = 0; y < rows; ++y) {
    scatter_row(worker.out.type, packed.first + y * packed.stride_bytes, pixel_strides(worker.out),
                columns.width, worker.out.sample(columns.x - worker.plan.roi.x, row + y, 0));
  }
}

// Doubles first, into scratch; then the levels that they stand for.
void convolve_exactly(const StripWorker& worker, simd::Strip strip, const StripColumns& columns,
                      int64_t row) {
  const auto& plan = worker.plan;
  const StripOut out = strip_out(worker, columns, row);
  strip.out = doubles(worker);
  strip.out_stride_bytes = strip.out_samples * int64_t{sizeof(double)};
  convolve_strip(strip, plan.weights);
  const ExactFilter filter{plan.kernel, plan.options, plan.spec.out, plan.choice.doubt};
  for (int64_t y = 0; y < strip.out_rows; ++y) {
    store_exactly(filter, worker.in, {columns.x, plan.roi.y + row + y, columns.width, 1},
                  doubles(worker) + y * strip.out_samples, out.first + y * out.stride_bytes);
  }
}

void run_strip(const StripWorker& worker, const StripColumns& columns, int64_t row, int64_t rows) {
  simd::Strip strip = make_strip(worker, columns, row, rows);
  if (worker.plan.choice.is_rounded_apart) {
    convolve_exactly(worker, strip, columns, row);
  } else {
    const StripOut out = strip_out(worker, columns, row);
    strip.out = out.first;
    strip.out_stride_bytes = out.stride_bytes;
    strip.streams = worker.layout.streams && has_packed_rows(worker.out);
    convolve_strip(strip, worker.plan.weights);
  }
  if (!has_packed_rows(worker.out)) scatter(worker, columns, row, rows);
}

// Calls body with the first row and the rows of every chunk of output rows [first, last).
template <class Body>
void for_each_chunk(int64_t chunk_rows, int64_t first, int64_t last, const Body& body) {
  for (int64_t row = first; row < last; row += chunk_rows) {
    body(row, std::min(chunk_rows, last - row));
  }
}

// Tasks of nearly equal height, a chunk at most, as many for each worker.
int64_t row_tasks(const Layout& layout, int64_t units, int workers) {
  const int64_t most = workers * layout.chunk_rows / simd::kRowsTogether;
  return workers * ((units + most - 1) / most);
}

}  // namespace

void run_rows(const StripWorker& worker, int64_t first, int64_t last) {
  const Layout& layout = worker.layout;
  const bool are_packed = has_packed_rows(worker.in) && has_packed_rows(worker.out);
  const int64_t chunk_rows = are_packed ? layout.chunk_rows : layout.strided_chunk_rows;
  if (has_packed_rows(worker.in)) {
    for_each_chunk(chunk_rows, first, last, [&](int64_t row, int64_t rows) {
      set_row_pointers(worker, row);
      for (const Band& band : layout.bands) run_strip(worker, band.in_place, row, rows);
    });
    return;
  }
  for (const Band& band : layout.bands) {
    GatheredRows gathered(worker, band, first, last);
    for_each_chunk(chunk_rows, first, last, [&](int64_t row, int64_t rows) {
      gathered.set_row_pointers(row);
      run_strip(worker, band.packed, row, rows);
    });
  }
}

void FilterPlan::run(const ConstImageRef& in, const ImageRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void FilterPlan::run(const ConstImageRef& in, const ImageRef& out, Context& context) const {
  check_buffer(in, "in", impl_->image, impl_->spec.in);
  check_buffer(out, "out", out_shape(), impl_->spec.out);
  check_memory(in, out);

  // Units that one worker must do whole: pairs of tiles, or rows that a column pass makes together.
  const int64_t rows = impl_->roi.height;
  const int64_t units = impl_->fourier ? impl_->fourier->pairs.count()
                                       : (rows + simd::kRowsTogether - 1) / simd::kRowsTogether;
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), units));
  const bool are_packed = has_packed_rows(in) && has_packed_rows(out);
  const int64_t bytes = are_packed ? scratch_bytes() : strided_scratch_bytes();
  // Rows that are gathered are shared by neighbours: workers then do their share in one go.
  const int64_t tasks = impl_->fourier ? units
                        : are_packed   ? row_tasks(impl_->layout, units, workers)
                                       : workers;
  // Scratch before threads: a failed allocation leaves out untouched.
  for (int w = 0; w < workers; ++w) context.scratch(w, bytes);
  parallel_for_tasks(workers, tasks, [&](int w, int64_t task) {
    std::byte* const scratch = context.scratch(w, bytes);
    const int64_t first = units * task / tasks, last = units * (task + 1) / tasks;
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
