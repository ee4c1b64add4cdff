// CorrelationPlan::run: checks the arrays and shares out their rows; a worker keeps the rows under
// the kernel as sums' values in rings and moves them on from output row to output row.
#include <algorithm>

#include "base/parallel.h"
#include "filter/array/check.h"
#include "filter/correlation/impl.h"
#include "filter/strides/pixels.h"

namespace sepconv {
namespace {

// The rows of one array.
struct RowStrides {
  PixelStrides pixels;
  bool is_contiguous = false;

  RowStrides(const CorrelationAxes& axes, const std::vector<int64_t>& strides) {
    const bool has_next = axes.row + 1 < static_cast<int>(strides.size());
    pixels = {strides[axes.row], has_next ? strides[axes.row + 1] : 1, axes.channels};
    is_contiguous = pixels.are_packed(axes.all[axes.row].size);
  }
};

// What all workers of a run share.
struct Run {
  const CorrelationPlan::Impl& plan;
  const ConstArrayRef& in;
  const ArrayRef& out;
  RowStrides in_row, out_row;

  // Pieces of output rows, one a strip, in the order in which workers make them: those of a column
  // and strip after each other.
  int64_t pieces() const {
    int64_t count = plan.axes.column_axis().size * static_cast<int64_t>(plan.strips.size());
    for (const int axis : plan.axes.outer) count *= plan.shape[axis];
    return count;
  }
};

// A piece of an output row: its indices along the outer axes, its column index and its strip.
struct Piece {
  int64_t outer[kMaxAxes] = {};
  int64_t column = 0;
  const StripColumns* strip = nullptr;
};

Piece piece_at(const Run& run, int64_t index) {
  const CorrelationAxes& axes = run.plan.axes;
  const int64_t strips = static_cast<int64_t>(run.plan.strips.size());
  Piece piece;
  piece.column = index % axes.column_axis().size;
  index /= axes.column_axis().size;
  piece.strip = &run.plan.strips[index % strips];
  index /= strips;
  for (size_t i = axes.outer.size(); i-- > 0;) {
    piece.outer[i] = index % run.plan.shape[axes.outer[i]];
    index /= run.plan.shape[axes.outer[i]];
  }
  return piece;
}

void convert(const void* from, SampleType type, int64_t count, float* to) {
  simd::convert_samples_f32(from, type, count, to);
}
void convert(const void* from, SampleType type, int64_t count, double* to) {
  simd::convert_samples_f64(from, type, count, to);
}
void correlate(const simd::TapRows<float>& rows, const simd::Epilogue<float>& epilogue,
               const simd::TapOutput& out) {
  simd::correlate_rows_f32(rows, epilogue, out);
}
void correlate(const simd::TapRows<double>& rows, const simd::Epilogue<double>& epilogue,
               const simd::TapOutput& out) {
  simd::correlate_rows_f64(rows, epilogue, out);
}

const float* taps_of(const PlacedTaps& taps, float) { return taps.float_taps.data(); }
const double* taps_of(const PlacedTaps& taps, double) { return taps.taps.data(); }

// One worker, with sums of type T.
template <class T>
class Worker {
 public:
  Worker(const Run& run, std::byte* scratch)
      : run_(run), plan_(run.plan), axes_(run.plan.axes), scratch_(scratch) {
    epilogue_.divisor = static_cast<T>(plan_.taps.divisor * plan_.options.divisor);
    epilogue_.scale = static_cast<T>(plan_.options.scale);
    epilogue_.after = static_cast<T>(plan_.options.offset);
    epilogue_.truncates = plan_.options.rounding == Rounding::truncate;
  }

  void make_pieces(int64_t first, int64_t last) {
    const ReachedAxis& column = axes_.column_axis();
    for (int64_t index = first; index < last;) {
      piece_ = piece_at(run_, index);
      const bool is_start = index == first || piece_.column == 0;
      const bool has_next = index + 1 < last && piece_.column + 1 < column.size;
      const PlacedTaps& taps = has_next && plan_.goes_by_twos() ? plan_.two : plan_.one;
      if (is_start) set_slabs();
      const int64_t top = piece_.column - column.anchor;
      for (int64_t j = is_start ? 0 : column.taps - 1; j < column.taps + taps.rows - 1; ++j) {
        load_rows(top + j);
      }
      write_rows(taps, top);
      index += taps.rows;
    }
  }

 private:
  template <class U>
  U* at(int64_t offset) const {
    return reinterpret_cast<U*>(scratch_ + offset);
  }

  // Where a row is in its slab's ring.
  int64_t slot_of(int64_t column) const {
    const int64_t rows = plan_.ring_rows(), slot = column % rows;
    return slot < 0 ? slot + rows : slot;
  }
  // The place of the strip's first output sample in a row of a ring.
  T* row_at(int64_t slab, int64_t slot) const {
    const int64_t index = slab * plan_.ring_rows() + slot;
    return at<T>(plan_.scratch.rows) + index * plan_.scratch.row_stride + plan_.scratch.row_zero;
  }

  void set_slabs() {
    for (size_t s = 0; s < plan_.slabs.size(); ++s) {
      SlabRow slab;
      for (size_t i = 0; i < axes_.outer.size(); ++i) {
        const ReachedAxis& axis = axes_.all[axes_.outer[i]];
        const int64_t index =
            border_index(piece_.outer[i] + plan_.slabs[s][i], axis.size, axis.border);
        if (index == kNoSample) slab.outside_axis = axes_.outer[i];
        slab.offset += index * run_.in.strides[axes_.outer[i]];
      }
      at<SlabRow>(plan_.scratch.slabs)[s] = slab;
    }
  }

