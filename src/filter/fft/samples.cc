// Reading and writing rows of tiles, a loop a sample type.
#include "filter/fft/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "filter/border.h"

namespace sepconv {
namespace {

template <class T>
bool read_typed(const RowSource& source, const TileColumns& columns, double* line) {
  const T* const row = static_cast<const T*>(source.row);
  const int64_t step = source.pixel_stride;
  const T* const inside = row + (columns.first + columns.inside_begin) * step;
  double* const places = line + 2 * columns.inside_begin;
  const int64_t count = columns.inside_end - columns.inside_begin;
  bool is_small = true;
  for (int64_t i = 0; i < count; ++i) {
    const double value = static_cast<double>(inside[i * step]);
    places[2 * i] = value - source.centre;
    if constexpr (std::is_floating_point_v<T>) is_small &= std::abs(value) <= source.largest_sample;
  }
  for (const TileColumns::Edge& edge : columns.edges) {
    const double value =
        edge.source == kNoSample ? source.outside : static_cast<double>(row[edge.source * step]);
    line[2 * edge.place] = value - source.centre;
    if constexpr (std::is_floating_point_v<T>) is_small &= std::abs(value) <= source.largest_sample;
  }
  return is_small;
}

double finished(double sum, const RowFinish& rounding) {
  const Finish& finish = rounding.finish;
  if (rounding.sums_are_exact) sum = std::nearbyint(sum);
  return (sum + finish.before) / finish.divisor * finish.scale + finish.after;
}

template <class T>
T sample_of(double value) {
  if constexpr (std::is_integral_v<T>) {
    const double lowest = std::numeric_limits<T>::min(), highest = std::numeric_limits<T>::max();
    return static_cast<T>(std::nearbyint(std::clamp(value, lowest, highest)));
  } else {
    return static_cast<T>(value);
  }
}

}  // namespace

bool read_row(const RowSource& source, const TileColumns& columns, double* line) {
  if (source.row == nullptr) {
    const int64_t count =
        columns.inside_end - columns.inside_begin + static_cast<int64_t>(columns.edges.size());
    for (int64_t i = 0; i < count; ++i) line[2 * i] = source.outside - source.centre;
    return std::abs(source.outside) <= source.largest_sample;
  }
  return visit_type(source.type, [&]<class T>(std::type_identity<T>) {
    return read_typed<T>(source, columns, line);
  });
}

void write_row(const double* line, const RowFinish& finish, const RowTarget& target,
               const ConstImageRef& in, const SamplePlace& place) {
  visit_type(target.type, [&]<class T>(std::type_identity<T>) {
    T* const out = static_cast<T*>(target.row);
    for (int64_t i = 0; i < target.count; ++i) {
      double value = finished(line[2 * i], finish);
      if (finish.exact != nullptr) {
        value = exact_level(*finish.exact, in, {place.x + i, place.y, place.channel}, value);
      }
      out[i * target.pixel_stride] = sample_of<T>(value);
    }
  });
}

}  // namespace sepconv
