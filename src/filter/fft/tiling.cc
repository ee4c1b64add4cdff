// Tilings: every pair of sides is predicted, and the fastest one taken.
#include "filter/fft/tiling.h"

#include <fmt/format.h>

#include <complex>
#include <vector>

#include "filter/fft/passes.h"
#include "filter/profile/profile.h"

namespace sepconv {
namespace {

// Sides of tiles: products of 2, 3 and 5 whose last pass is one of 4 or 5. With a last pass of 2 or
// 3 lines take up to twice as long for their size, since kissfft then goes down to more groups.
struct TileSide {
  int64_t size;
  int64_t steps;  // of a line
};

std::vector<TileSide> make_sides() {
  std::vector<TileSide> sides;
  for (int64_t size = 16; size <= kMaxTileSide; ++size) {
    const std::vector<int> passes = transform_passes(size);
    int64_t product = 1;
    for (const int radix : passes) product *= radix;
    if (product == size && passes.back() >= 4) sides.push_back({size, line_steps(size)});
  }
  return sides;
}

const std::vector<TileSide>& tile_sides() {
  static const std::vector<TileSide> sides = make_sides();
  return sides;
}

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Outputs cut evenly into pieces of at most largest.
struct Pieces {
  int64_t count;
  int64_t size;
};

Pieces cut_evenly(int64_t outputs, int64_t largest) {
  const int64_t count = divide_up(outputs, largest);
  return {count, divide_up(outputs, count)};
}

// Lines to transform: rows there, columns both ways, rows of outputs back.
struct Lines {
  int64_t rows_there;
  int64_t columns;
  int64_t rows_back;
};

Lines lines_of(const FourierTiling& tiling, const FourierOutputs& outputs) {
  const TilePairs pairs = pairs_of(tiling, outputs.roi);
  const int64_t transforms = pairs.count() * outputs.channels;
  return {transforms * tiling.height, transforms * tiling.width,
          pairs.columns * outputs.channels * outputs.roi.height};
}

FourierWork work_of(const FourierTiling& tiling, const FourierOutputs& outputs, int64_t across,
                    int64_t down) {
  const Lines lines = lines_of(tiling, outputs);
  FourierWork work;
  work.steps =
      static_cast<double>((lines.rows_there + lines.rows_back) * across + 2 * lines.columns * down);
  work.bytes_together = 2 * tiling.samples() * int64_t{sizeof(std::complex<double>)};
  work.samples_read = 2.0 * static_cast<double>(lines.rows_there * tiling.width);
  work.samples_written =
      static_cast<double>(outputs.roi.width * outputs.roi.height) * outputs.channels;
  return work;
}

}  // namespace

std::optional<FourierTiling> choose_tiling(const TilingRequest& request) {
  const ImageShape& image = request.image;
  const FourierOutputs whole{{0, 0, image.width, image.height}, image.channels};
  std::optional<FourierTiling> best;
  double best_seconds = 0;
  for (const TileSide& down : tile_sides()) {
    if (down.size < request.kernel_height) continue;
    const Pieces rows = cut_evenly(image.height, down.size - request.kernel_height + 1);
    for (const TileSide& across : tile_sides()) {
      if (across.size < request.kernel_width) continue;
      const Pieces columns = cut_evenly(image.width, across.size - request.kernel_width + 1);
      const FourierTiling tiling{across.size, down.size,     columns.size,
                                 rows.size,   columns.count, rows.count};
      const double seconds = predicted_seconds(machine_profile().rates,
                                               work_of(tiling, whole, across.steps, down.steps));
      if (best && seconds >= best_seconds) continue;
      best = tiling;
      best_seconds = seconds;
    }
  }
  return best;
}

TilePairs pairs_of(const FourierTiling& tiling, const Rect& roi) {
  const int64_t first_row = roi.y / tiling.out_height;
  const int64_t last_row = (roi.y + roi.height - 1) / tiling.out_height;
  const int64_t first_pair = roi.x / tiling.out_width / 2;
  const int64_t last_pair = (roi.x + roi.width - 1) / tiling.out_width / 2;
  return {first_row, last_row - first_row + 1, 2 * first_pair, last_pair - first_pair + 1};
}

CostBreakdown fourier_cost(const FourierTiling& tiling, const FourierOutputs& outputs,
                           int64_t in_sample_bytes, int64_t out_sample_bytes) {
  const LineOperations across = line_operations(tiling.width);
  const LineOperations down = line_operations(tiling.height);
  const Lines lines = lines_of(tiling, outputs);
  const int64_t products = lines.columns * tiling.height;  // of complex values: 4 and 2 operations
  const int64_t samples = outputs.roi.width * outputs.roi.height * outputs.channels;
  const Cost there{lines.rows_there * across.multiplications, lines.rows_there * across.additions,
                   samples * in_sample_bytes, 0};
  const Cost back{
      4 * products + 2 * lines.columns * down.multiplications +
          lines.rows_back * across.multiplications,
      2 * products + 2 * lines.columns * down.additions + lines.rows_back * across.additions,
      tiling.samples() * int64_t{sizeof(std::complex<double>)}, samples * out_sample_bytes};
  const MapShape tiles{tiling.width, tiling.height, 2 * lines.columns / tiling.width};
  const MapShape out{outputs.roi.width, outputs.roi.height, outputs.channels};
  CostBreakdown cost;
  cost.stages.push_back(
      {fmt::format("rows of tiles {}x{}", tiling.width, tiling.height), tiles, there});
  cost.stages.push_back({"columns, product and back", out, back});
  return cost;
}

FourierWork fourier_work(const FourierTiling& tiling, const FourierOutputs& outputs,
                         bool is_rounded_apart) {
  FourierWork work = work_of(tiling, outputs, line_steps(tiling.width), line_steps(tiling.height));
  work.is_rounded_apart = is_rounded_apart;
  return work;
}

}  // namespace sepconv
