// Counts of multiplications, additions and bytes; FilterPlan, explain() and the CLI ask for them.
#include "sepconv/cost.h"

#include <algorithm>
#include <initializer_list>
#include <numeric>

#include "base/check.h"

namespace sepconv {
namespace {

int64_t product(std::initializer_list<int64_t> factors, const char* what) {
  int64_t result = 1;
  for (const int64_t factor : factors) result = checked_multiply(result, factor, what);
  return result;
}

int64_t values(const MapShape& map) {
  return product({map.width, map.height, map.channels}, "cost: the size of a map");
}

void check_map(const MapShape& map) {
  require(map.width >= 1 && map.height >= 1 && map.channels >= 1,
          "cost: map is {}x{}x{}; expected sizes of 1 or more", map.width, map.height,
          map.channels);
}

void check_window(const Window& window) {
  require(std::min(window.width, window.height) >= 1 &&
              std::max(window.width, window.height) <= kMaxWindow,
          "cost: window is {} wide and {} high; expected 1 to {}", window.width, window.height,
          kMaxWindow);
  require(window.stride_x >= 1 && window.stride_y >= 1,
          "cost: strides are {} in x and {} in y; expected 1 or more", window.stride_x,
          window.stride_y);
  require(window.dilation_x >= 1 && window.dilation_y >= 1,
          "cost: dilations are {} in x and {} in y; expected 1 or more", window.dilation_x,
          window.dilation_y);
}

void check_at_least_one(int64_t value, const char* what) {
  require(value >= 1, "cost: {} is {}; expected 1 or more", what, value);
}

// One axis of a window over one axis of a map.
struct AxisWindow {
  int64_t positions;  // of the map
  int64_t taps;
  int64_t stride;
  int64_t dilation;
  Padding padding;

  // Positions from the first tap to the last, both included.
  int64_t extent() const {
    return checked_add(checked_multiply(taps - 1, dilation, "cost: a window"), 1, "cost: a window");
  }

  int64_t outputs() const {
    if (padding == Padding::same) return (positions - 1) / stride + 1;
    require(extent() <= positions, "cost: window covers {} positions; the map has only {}",
            extent(), positions);
    return (positions - extent()) / stride + 1;
  }

  // How many outputs from first on put the tap at the given offset on a position of the map.
  int64_t outputs_inside(int64_t first, int64_t offset) const {
    const auto outputs_before = [&](int64_t position) {
      return position <= offset ? 0 : (position - offset - 1) / stride + 1;
    };
    const int64_t begin = std::max(first, outputs_before(0));
    const int64_t end = std::min(outputs(), outputs_before(positions));
    return std::max<int64_t>(0, end - begin);
  }

