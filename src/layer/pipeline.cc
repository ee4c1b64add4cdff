// Rows pulled through the stages: the last stage's band asks for its inputs, and so on upwards.
#include "layer/pipeline.h"

#include <algorithm>

#include "simd/layer/pack.h"

namespace sepconv {
namespace {

// Outputs of 2 MB and more go past the caches (docs/decisions/015-past-the-caches.md).
constexpr int64_t kStreamedFloats = int64_t{2} << 18;
constexpr int64_t kLineBytes = 64;

// Rows where a stage reads or writes: row 0, pixel 0, channel 0, and the ways from there.
struct Rows {
  float* data;
  int64_t row_stride, pixel_stride, block_stride;

  float* row(int64_t y) const { return data + y * row_stride; }
  Rows from_row(int64_t y) const { return {row(y), row_stride, pixel_stride, block_stride}; }
  bool is_run_of(int64_t width) const { return row_stride == width * pixel_stride; }
};

class Pipeline {
 public:
  Pipeline(const LayerWorker& worker, int64_t n, const StripColumns& strip)
      : plan_(worker.plan),
        worker_(worker),
        strip_(strip),
        scratch_(reinterpret_cast<float*>(worker.scratch)),
        rows_(reinterpret_cast<const float**>(scratch_ + plan_.cut.floats)),
        segments_(rows_ + plan_.cut.pointers),
        made_(reinterpret_cast<int64_t*>(segments_ + plan_.cut.segments)),
        in_(static_cast<const float*>(worker.in.data) + n * worker.in.strides.batch),
        out_(static_cast<float*>(worker.out.data) + n * worker.out.strides.batch) {}

  void run(const Range& rows) {
    const size_t last = plan_.stages.size() - 1;
    std::fill_n(made_, plan_.stages.size(), 0);
    for (size_t s = 0; s <= last; ++s) clear_margins(s);
    for (int64_t y = rows.first; y < rows.last; y += plan_.cut.band_rows) {
      make_rows(last, {y, std::min(y + plan_.cut.band_rows, rows.last)});
    }
  }

 private:
  const PackedStage& stage(size_t s) const { return plan_.stages[s]; }
  bool is_last(size_t s) const { return s + 1 == plan_.stages.size(); }
  int64_t slot(size_t s, int64_t y) const { return y % plan_.cut.buffers[s].slots; }

  // Slot 0 of a stage's input, at the first column on the map.
  Rows buffer(size_t s) const {
    const RowBuffer& rows = plan_.cut.buffers[s];
    float* first = scratch_ + rows.offset;
    if (rows.row_stride == 0) {
      return {first, strip_[s].in_width * rows.pixel_stride, rows.pixel_stride, rows.block_stride};
    }
    return {first + strip_[s].left * rows.pixel_stride, rows.row_stride, rows.pixel_stride,
            rows.block_stride};
  }

  // The columns beside the map, where windows are read as they lie.
  void clear_margins(size_t s) const {
    if (stage(s).kind != StageKind::windows) return;
    const RowBuffer& rows = plan_.cut.buffers[s];
    const int64_t left = strip_[s].left, in_width = strip_[s].in_width;
    const int64_t right = window_columns(stage(s), strip_[s]) - left - in_width;
    for (int64_t slot = 0; slot < rows.slots; ++slot) {
      float* first = buffer(s).row(slot);
      std::fill_n(first - left * rows.pixel_stride, left * rows.pixel_stride, 0.0f);
      std::fill_n(first + in_width * rows.pixel_stride, right * rows.pixel_stride, 0.0f);
    }
  }
  Rows staged(size_t s, int64_t offset) const {
    const int64_t channels = round_up(stage(s).geometry.out.channels, plan_.block);
    return {scratch_ + offset, strip_[s].out_width * channels, channels, stage(s).block()};
  }

  // Channels-last rows serve depthwise and pointwise stages as they are.
  bool reads_tensor(size_t s) const {
    const TensorStrides& strides = worker_.in.strides;
    const int64_t row = plan_.in.width * plan_.in.channels;
    return s == 0 && plan_.cut.buffers[0].may_be_in_place && strides.channel == 1 &&
           strides.pixel == plan_.in.channels &&
           (!reads_neighbours() || (strides.row == row && row >= plan_.block));
  }

  // True where the last vector of a pixel reads the next pixel, too, in lanes that do not matter.
  bool reads_neighbours() const {
    return stage(0).kind == StageKind::depthwise && plan_.in.channels % plan_.block != 0;
  }

  // Of the rows read in place, the last one has none behind it and is read from scratch.
  bool is_copied(int64_t y) const { return reads_neighbours() && y + 1 == plan_.in.height; }

