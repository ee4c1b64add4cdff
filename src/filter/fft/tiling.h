// How images are cut into tiles that are Fourier transformed, and what that costs.
#pragma once

#include <cstdint>
#include <optional>

#include "filter/choose/predict.h"
#include "sepconv/cost.h"
#include "sepconv/filter.h"

namespace sepconv {

/// Tiles of width x height input samples, each giving out_width x out_height outputs: those whose
/// windows lie inside it (overlap-save). The image is cut whole, so that an output does not depend
/// on the region of interest. Two planes are transformed at a time, as the real and the imaginary
/// part of one: the channels of two tiles side by side.
struct FourierTiling {
  int64_t width = 0;
  int64_t height = 0;
  int64_t out_width = 0;  // the last tiles may have fewer outputs
  int64_t out_height = 0;
  int64_t columns = 0;  // tiles across the image
  int64_t rows = 0;     // tiles down

  int64_t samples() const { return width * height; }
};

/// The sides that a tile may have reach from 16 to this.
inline constexpr int64_t kMaxTileSide = 1024;

/// What a tiling depends on.
struct TilingRequest {
  int64_t kernel_width = 1;
  int64_t kernel_height = 1;
  ImageShape image;
};

/// The tiling that is predicted fastest; none where the kernel is larger than the largest tile.
std::optional<FourierTiling> choose_tiling(const TilingRequest& request);

/// Pairs of tiles side by side that a region of interest meets: the work of a run.
struct TilePairs {
  int64_t first_row = 0;  // of tiles
  int64_t rows = 0;
  int64_t first_column = 0;  // of tiles; even
  int64_t columns = 0;       // of pairs

  int64_t count() const { return rows * columns; }
};
TilePairs pairs_of(const FourierTiling& tiling, const Rect& roi);

/// Outputs to make.
struct FourierOutputs {
  Rect roi;
  int channels = 1;
};

/// Every operation counted, on complex values in real ones. Bytes: samples read and written once,
/// the kernel's spectrum read once.
CostBreakdown fourier_cost(const FourierTiling& tiling, const FourierOutputs& outputs,
                           int64_t in_sample_bytes, int64_t out_sample_bytes);

/// What predicted_seconds takes.
FourierWork fourier_work(const FourierTiling& tiling, const FourierOutputs& outputs,
                         bool is_rounded_apart);

}  // namespace sepconv
