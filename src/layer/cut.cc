// Bands that stay in the second cache, and where their rows lie.
#include "layer/cut.h"

#include <algorithm>

namespace sepconv {
namespace {

// Rows that wait in scratch: about half of a second cache of 512 KiB, so that weights and
// outputs have room beside them.
constexpr int64_t kBandBytes = 256 * 1024;
// Narrower strips read their neighbours' columns too often.
constexpr int64_t kNarrowestStrip = 64;

// Rows that a depthwise kernel makes at once where it has the registers.
constexpr int64_t kRowsTogether = 4;
// Floats between pixels that share only two sets of a first cache of 64: a few columns fill them,
// which products come back to and depthwise kernels do not.
constexpr int64_t kCrowdedStride = 512;

using Stages = std::vector<PackedStage>;

std::vector<StripColumns> strips_of(const Stages& stages, int64_t columns) {
  const int64_t width = stages.back().geometry.out.width;
  const int64_t count = (width + columns - 1) / columns;
  std::vector<StripColumns> strips;
  for (int64_t i = 0; i < count; ++i) {
    StripColumns strip(stages.size());
    Range out{i * width / count, (i + 1) * width / count};
    for (size_t s = stages.size(); s-- > 0;) {
      const PackedStage& stage = stages[s];
      const Range in = input_columns(stage, out);
      const int64_t begins = out.first * stage.strides.width - stage.geometry.margins.left;
      strip[s] = {in.first, in.last - in.first, out.first, out.last - out.first, in.first - begins};
      out = in;
    }
    strips.push_back(std::move(strip));
  }
  return strips;
}

int64_t widest(const std::vector<StripColumns>& strips, size_t stage, bool of_input) {
  int64_t width = 0;
  for (const StripColumns& strip : strips) {
    width = std::max(width, of_input ? strip[stage].in_width : strip[stage].out_width);
  }
  return width;
}

// True where kernels may read channels-last rows as they are.
bool can_be_in_place(const PackedStage& stage) {
  if (stage.kind == StageKind::depthwise) return stage.multiplier == 1;
  return stage.kind == StageKind::pointwise && stage.geometry.in.channels % kCrowdedStride != 0;
}

// Lays out one scratch.
class Cutter {
 public:
  Cutter(const Stages& stages, int block, int64_t columns)
      : stages_(stages), block_(block), columns_(columns) {}

  LayerCut cut(int64_t band_rows) {
    LayerCut cut;
    cut.band_rows = band_rows;
    cut.strips = strips_of(stages_, columns_);
    cut.buffers.resize(stages_.size());
    cut.most_rows.resize(stages_.size());
    int64_t rows = band_rows;
    for (size_t s = stages_.size(); s-- > 0;) rows = add_buffer(&cut, s, rows);
    add_staged(&cut);
    return cut;
  }

 private:
  static int64_t take(LayerCut* cut, int64_t floats) {
    const int64_t offset = cut->floats;
    cut->floats += round_up(floats, kAlignment / int64_t{sizeof(float)});
    return offset;
  }

  // The rows that the stage before makes at once.
  int64_t add_buffer(LayerCut* cut, size_t s, int64_t rows) {
    const PackedStage& stage = stages_[s];
    RowBuffer& buffer = cut->buffers[s];
    cut->most_rows[s] = rows;
    const int64_t under_taps = (rows - 1) * stage.strides.height + stage.extent_y();
    cut->pointers = std::max(cut->pointers, under_taps);
    buffer.slots = std::min(under_taps, stage.geometry.in.height);
    if (stage.kind == StageKind::windows) return add_windows(cut, s);
    buffer.pixel_stride = block_;
    // a spare block, so that blocks are no power of two apart, where they would share cache lines
    buffer.block_stride = (buffer.slots * widest(cut->strips, s, true) + 1) * block_;
    const int64_t blocks = round_up(stage.in_channels(), block_) / block_;
    buffer.may_be_in_place = s == 0 && can_be_in_place(stage);
    if (stage.block() != block_) cut->segments = std::max(cut->segments, blocks);
    buffer.offset = take(cut, blocks * buffer.block_stride);
    return buffer.slots;
  }

