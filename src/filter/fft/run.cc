// Fourier tiles: rows there, columns there, the product with the kernel's spectrum, columns and
// rows back. Two planes at a time: one is the real, one the imaginary part of everything, and since
// the kernel is real neither meets the other.
#include "filter/fft/run.h"

#include <algorithm>
#include <array>
#include <complex>

#include "filter/border.h"
#include "filter/run.h"

namespace sepconv {
namespace {

using Complex = std::complex<double>;

// The places of a tile.
struct Tile {
  int64_t column = 0;  // of part.columns
  int64_t x = 0;       // of its first output, in the image
  int64_t y = 0;
  Rect visible;  // its outputs in the region of interest, in the image; may be empty
};

// One channel of one tile, or nothing.
struct Plane {
  const Tile* tile = nullptr;
  int channel = 0;
  bool is_empty = false;
};
using Planes = std::array<Plane, 2>;

Tile tile_at(const TileWorker& worker, int64_t row, int64_t column) {
  const FourierTiling& tiling = worker.part.way.tiling;
  const Rect& roi = worker.plan.roi;
  Tile tile{column - worker.part.pairs.first_column,
            column * tiling.out_width,
            row * tiling.out_height,
            {}};
  const int64_t left = std::max(tile.x, roi.x), top = std::max(tile.y, roi.y);
  tile.visible = {left, top, std::min(tile.x + tiling.out_width, roi.x + roi.width) - left,
                  std::min(tile.y + tiling.out_height, roi.y + roi.height) - top};
  return tile;
}

// Scratch of a worker: the tile, then two lines.
Complex* tile_row(const TileWorker& worker, int64_t y) {
  return reinterpret_cast<Complex*>(worker.scratch) + y * worker.part.row_stride;
}
Complex* line_of(const TileWorker& worker, int which) {
  const FourierTiling& tiling = worker.part.way.tiling;
  return tile_row(worker, tiling.height) + which * std::max(tiling.width, tiling.height);
}

// The samples of row y of the tile of a plane; false where one is not finite.
bool read_plane_row(const TileWorker& worker, const Plane& plane, int64_t y, double* line) {
  const FourierPart& part = worker.part;
  if (plane.is_empty) {
    for (int64_t i = 0; i < part.way.tiling.width; ++i) line[2 * i] = 0;
    return true;
  }
  const FilterOptions& options = worker.plan.options;
  const int64_t row = border_index(plane.tile->y - worker.plan.kernel.anchor()[0] + y,
                                   worker.in.shape.height, options.border);
  RowSource source{
      nullptr,         worker.in.type,     worker.in.pixel_stride, options.border_value,
      part.way.centre, part.largest_sample};
  if (row != kNoSample) {
    source.row = worker.in.sample(0, row, plane.channel);
  }
  return read_row(source, part.columns[plane.tile->column].reads, line);
}

// Reads and transforms the rows of two planes; empties those that are not finite.
bool transform_rows(const TileWorker& worker, Planes* planes) {
  const FourierTiling& tiling = worker.part.way.tiling;
  Complex* const line = line_of(worker, 0);
  double* const parts = reinterpret_cast<double*>(line);
  for (int64_t y = 0; y < tiling.height; ++y) {
    for (int i = 0; i < 2; ++i) {
      Plane& plane = (*planes)[i];
      if (read_plane_row(worker, plane, y, parts + i)) continue;
      plane.is_empty = true;
      return false;
    }
    worker.part.across.forward(line, 1, tile_row(worker, y));
  }
  return true;
}

void convolve_columns(const TileWorker& worker) {
  const FourierPart& part = worker.part;
  const int64_t height = part.way.tiling.height;
  Complex* const spectrum = line_of(worker, 0);
  Complex* const column = line_of(worker, 1);
  for (int64_t x = 0; x < part.way.tiling.width; ++x) {
    part.down.forward(tile_row(worker, 0) + x, part.row_stride, spectrum);
    const Complex* const kernel = part.spectrum.data() + x * height;
    for (int64_t y = 0; y < height; ++y) spectrum[y] *= kernel[y];
    part.down.inverse(spectrum, 1, column);
    for (int64_t y = 0; y < height; ++y) tile_row(worker, y)[x] = column[y];
  }
}

// Row y of the image, of which line holds the outputs from the tile's first column on.
void write_plane_row(const TileWorker& worker, const Plane& plane, int64_t y, const double* line) {
  const FilterPlan::Impl& plan = worker.plan;
  const Rect& visible = plane.tile->visible;
  if (plane.is_empty || visible.width <= 0) return;
  const ArithmeticChoice& choice = worker.part.way.choice;
  const ExactFilter exact{plan.kernel, plan.options, plan.spec.out, choice.doubt};
  write_row(line + 2 * (visible.x - plane.tile->x),
            {choice.finish, choice.sums_are_exact, choice.is_rounded_apart ? &exact : nullptr},
            {worker.out.sample(visible.x - plan.roi.x, y - plan.roi.y, plane.channel),
             worker.out.type, worker.out.pixel_stride, visible.width},
            worker.in, {visible.x, y, plane.channel});
}

void write_rows(const TileWorker& worker, const Planes& planes) {
  const Tile& tile = *planes[0].tile;  // both have the same rows
  Complex* const line = line_of(worker, 0);
  const double* const parts = reinterpret_cast<const double*>(line);
  for (int64_t y = tile.visible.y; y < tile.visible.y + tile.visible.height; ++y) {
    worker.part.across.inverse(tile_row(worker, y - tile.y), 1, line);
    for (int i = 0; i < 2; ++i) write_plane_row(worker, planes[i], y, parts + i);
  }
}

// Transforms two planes there and back; false for each that had to be left out, not being finite.
std::array<bool, 2> run_planes(const TileWorker& worker, Planes planes) {
  const Planes wanted = planes;
  while (!transform_rows(worker, &planes)) {
  }
  if (!planes[0].is_empty || !planes[1].is_empty) {
    convolve_columns(worker);
    write_rows(worker, planes);
  }
  return {planes[0].is_empty == wanted[0].is_empty, planes[1].is_empty == wanted[1].is_empty};
}

// The channels of a pair of tiles two by two. Tiles that are not finite are done last and directly,
// so that only outputs whose window holds such a sample are touched by it.
void run_pair(const TileWorker& worker, int64_t row, int64_t column) {
  const std::array<Tile, 2> tiles = {tile_at(worker, row, column),
                                     tile_at(worker, row, column + 1)};
  const bool has_second = column + 1 < worker.part.way.tiling.columns;
  const int channels = worker.in.shape.channels;
  std::array<bool, 2> is_finite = {true, true};
  for (int plane = 0; plane < 2 * channels; plane += 2) {
    Planes planes;
    for (int i = 0; i < 2; ++i) {
      const int which = (plane + i) / channels;
      planes[i] = {&tiles[which], (plane + i) % channels,
                   !is_finite[which] || (which == 1 && !has_second)};
    }
    const std::array<bool, 2> done = run_planes(worker, planes);
    for (int i = 0; i < 2; ++i) {
      if (!done[i]) is_finite[(plane + i) / channels] = false;
    }
  }
  for (int which = 0; which < 2; ++which) {
    const Tile& tile = tiles[which];
    if (is_finite[which] || tile.visible.width <= 0) continue;
    const int64_t first = tile.visible.y - worker.plan.roi.y;
    run_rows({worker.plan, worker.part.columns[tile.column].direct, worker.in, worker.out,
              worker.scratch},
             first, first + tile.visible.height);
  }
}

}  // namespace

void run_tiles(const TileWorker& worker, int64_t first, int64_t last) {
  const TilePairs& pairs = worker.part.pairs;
  for (int64_t pair = first; pair < last; ++pair) {
    run_pair(worker, pairs.first_row + pair / pairs.columns,
             pairs.first_column + 2 * (pair % pairs.columns));
  }
}

}  // namespace sepconv