  // Output rows of stage s, in pieces that lie in neighbouring slots on either side.
  void make_rows(size_t s, const Range& rows) {
    fill(s, input_rows(stage(s), rows));
    for (int64_t y = rows.first; y < rows.last;) {
      int64_t end = rows.last;
      if (!is_last(s)) end = std::min(end, y + plan_.cut.buffers[s + 1].slots - slot(s + 1, y));
      if (stage(s).kind == StageKind::pointwise) {
        end = std::min(end, y + plan_.cut.buffers[s].slots - slot(s, y));
      }
      is_last(s) ? write_out(s, {y, end}) : hand_over(s, {y, end});
      y = end;
    }
  }

  // The input rows of stage s that are not there yet.
  void fill(size_t s, const Range& rows) {
    const int64_t first = std::max(rows.first, made_[s]);
    if (first >= rows.last) return;
    made_[s] = rows.last;
    if (s > 0) return make_rows(s - 1, {first, rows.last});
    for (int64_t y = first; y < rows.last; ++y) {
      const simd::PixelRow row = tensor_row(worker_.in.strides, in_, y, strip_[0].in_first);
      const int64_t width = strip_[0].in_width, block = plan_.block;
      if (reads_tensor(0)) {
        if (is_copied(y)) std::copy_n(row.data, width * row.pixel_stride, buffer(0).data);
      } else if (stage(0).kind == StageKind::windows) {
        copy_pixels(row, buffer(0).row(slot(0, y)));
      } else {
        copy_to_blocks(row, {buffer(0).row(slot(0, y)), block, buffer(0).block_stride, plan_.block},
                       {width, plan_.in.channels, stage(0).multiplier});
      }
    }
  }

  // A row of the tensor, channels last.
  void copy_pixels(const simd::PixelRow& from, float* to) const {
    const int64_t width = strip_[0].in_width, channels = plan_.in.channels;
    const int64_t step = plan_.cut.buffers[0].pixel_stride;
    if (from.channel_stride == 1 && from.pixel_stride == channels && step == channels) {
      std::copy_n(from.data, width * channels, to);
      return;
    }
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t x = 0; x < width; ++x) {
        to[x * step + c] = from.data[x * from.pixel_stride + c * from.channel_stride];
      }
    }
  }

  struct Copied {
    int64_t pixels, channels, multiplier;
  };
  static void copy_to_blocks(const simd::PixelRow& row, const simd::BlockedRow& blocked,
                             const Copied& copied) {
    simd::copy_to_blocks({row, blocked, copied.pixels, copied.channels, copied.multiplier});
  }

  // The vector code takes one row type for reading and writing; what is read stays as it is.
  static simd::PixelRow tensor_row(const TensorStrides& strides, const float* image, int64_t y,
                                   int64_t x) {
    return {const_cast<float*>(image) + y * strides.row + x * strides.pixel, strides.pixel,
            strides.channel};
  }

  // Rows to the next stage's buffer.
  void hand_over(size_t s, const Range& rows) {
    const Rows target = buffer(s + 1).from_row(slot(s + 1, rows.first));
    if (!is_staged(stage(s), stage(s + 1))) return run_stage(s, rows, target, nullptr);
    const Rows between = staged(s, plan_.cut.staged_offset);
    run_stage(s, rows, between, nullptr);
    for (int64_t y = 0; y < rows.last - rows.first; ++y) {
      copy_to_blocks(
          {between.row(y), between.pixel_stride, 1},
          {target.row(y), target.pixel_stride, target.block_stride, plan_.block},
          {strip_[s].out_width, stage(s).geometry.out.channels, stage(s + 1).multiplier});
    }
  }

  // Rows to the output tensor, by way of scratch where its channels are no neighbours.
  void write_out(size_t s, const Range& rows) {
    const TensorStrides& strides = worker_.out.strides;
    const int64_t x = strip_[s].out_first;
    float* first = out_ + worker_.first_channel + rows.first * strides.row + x * strides.pixel;
    const bool is_direct = strides.channel == 1 && !adds_by_itself(s);
    const Rows target = is_direct ? Rows{first, strides.row, strides.pixel, stage(s).block()}
                                  : staged(s, plan_.cut.staged_offset);
    const Rows residual = plan_.adds_input() ? input_to_add(s, rows) : Rows{};
    streams_ = is_direct && may_stream(s);
    run_stage(s, rows, target, plan_.adds_input() ? &residual : nullptr);
    streams_ = false;
    if (is_direct) return;
    for (int64_t y = 0; y < rows.last - rows.first; ++y) {
      simd::copy_from_blocks({tensor_row(strides, out_, rows.first + y, x),
                              {target.row(y), target.pixel_stride, plan_.block, plan_.block},
                              strip_[s].out_width,
                              stage(s).geometry.out.channels});
    }
  }