  int64_t add_windows(LayerCut* cut, size_t s) {
    const PackedStage& stage = stages_[s];
    RowBuffer& buffer = cut->buffers[s];
    const int64_t channels = stage.geometry.in.channels;
    buffer.block_stride = block_;
    buffer.pixel_stride = channels % kCrowdedStride == 0 ? channels + block_ : channels;
    int64_t columns = 0;
    for (const StripColumns& strip : cut->strips) {
      columns = std::max(columns, window_columns(stage, strip[s]));
    }
    buffer.row_stride = columns * buffer.pixel_stride;
    buffer.offset = take(cut, buffer.slots * buffer.row_stride);
    cut->segments = std::max(cut->segments, window_parts(stage, buffer).count);
    return buffer.slots;
  }

  // Output rows of stages whose channels go elsewhere than their kernels can write, channels last;
  // the tensor's layout decides about those of the last stage.
  void add_staged(LayerCut* cut) {
    int64_t floats = 0;
    for (size_t s = 0; s < stages_.size(); ++s) {
      if (!may_stage(s)) continue;
      const int64_t channels = round_up(stages_[s].geometry.out.channels, block_);
      floats = std::max(floats, cut->most_rows[s] * widest(cut->strips, s, false) * channels);
    }
    cut->staged_offset = take(cut, floats);
    cut->residual_offset = take(cut, stages_.back().adds_input ? floats : 0);
  }

  bool may_stage(size_t s) const {
    return s + 1 == stages_.size() || is_staged(stages_[s], stages_[s + 1]);
  }

  const Stages& stages_;
  int block_;
  int64_t columns_;
};

// Of the rows that wait in scratch. The first stage's, which were laid out last, count a quarter
// where most tensors are read in place: then they are empty.
int64_t buffer_bytes(const LayerCut& cut) {
  const RowBuffer& first = cut.buffers.front();
  const int64_t saved = first.may_be_in_place ? (cut.staged_offset - first.offset) * 3 / 4 : 0;
  return (cut.staged_offset - saved) * int64_t{sizeof(float)};
}

// The most rows of equal bands that fit, a multiple of those that kernels make together if they can
// be; at least one.
LayerCut fitting_bands(Cutter cutter, int64_t height) {
  for (int64_t bands = 1;; ++bands) {
    int64_t rows = (height + bands - 1) / bands;
    if (rows > kRowsTogether && rows < height) rows = round_up(rows, kRowsTogether);
    LayerCut cut = cutter.cut(rows);
    if (rows == 1 || buffer_bytes(cut) <= kBandBytes) return cut;
    bands = std::max(bands, height / rows);
  }
}

Range clipped(int64_t first, int64_t last, int64_t size) {
  return {std::max<int64_t>(first, 0), std::min(last, size)};
}

}  // namespace

Range input_rows(const PackedStage& stage, const Range& out) {
  const int64_t stride = stage.strides.height, top = stage.geometry.margins.top;
  return clipped(out.first * stride - top, (out.last - 1) * stride - top + stage.extent_y(),
                 stage.geometry.in.height);
}

Range input_columns(const PackedStage& stage, const Range& out) {
  const int64_t stride = stage.strides.width, left = stage.geometry.margins.left;
  return clipped(out.first * stride - left, (out.last - 1) * stride - left + stage.extent_x(),
                 stage.geometry.in.width);
}

int64_t window_columns(const PackedStage& stage, const StageColumns& columns) {
  return (columns.out_width - 1) * stage.strides.width + stage.extent_x();
}

WindowParts window_parts(const PackedStage& stage, const RowBuffer& buffer) {
  const int64_t channels = stage.geometry.in.channels, width = stage.kernel.width;
  const bool is_dense = stage.groups.size() == 1 && stage.dilation.width == 1;
  if (is_dense && buffer.pixel_stride == channels) {
    return {width * channels, 1, stage.kernel.height};
  }
  return {channels / std::ssize(stage.groups), width, stage.kernel.height * width};
}

bool is_staged(const PackedStage& stage, const PackedStage& next) {
  return next.multiplier > 1 || (stage.groups.size() > 1 && next.kind != StageKind::windows);
}

LayerCut make_cut(const Stages& stages, int block, const CutRequest& request) {
  const TensorShape& out = stages.back().geometry.out;
  int64_t columns = request.strip_columns.value_or(out.width);
  if (!request.strip_columns) {
    while (columns / 2 >= kNarrowestStrip &&
           buffer_bytes(Cutter(stages, block, columns).cut(std::min<int64_t>(out.height, 2))) >
               kBandBytes) {
      columns = (columns + 1) / 2;
    }
  }
  Cutter cutter(stages, block, columns);
  if (request.band_rows) return cutter.cut(std::min(*request.band_rows, out.height));
  return fitting_bands(cutter, out.height);
}

}  // namespace sepconv