  // The rows of all slabs at a column index, which may be beyond the edge.
  void load_rows(int64_t column) {
    const ReachedAxis& axis = axes_.column_axis();
    const int64_t index = border_index(column, axis.size, axis.border);
    const int64_t offset = axes_.column < 0 ? 0 : index * run_.in.strides[axes_.column];
    for (size_t s = 0; s < plan_.slabs.size(); ++s) {
      const SlabRow& slab = at<SlabRow>(plan_.scratch.slabs)[s];
      T* row = row_at(s, slot_of(column));
      const int outside = std::max(slab.outside_axis, index == kNoSample ? axes_.column : -1);
      if (outside < 0) {
        read_row(slab.offset + offset, row);
      } else {
        std::fill(row + piece_.strip->first_place(), row + piece_.strip->last_place(),
                  static_cast<T>(axes_.all[outside].outside));
      }
      const T fill = static_cast<T>(axes_.all[axes_.row].outside);
      for (const simd::EdgeCopy& edge : piece_.strip->edges) {
        row[edge.place] = edge.from == simd::kFill ? fill : row[edge.from];
      }
    }
  }

  // The samples of the strip that are in the array, from the row that starts at offset.
  void read_row(int64_t offset, T* row) const {
    const int64_t bytes = sample_bytes(run_.in.type);
    const std::byte* from = static_cast<const std::byte*>(run_.in.data) + offset * bytes;
    for (const simd::Segment& segment : piece_.strip->segments) {
      T* to = row + segment.place;
      if (run_.in_row.is_contiguous) {
        convert(from + segment.source * bytes, run_.in.type, segment.count, to);
      } else {
        visit_type(run_.in.type, [&]<class In>(std::type_identity<In>) {
          gather_pixels(reinterpret_cast<const In*>(from), run_.in_row.pixels, segment, to);
        });
      }
    }
  }

  // Points to what lies under every tap where the kernel's first row is at column index top.
  const T* const* set_pointers(const std::vector<TapPlace>& places, int64_t top,
                               int64_t offset) const {
    const int64_t rows = plan_.ring_rows(), first = slot_of(top);
    const T** pointers = at<const T*>(offset);
    for (size_t i = 0; i < places.size(); ++i) {
      const int64_t slot = first + places[i].column;
      pointers[i] = row_at(places[i].slab, slot < rows ? slot : slot - rows) + places[i].offset;
    }
    return pointers;
  }

  // The output rows of the piece, as many as taps are for.
  void write_rows(const PlacedTaps& taps, int64_t top) const {
    simd::TapRows<T> rows;
    rows.rows = taps.rows;
    rows.runs = taps.runs.data();
    rows.run_count = static_cast<int64_t>(taps.runs.size());
    rows.taps = taps_of(taps, T());
    rows.samples = set_pointers(taps.samples, top, plan_.scratch.samples);
    rows.partners = set_pointers(taps.partners, top, plan_.scratch.partners);
    rows.start = static_cast<T>(plan_.taps.start);
    const bool in_place = run_.out_row.is_contiguous;
    simd::TapOutput out{run_.out.type, piece_.strip->width * axes_.channels};
    for (int q = 0; q < taps.rows; ++q) {
      out.rows[q] =
          in_place ? output_row(q)
                   : at<std::byte>(plan_.scratch.scattered + q * plan_.scratch.scattered_stride);
    }
    correlate(rows, epilogue_, out);
    for (int q = 0; !in_place && q < taps.rows; ++q) {
      scatter(static_cast<const std::byte*>(out.rows[q]), output_row(q));
    }
  }

  // The piece's first output sample, some rows further down.
  std::byte* output_row(int64_t down) const {
    const std::vector<int64_t>& strides = run_.out.strides;
    int64_t offset = piece_.strip->x * run_.out_row.pixels.pixel;
    if (axes_.column >= 0) offset += (piece_.column + down) * strides[axes_.column];
    for (size_t i = 0; i < axes_.outer.size(); ++i) {
      offset += piece_.outer[i] * strides[axes_.outer[i]];
    }
    return static_cast<std::byte*>(run_.out.data) + offset * sample_bytes(run_.out.type);
  }

  void scatter(const std::byte* row, std::byte* out) const {
    scatter_row(run_.out.type, row, run_.out_row.pixels, piece_.strip->width, out);
  }

  const Run& run_;
  const CorrelationPlan::Impl& plan_;
  const CorrelationAxes& axes_;
  std::byte* scratch_;
  simd::Epilogue<T> epilogue_;
  Piece piece_;
};

}  // namespace

void CorrelationPlan::run(const ConstArrayRef& in, const ArrayRef& out) const {
  impl_->contexts.lend([&](Context& context) { run(in, out, context); });
}

void CorrelationPlan::run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const {
  check_array(in, "in", impl_->shape, impl_->in_type);
  check_array(out, "out", impl_->shape, impl_->out_type);
  check_no_overlap(in, out);

  const Run shared{*impl_, in, out, RowStrides(impl_->axes, in.strides),
                   RowStrides(impl_->axes, out.strides)};
  const int64_t pieces = shared.pieces();
  const int workers = static_cast<int>(std::min<int64_t>(context.threads(), pieces));
  // Scratch before threads: a failed allocation leaves out untouched.
  for (int w = 0; w < workers; ++w) context.scratch(w, impl_->scratch.total);
  parallel_for(workers, [&](int w) {
    std::byte* scratch = context.scratch(w, impl_->scratch.total);
    const int64_t first = pieces * w / workers, last = pieces * (w + 1) / workers;
    if (impl_->in_double) {
      Worker<double>(shared, scratch).make_pieces(first, last);
    } else {
      Worker<float>(shared, scratch).make_pieces(first, last);
    }
  });
}

}  // namespace sepconv
