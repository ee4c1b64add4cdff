// What a convolution costs: multiplications, additions and bytes, counted and not estimated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sepconv {

/// Operations and traffic of one stage or of a whole.
/// units      bytes as if each stage read its map and its weights once and wrote its result once
struct Cost {
  int64_t multiplications = 0;
  int64_t additions = 0;
  int64_t bytes_read = 0;
  int64_t bytes_written = 0;

  /// errors     InvalidArgument: a count overflows 63 bits
  Cost& operator+=(const Cost& other);
  friend bool operator==(const Cost&, const Cost&) = default;
};

/// A map of width x height positions with channels values each.
struct MapShape {
  int64_t width = 0;
  int64_t height = 0;
  int64_t channels = 1;

  friend bool operator==(const MapShape&, const MapShape&) = default;
};

/// valid: only windows that lie inside the map. same: an output at every stride-th position, tap
/// size / 2 on it; what lies beyond the map is a copy, so no pass computes it.
enum class Padding { valid, same };

/// The largest side of a window.
inline constexpr int64_t kMaxWindow = int64_t{1} << 24;

/// A window moved over a map.
/// units      positions of the map; with a dilation of d, neighbouring taps are d positions apart
struct Window {
  int64_t width = 1;
  int64_t height = 1;
  int64_t stride_x = 1;
  int64_t stride_y = 1;
  int64_t dilation_x = 1;
  int64_t dilation_y = 1;
  Padding padding = Padding::valid;
};

/// One pass of a convolution: its name as explain() prints it ("columns 3x1": 3 high, 1 wide), what
/// it gives and what it costs.
struct CostStage {
  std::string name;
  MapShape out;
  Cost cost;
};

/// The stages of one way to compute a convolution.
struct CostBreakdown {
  std::vector<CostStage> stages;

  Cost total() const;
};

// Every function below throws InvalidArgument where a size, stride or dilation is below 1, where a
// window is larger than kMaxWindow or, if valid, than its map, or where a count overflows 63 bits.
// sample_bytes is the size of one value of a map and of one weight. A sum of n products counts n
// multiplications and n - 1 additions.

/// A stage whose every output value sums taps products, for layers that no function below has.
struct SumStage {
  std::string name;
  MapShape in;
  MapShape out;
  int64_t taps = 1;
  int64_t weights = 1;  // all of them
};
CostStage sum_cost(const SumStage& stage, int64_t sample_bytes = 4);

/// The map that a window leaves of a map, channels unchanged.
MapShape output_map(const MapShape& map, const Window& window);

/// Each of filters sums a width x height x channels window: an ordinary convolution layer.
CostBreakdown ordinary_cost(const MapShape& map, const Window& window, int64_t filters,
                            int64_t sample_bytes = 4);

/// multiplier filters a channel, each with weights of its own, channels not mixed; with multiplier
/// 1 a dense image filter.
CostBreakdown depthwise_cost(const MapShape& map, const Window& window, int64_t multiplier = 1,
                             int64_t sample_bytes = 4);

/// depthwise_cost, then filters 1x1 filters across the channels.
CostBreakdown depthwise_separable_cost(const MapShape& map, const Window& window, int64_t filters,
                                       int64_t multiplier = 1, int64_t sample_bytes = 4);

/// rank column passes (height x 1) over one reading of the map, then as many row passes (1 x width)
/// added up, each channel by itself. The column pass gives every column that the row pass reads,
/// halo included and none twice: 45 + 27 = 72 on 5x5, not 54.
/// shape      the column stage's out has rank * channels channels: one map a term
/// cost       time in proportion to the window's width
CostBreakdown separable_cost(const MapShape& map, const Window& window, int rank = 1,
                             int64_t sample_bytes = 4);

}  // namespace sepconv
