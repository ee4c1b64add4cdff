// Preparing Fourier tiles: the kernel's spectrum, the columns that tiles read, and scratch.
#include "filter/fft/part.h"

#include <algorithm>
#include <limits>

#include "base/aligned.h"

namespace sepconv {
namespace {

using Complex = std::complex<double>;

// The spectrum whose product correlates: tap (i, j) lies at (-i, -j) in the tile.
std::vector<Complex> spectrum_of(const FilterTerms& kernel, const LineTransform& across,
                                 const LineTransform& down) {
  const int64_t width = across.size(), height = down.size();
  const double samples = static_cast<double>(width * height);
  std::vector<Complex> tile(width * height), line(std::max(width, height));
  for (int64_t j = 0; j < static_cast<int64_t>(kernel.terms.size()); ++j) {
    const std::vector<double>& taps = kernel.terms[j].row;
    std::fill(line.begin(), line.end(), Complex());
    for (int64_t i = 0; i < static_cast<int64_t>(taps.size()); ++i) {
      line[(width - i) % width] = taps[i] / samples;
    }
    across.forward(line.data(), 1, tile.data() + (height - j) % height * width);
  }
  std::vector<Complex> spectrum(width * height);
  for (int64_t x = 0; x < width; ++x) {
    down.forward(tile.data() + x, width, spectrum.data() + x * height);
  }
  return spectrum;
}

TileColumns columns_of(const LayoutRequest& request, int64_t first, int64_t width) {
  const int64_t image = request.image.width;
  TileColumns columns{first, std::clamp<int64_t>(-first, 0, width), 0, {}};
  columns.inside_end = std::clamp<int64_t>(image - first, columns.inside_begin, width);
  for (int64_t i = 0; i < width; ++i) {
    if (columns.inside_begin <= i && i < columns.inside_end) continue;
    columns.edges.push_back({i, border_index(first + i, image, request.border)});
  }
  return columns;
}

// Spectra of samples up to this stay far from overflow.
double largest_sample(const FilterTerms& kernel, SampleType type, int64_t tile_samples) {
  if (type == SampleType::f32) return std::numeric_limits<float>::max();
  const double growth = 4.0 * static_cast<double>(tile_samples) * std::max(1.0, kernel.gain());
  return std::numeric_limits<double>::max() / growth;
}

// The column of tiles whose outputs start at pixel x.
TileColumn column_at(const FourierPartRequest& request, int64_t x) {
  const FourierTiling& tiling = request.way.tiling;
  TileColumn column{columns_of(request.layout, x - request.layout.reach.left, tiling.width), {}};
  const Rect& roi = request.layout.roi;
  const int64_t first = std::max(x, roi.x);
  const int64_t last = std::min(x + tiling.out_width, roi.x + roi.width);
  if (is_integer_type(request.in_type) || first >= last) return column;
  LayoutRequest outputs = request.layout;
  outputs.roi.x = first;
  outputs.roi.width = last - first;
  column.direct = make_layout(outputs, request.direct);
  return column;
}

}  // namespace

FourierPart make_fourier_part(const FourierPartRequest& request) {
  const FourierTiling& tiling = request.way.tiling;
  FourierPart part{request.way,
                   pairs_of(tiling, request.layout.roi),
                   LineTransform(tiling.width),
                   LineTransform(tiling.height),
                   {},
                   {},
                   largest_sample(request.kernel, request.in_type, tiling.samples())};
  part.spectrum = spectrum_of(request.kernel, part.across, part.down);
  // An odd number of cache lines: the values of a column do not meet in the same cache sets.
  const int64_t line = kAlignment / int64_t{sizeof(Complex)};
  part.row_stride = ((round_up(tiling.width, line) / line) | 1) * line;
  const int64_t values =
      tiling.height * part.row_stride + 2 * std::max(tiling.width, tiling.height);
  part.scratch_bytes = values * int64_t{sizeof(Complex)};
  part.strided_scratch_bytes = part.scratch_bytes;
  const int64_t first = part.pairs.first_column;
  const int64_t last = std::min(first + 2 * part.pairs.columns, tiling.columns);
  for (int64_t column = first; column < last; ++column) {
    part.columns.push_back(column_at(request, column * tiling.out_width));
    const Layout& direct = part.columns.back().direct;
    part.scratch_bytes = std::max(part.scratch_bytes, direct.scratch_bytes);
    part.strided_scratch_bytes = std::max(part.strided_scratch_bytes, direct.strided_scratch_bytes);
  }
  return part;
}

}  // namespace sepconv