  // True of outputs that caches should not hold, where vectors can be stored past them.
  bool may_stream(size_t s) const {
    const TensorStrides& strides = worker_.out.strides;
    const auto first = reinterpret_cast<uintptr_t>(out_);
    const int block = stage(s).block();
    return value_count(plan_.out()) >= kStreamedFloats && first % (block * sizeof(float)) == 0 &&
           strides.row % block == 0 && strides.pixel % block == 0;
  }

  // Products add the input as they store; depthwise sums need a place where they can be added to.
  bool adds_by_itself(size_t s) const {
    return plan_.adds_input() && stage(s).kind == StageKind::depthwise;
  }

  // Rows of the layer's input, channels last.
  Rows input_to_add(size_t s, const Range& rows) const {
    const TensorStrides& strides = worker_.in.strides;
    if (strides.channel == 1) {
      const int64_t x = strip_[s].out_first, c = worker_.first_channel;
      const auto row = tensor_row(strides, in_ + c, rows.first, x);
      return {row.data, strides.row, strides.pixel, stage(s).block()};
    }
    const Rows to = staged(s, plan_.cut.residual_offset);
    for (int64_t y = 0; y < rows.last - rows.first; ++y) {
      copy_to_blocks(tensor_row(strides, in_, rows.first + y, strip_[s].out_first),
                     {to.row(y), to.pixel_stride, plan_.block, plan_.block},
                     {strip_[s].out_width, plan_.in.channels, 1});
    }
    return {to.data + worker_.first_channel, to.row_stride, to.pixel_stride, plan_.block};
  }

  void run_stage(size_t s, const Range& rows, const Rows& to, const Rows* residual) {
    switch (stage(s).kind) {
      case StageKind::depthwise:
        run_depthwise(s, rows, to);
        if (residual != nullptr) add_rows(s, rows, to, *residual);
        break;
      case StageKind::pointwise:
        run_pointwise(s, rows, to, residual);
        break;
      case StageKind::windows:
        run_windows(s, rows, to, residual);
        break;
    }
  }

  void add_rows(size_t s, const Range& rows, const Rows& to, const Rows& residual) const {
    for (int64_t y = 0; y < rows.last - rows.first; ++y) {
      for (int64_t x = 0; x < strip_[s].out_width; ++x) {
        float* sums = to.row(y) + x * to.pixel_stride;
        const float* added = residual.row(y) + x * residual.pixel_stride;
        for (int64_t c = 0; c < plan_.in.channels; ++c) sums[c] += added[c];
      }
    }
  }

  // Points rows_[j] at input row j under the taps of the first of rows; null beyond the map.
  void point_at_rows(size_t s, const Range& rows) const {
    const PackedStage& of = stage(s);
    const int64_t top = rows.first * of.strides.height - of.geometry.margins.top;
    const int64_t count = (rows.last - rows.first - 1) * of.strides.height + of.extent_y();
    for (int64_t j = 0; j < count; ++j) {
      const bool is_inside = 0 <= top + j && top + j < of.geometry.in.height;
      rows_[j] = is_inside ? input_row(s, top + j) : nullptr;
    }
  }

  const float* input_row(size_t s, int64_t y) const {
    if (!reads_tensor(s)) return buffer(s).row(slot(s, y));
    if (is_copied(y)) return buffer(s).data;
    return tensor_row(worker_.in.strides, in_, y, strip_[s].in_first).data;
  }

  void run_depthwise(size_t s, const Range& rows, const Rows& to) {
    point_at_rows(s, rows);
    simd::DepthwiseBand band;
    band.rows = rows_;
    band.zeros = reinterpret_cast<const float*>(plan_.zeros.get());
    band.in_width = strip_[s].in_width;
    band.in_pixel_stride = reads_tensor(s) ? plan_.in.channels : plan_.block;
    band.in_block_stride = reads_tensor(s) ? plan_.block : plan_.cut.buffers[s].block_stride;
    band.left = strip_[s].left;
    band.out = to.data;
    band.out_rows = rows.last - rows.first;
    band.out_width = strip_[s].out_width;
    band.out_row_stride = to.row_stride;
    band.out_pixel_stride = to.pixel_stride;
    band.out_block_stride = to.block_stride;
    band.channels = stage(s).geometry.out.channels;
    // vectors of one block after another fill lines only if they are lines
    band.streams = streams_ && plan_.block * int64_t{sizeof(float)} >= kLineBytes;
    const bool are_blocks_apart = to.block_stride != plan_.block;
    if (are_blocks_apart) band.channels = round_up(band.channels, plan_.block);
    simd::run_depthwise(band, stage(s).depthwise);
  }

