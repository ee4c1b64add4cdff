// Border arithmetic; the letters of each border are at enum Border.
#include "filter/border.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sepconv {
namespace {

// The remainder of a division that rounds down: in [0, period) for negative values too.
int64_t positive_mod(int64_t value, int64_t period) {
  const int64_t remainder = value % period;
  return remainder < 0 ? remainder + period : remainder;
}

// A run of samples beyond the image that are neighbours in the image too becomes a segment.
void append_to_segments(std::vector<simd::Segment>* segments, int64_t source, int64_t place,
                        int64_t channels) {
  if (!segments->empty()) {
    simd::Segment& last = segments->back();
    if (last.source + last.count == source && last.place + last.count == place) {
      last.count += channels;
      return;
    }
  }
  segments->push_back({source, place, channels});
}

// Image columns [first, last) that a strip reads in one piece.
struct MainColumns {
  int64_t first = 0;
  int64_t last = 0;

  bool holds(int64_t column) const { return first <= column && column < last; }
};

// The in-image part of the columns in reach, plus the columns that mirrored edges copy from. Its
// start moves left to where scratch rows are aligned, if the image goes that far.
MainColumns main_columns(const ImageShape& image, const MainColumns& reached, int64_t x,
                         Border border) {
  MainColumns main{std::max<int64_t>(reached.first, 0), std::min(reached.last, image.width)};
  if (border != Border::wrap) {
    for (int64_t column = reached.first; column < reached.last; ++column) {
      if (0 <= column && column < image.width) continue;
      const int64_t from = border_index(column, image.width, border);
      if (from == kNoSample) break;
      main.first = std::min(main.first, from);
      main.last = std::max(main.last, from + 1);
    }
  }
  constexpr int64_t kAlignedSamples = 32;  // of two bytes; more than enough for wider ones
  const int64_t to_left = x - main.first;
  const int64_t aligned = (to_left + kAlignedSamples - 1) / kAlignedSamples * kAlignedSamples;
  if (to_left > 0 && x >= aligned) main.first = x - aligned;
  return main;
}

}  // namespace

int64_t border_index(int64_t index, int64_t size, Border border) {
  if (0 <= index && index < size) return index;
  switch (border) {
    case Border::replicate:
      return std::clamp<int64_t>(index, 0, size - 1);
    case Border::symmetric: {
      const int64_t folded = positive_mod(index, 2 * size);
      return folded < size ? folded : 2 * size - 1 - folded;
    }
    case Border::reflect101: {
      if (size == 1) return 0;
      const int64_t folded = positive_mod(index, 2 * size - 2);
      return folded < size ? folded : 2 * size - 2 - folded;
    }
    case Border::wrap:
      return positive_mod(index, size);
    case Border::zero:
    case Border::constant:
      break;
  }
  return kNoSample;
}

bool is_constant(Border border) { return border == Border::zero || border == Border::constant; }

bool is_value_of(SampleType type, double value) {
  return visit_type(type, [&]<class T>(std::type_identity<T>) {
    return std::isfinite(value) && value >= std::numeric_limits<T>::lowest() &&
           value <= std::numeric_limits<T>::max() && static_cast<T>(value) == value;
  });
}

std::vector<std::byte> constant_row(SampleType type, int64_t samples, double value) {
  std::vector<std::byte> row(samples * sample_bytes(type));
  visit_type(type, [&]<class T>(std::type_identity<T>) {
    std::fill_n(reinterpret_cast<T*>(row.data()), samples, static_cast<T>(value));
  });
  return row;
}

int64_t StripColumns::first_place() const {
  int64_t first = 0;
  for (const auto& segment : segments) first = std::min(first, segment.place);
  for (const auto& edge : edges) first = std::min(first, edge.place);
  return first;
}

int64_t StripColumns::last_place() const {
  int64_t last = 0;
  for (const auto& segment : segments) last = std::max(last, segment.place + segment.count);
  for (const auto& edge : edges) last = std::max(last, edge.place + 1);
  return last;
}

StripColumns strip_columns(const ImageShape& image, int64_t x, int64_t width, const Reach& reach,
                           Border border) {
  const int64_t channels = image.channels;
  const MainColumns reached{x - reach.left, x + width + reach.right};
  const MainColumns main = main_columns(image, reached, x, border);

  StripColumns columns{x, width, {}, {}};
  columns.segments.push_back(
      {main.first * channels, (main.first - x) * channels, (main.last - main.first) * channels});
  std::vector<simd::Segment> apart;
  for (int64_t column = reached.first; column < reached.last; ++column) {
    if (main.holds(column)) continue;
    const int64_t from = border_index(column, image.width, border);
    const int64_t place = (column - x) * channels;
    if (from != kNoSample && !main.holds(from)) {
      append_to_segments(&apart, from * channels, place, channels);
      continue;
    }
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t copied = (from - x) * channels + c;
      columns.edges.push_back({place + c, from == kNoSample ? simd::kFill : copied});
    }
  }
  columns.segments.insert(columns.segments.end(), apart.begin(), apart.end());
  return columns;
}

}  // namespace sepconv