  // Different positions of the map that some output reads. Tap i reads what tap i - period has
  // read already, but for the last `step` outputs, because period * dilation == step * stride.
  int64_t positions_read() const {
    checked_add(positions, extent(), "cost: a window");  // so that no difference below overflows
    const int64_t common = std::gcd(stride, dilation);
    const int64_t period = stride / common, step = dilation / common;
    const int64_t anchor = padding == Padding::same ? taps / 2 : 0;
    const int64_t first_new = outputs() - std::min(outputs(), step);
    int64_t count = 0;
    for (int64_t tap = 0; tap < taps; ++tap) {
      count += outputs_inside(tap < period ? 0 : first_new, (tap - anchor) * dilation);
    }
    return count;
  }
};

AxisWindow axis_x(const MapShape& map, const Window& window) {
  return {map.width, window.width, window.stride_x, window.dilation_x, window.padding};
}

AxisWindow axis_y(const MapShape& map, const Window& window) {
  return {map.height, window.height, window.stride_y, window.dilation_y, window.padding};
}

std::string with_terms(std::string name, int rank) {
  return rank == 1 ? name : fmt::format("{}, {} terms", name, rank);
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  Cost sum;  // a failed addition leaves *this as it was
  sum.multiplications =
      checked_add(multiplications, other.multiplications, "cost: multiplications");
  sum.additions = checked_add(additions, other.additions, "cost: additions");
  sum.bytes_read = checked_add(bytes_read, other.bytes_read, "cost: bytes read");
  sum.bytes_written = checked_add(bytes_written, other.bytes_written, "cost: bytes written");
  return *this = sum;
}

Cost CostBreakdown::total() const {
  Cost sum;
  for (const CostStage& stage : stages) sum += stage.cost;
  return sum;
}

CostStage sum_cost(const SumStage& stage, int64_t sample_bytes) {
  check_map(stage.in);
  check_map(stage.out);
  check_at_least_one(std::min(stage.taps, stage.weights), "number of taps and weights");
  check_at_least_one(sample_bytes, "sample_bytes");
  const int64_t read = checked_add(values(stage.in), stage.weights, "cost: bytes read");
  const int64_t written = values(stage.out);
  Cost cost;
  cost.multiplications = checked_multiply(written, stage.taps, "cost: multiplications");
  cost.additions = cost.multiplications - written;
  cost.bytes_read = checked_multiply(read, sample_bytes, "cost: bytes read");
  cost.bytes_written = checked_multiply(written, sample_bytes, "cost: bytes written");
  return {stage.name, stage.out, cost};
}

MapShape output_map(const MapShape& map, const Window& window) {
  check_map(map);
  check_window(window);
  return {axis_x(map, window).outputs(), axis_y(map, window).outputs(), map.channels};
}

CostBreakdown ordinary_cost(const MapShape& map, const Window& window, int64_t filters,
                            int64_t sample_bytes) {
  MapShape out = output_map(map, window);
  check_at_least_one(filters, "number of filters");
  out.channels = filters;
  const int64_t taps = product({window.width, window.height, map.channels}, "cost: taps");
  return {{sum_cost({.name = fmt::format("ordinary {}x{}", window.height, window.width),
                     .in = map,
                     .out = out,
                     .taps = taps,
                     .weights = checked_multiply(taps, filters, "cost: weights")},
                    sample_bytes)}};
}

CostBreakdown depthwise_cost(const MapShape& map, const Window& window, int64_t multiplier,
                             int64_t sample_bytes) {
  MapShape out = output_map(map, window);
  check_at_least_one(multiplier, "multiplier");
  out.channels = checked_multiply(map.channels, multiplier, "cost: channels");
  const int64_t taps = window.width * window.height;
  return {{sum_cost({.name = fmt::format("depthwise {}x{}", window.height, window.width),
                     .in = map,
                     .out = out,
                     .taps = taps,
                     .weights = checked_multiply(taps, out.channels, "cost: weights")},
                    sample_bytes)}};
}

CostBreakdown depthwise_separable_cost(const MapShape& map, const Window& window, int64_t filters,
                                       int64_t multiplier, int64_t sample_bytes) {
  CostBreakdown cost = depthwise_cost(map, window, multiplier, sample_bytes);
  CostBreakdown mixing = ordinary_cost(cost.stages[0].out, Window{}, filters, sample_bytes);
  mixing.stages[0].name = "pointwise 1x1";
  cost.stages.push_back(mixing.stages[0]);
  return cost;
}

CostBreakdown separable_cost(const MapShape& map, const Window& window, int rank,
                             int64_t sample_bytes) {
  const MapShape out = output_map(map, window);
  check_at_least_one(rank, "rank");
  const int64_t terms = checked_multiply(map.channels, rank, "cost: channels");
  const MapShape between = {axis_x(map, window).positions_read(), out.height, terms};
  return {{sum_cost({.name = with_terms(fmt::format("columns {}x1", window.height), rank),
                     .in = map,
                     .out = between,
                     .taps = window.height,
                     .weights = checked_multiply(terms, window.height, "cost: weights")},
                    sample_bytes),
           sum_cost({.name = with_terms(fmt::format("rows 1x{}", window.width), rank),
                     .in = between,
                     .out = out,
                     .taps = rank * window.width,
                     .weights = checked_multiply(terms, window.width, "cost: weights")},
                    sample_bytes)}};
}

}  // namespace sepconv
