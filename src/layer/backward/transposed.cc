// Input r is part of output y under tap v where y * stride + v * dilation = r + zeros before: for
// the values r = phase + stride * i, every few taps, at outputs i + something.
#include "layer/backward/transposed.h"

#include <algorithm>
#include <numeric>

namespace sepconv {
namespace {

// Along one axis: the taps that a phase has, last one first.
struct PhaseTaps {
  int64_t count = 0;
  int64_t first = 0, step = 1;  // the tap with the lowest number, and the way to the next one
  int64_t dilation = 1;         // between their outputs
  int64_t before = 0;           // value i has output i - before under the tap with the highest one

  // In the kernel that is not turned round.
  int64_t tap(int64_t k) const { return first + (count - 1 - k) * step; }
};

struct StageAxis {
  int64_t taps, stride, dilation, before;
};

PhaseTaps phase_taps(const StageAxis& axis, int64_t phase) {
  const int64_t common = std::gcd(axis.stride, axis.dilation), place = phase + axis.before;
  PhaseTaps of;
  of.step = axis.stride / common;
  of.dilation = axis.dilation / common;
  while (of.first < of.step && (place - of.first * axis.dilation) % axis.stride != 0) ++of.first;
  if (of.first == of.step || of.first >= axis.taps) return of;
  of.count = (axis.taps - 1 - of.first) / of.step + 1;
  of.before = (of.count - 1) * of.dilation - (place - of.first * axis.dilation) / axis.stride;
  return of;
}

struct Taps {
  const PhaseTaps& y;
  const PhaseTaps& x;
};

struct Grouped {
  const LayerStage& stage;
  int64_t groups;
};

// Floats of a cache line: filters are powers of two apart, so that a line is gone before the next
// column of weights would read it.
constexpr int64_t kLine = 16;

// Weights [input channel][output channel of its group][tap row][tap column], turned round.
std::vector<float> turned(const Grouped& grouped, int64_t in_channels, const Taps& taps) {
  const auto& [stage, groups] = grouped;
  const int64_t inputs = in_channels / groups, outputs = stage.out_channels / groups;
  const auto& [height, width] = stage.kernel;
  const int64_t count = taps.y.count * taps.x.count;
  std::vector<float> weights(in_channels * outputs * count);
  const auto turn = [&](int64_t c, int64_t n, int64_t filter) {
    const float* from = stage.weights.data() + filter * height * width;
    float* to = weights.data() + (c * outputs + n) * count;
    for (int64_t v = 0; v < taps.y.count; ++v) {
      for (int64_t u = 0; u < taps.x.count; ++u) {
        *to++ = from[taps.y.tap(v) * width + taps.x.tap(u)];
      }
    }
  };
  for (int64_t group = 0; group < groups; ++group) {
    for (int64_t first = 0; first < inputs; first += kLine) {
      const int64_t last = std::min(first + kLine, inputs);
      for (int64_t n = 0; n < outputs; ++n) {
        const int64_t filter = (group * outputs + n) * inputs;
        for (int64_t c = first; c < last; ++c) turn(group * inputs + c, n, filter + c);
      }
    }
  }
  return weights;
}

TransposedPhase transpose_phase(const LayerStage& stage, const PackedStage& packed,
                                const Taps& taps) {
  TransposedPhase phase;
  phase.has_taps = taps.y.count > 0 && taps.x.count > 0;
  if (!phase.has_taps) return phase;
  phase.top = taps.y.before;
  phase.left = taps.x.before;
  LayerStage back = stage;
  back.adds_input = false;
  if (packed.kind == StageKind::depthwise) {
    back.groups = stage.out_channels;  // a multiplier's copies of a channel stay apart
  } else {
    back.out_channels = packed.geometry.in.channels;
  }
  back.weights = turned({stage, back.groups}, back.out_channels, taps);
  back.kernel = {taps.y.count, taps.x.count};
  back.options = {.dilation = {taps.y.dilation, taps.x.dilation}};
  StageGeometry geometry{packed.geometry.out, packed.geometry.in, {}};
  geometry.out.channels = back.out_channels;
  phase.stage = pack_stage_as(packed.kind, back, geometry, packed.block());
  return phase;
}

}  // namespace

TransposedStage transpose_stage(const LayerStage& stage, const PackedStage& packed) {
  const StageGeometry& geometry = packed.geometry;
  const StageAxis rows{stage.kernel.height, packed.strides.height, packed.dilation.height,
                       geometry.margins.top};
  const StageAxis columns{stage.kernel.width, packed.strides.width, packed.dilation.width,
                          geometry.margins.left};
  TransposedStage transposed{packed.strides, {}};
  for (int64_t y = 0; y < std::min(packed.strides.height, geometry.in.height); ++y) {
    const PhaseTaps taps_y = phase_taps(rows, y);
    for (int64_t x = 0; x < std::min(packed.strides.width, geometry.in.width); ++x) {
      const PhaseTaps taps_x = phase_taps(columns, x);
      transposed.phases.push_back(transpose_phase(stage, packed, {taps_y, taps_x}));
      transposed.phases.back().row = y;
      transposed.phases.back().column = x;
    }
  }
  return transposed;
}

}  // namespace sepconv