  // What both products have: where they write, and what they add.
  simd::ProductRun product_at(const Rows& to, const Rows* residual, int64_t y, int64_t x) const {
    simd::ProductRun run;
    run.out = to.row(y) + x * to.pixel_stride;
    run.out_pixel_stride = to.pixel_stride;
    run.out_block_stride = to.block_stride;
    run.streams = streams_;
    if (residual == nullptr) return run;
    run.residual = residual->row(y) + x * residual->pixel_stride;
    run.residual_pixel_stride = residual->pixel_stride;
    run.residual_block_stride = residual->block_stride;
    return run;
  }

  void run_pointwise(size_t s, const Range& rows, const Rows& to, const Rows* residual) {
    const int64_t width = strip_[s].out_width, count = rows.last - rows.first;
    const Rows from =
        reads_tensor(s) ? tensor_rows(rows.first) : buffer(s).from_row(slot(s, rows.first));
    const bool is_run = to.is_run_of(width) && from.is_run_of(width) &&
                        (residual == nullptr || residual->is_run_of(width));
    for (int64_t y = 0; y < count; y += is_run ? count : 1) {
      simd::ProductRun run = product_at(to, residual, y, 0);
      run.in = from.row(y);
      run.in_block_stride = from.block_stride;
      point_at_pixels(s, from, &run);
      run.pixels = is_run ? width * count : width;
      // weights of many channels are better read once for all pixels than pixels for all weights
      run.panels_outer = stage(s).geometry.in.channels <= kShallow;
      simd::run_product(run, is_last(s) ? worker_.last_product : stage(s).groups[0]);
    }
  }

  // Where pixels are not in blocks as the product's: all channels of a tensor's pixel, or blocks of
  // another size.
  void point_at_pixels(size_t s, const Rows& from, simd::ProductRun* run) const {
    const int64_t channels = stage(s).geometry.in.channels;
    if (reads_tensor(s)) {
      run->segments = &run->in;
      run->segment_depth = channels;
    } else if (stage(s).block() != plan_.block) {
      for (int64_t b = 0; b * plan_.block < channels; ++b) {
        segments_[b] = run->in + b * from.block_stride;
      }
      run->segments = segments_;
      run->segment_depth = plan_.block;
    }
    run->in_pixel_stride = from.pixel_stride;
  }

  Rows tensor_rows(int64_t y) const {
    const TensorStrides& strides = worker_.in.strides;
    return {tensor_row(strides, in_, y, strip_[0].in_first).data, strides.row, strides.pixel,
            plan_.block};
  }

  void run_windows(size_t s, const Range& rows, const Rows& to, const Rows* residual) {
    point_at_rows(s, rows);
    const PackedStage& of = stage(s);
    const WindowParts parts = window_parts(of, plan_.cut.buffers[s]);
    for (int64_t y = 0; y < rows.last - rows.first; ++y) {
      point_at_segments(s, parts, rows_ + y * of.strides.height);
      simd::ProductRun run = product_at(to, residual, y, 0);
      run.segments = segments_;
      run.segment_depth = parts.depth;
      run.in_pixel_stride = of.strides.width * plan_.cut.buffers[s].pixel_stride;
      run.pixels = strip_[s].out_width;
      run.panels_outer = of.groups[0].depth <= kShallow;
      for (const simd::ProductWeights& group : of.groups) {
        simd::run_product(run, group);
        run.out += group.channels;
        if (run.residual != nullptr) run.residual += group.channels;
        for (int64_t i = 0; i < parts.count; ++i) segments_[i] += parts.depth;
      }
    }
  }

  // Points segments_ at the parts of the first window of a row; rows are those under its taps.
  void point_at_segments(size_t s, const WindowParts& parts, const float* const* rows) const {
    const auto* zeros = reinterpret_cast<const float*>(plan_.zeros.get());
    const int64_t pixel_stride = plan_.cut.buffers[s].pixel_stride;
    for (int64_t i = 0; i < parts.count; ++i) {
      const float* row = rows[i / parts.across * stage(s).dilation.height];
      const float* first = row == nullptr ? zeros : row - strip_[s].left * pixel_stride;
      segments_[i] = first + i % parts.across * stage(s).dilation.width * pixel_stride;
    }
  }

  const LayerPlan::Impl& plan_;
  const LayerWorker& worker_;
  const StripColumns& strip_;
  float* scratch_;
  const float** rows_;
  const float** segments_;
  int64_t* made_;  // one a stage: its input rows before this one are made
  const float* in_;
  float* out_;
  bool streams_ = false;  // what is made now goes to memory past the caches
};

}  // namespace

void run_rows(const LayerWorker& worker, int64_t n, const Range& rows) {
  for (const StripColumns& strip : worker.plan.cut.strips) {
    Pipeline(worker, n, strip).run(rows);
  }
}

}  // namespace sepconv
