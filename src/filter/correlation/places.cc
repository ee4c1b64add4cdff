// Taps in their places, and the merging of the taps of two rows.
#include "filter/correlation/places.h"

#include <algorithm>
#include <map>

namespace sepconv {
namespace {

using simd::TapUse;

// The distances of tap index from the output sample, along every axis of the array.
std::vector<int64_t> distances_of(const CorrelationAxes& axes, const PlacedKernel& placed,
                                  int64_t index) {
  std::vector<int64_t> distances(axes.all.size());
  const std::vector<int64_t>& shape = placed.kernel.shape();
  for (size_t k = shape.size(); k-- > 0; index /= shape[k]) {
    distances[axes.kernel_axes[k]] = index % shape[k] - placed.kernel.anchor()[k];
  }
  return distances;
}

// Two rows' taps as they are merged. Those of one row alone wait, so that a few are done at a time.
class Merger {
 public:
  explicit Merger(const PlacedTaps& one) : one_(one) { merged_.rows = 2; }

  void add_first(size_t i) { waiting_[0].push_back(i); }
  void add_second(size_t i) { waiting_[1].push_back(i); }
  void add_both(size_t first, size_t second) {
    flush();
    add(TapUse::both_rows, first, 0);
    merged_.taps.push_back(one_.taps[second]);
  }
  PlacedTaps take() {
    flush();
    return std::move(merged_);
  }

 private:
  void flush() {
    for (const size_t i : waiting_[0]) add(TapUse::sample, i, 0);
    for (const size_t i : waiting_[1]) add(TapUse::second_row, i, 1);
    waiting_[0].clear();
    waiting_[1].clear();
  }
  void add(TapUse use, size_t i, int64_t row) {
    if (merged_.runs.empty() || merged_.runs.back().use != use) merged_.runs.push_back({use, 0});
    ++merged_.runs.back().count;
    merged_.taps.push_back(one_.taps[i]);
    merged_.samples.push_back(one_.samples[i]);
    merged_.samples.back().column += row;
  }

  const PlacedTaps& one_;
  PlacedTaps merged_;
  std::vector<size_t> waiting_[2];
};

}  // namespace

PlacedTaps place_taps(const CorrelationAxes& axes, const PlacedKernel& placed,
                      const OrderedTaps& taps, std::vector<Slab>* slabs) {
  std::map<Slab, int64_t> known;
  const auto place = [&](int64_t index) {
    const std::vector<int64_t> distances = distances_of(axes, placed, index);
    Slab slab;
    for (const int axis : axes.outer) slab.push_back(distances[axis]);
    const auto [found, is_new] = known.try_emplace(slab, static_cast<int64_t>(known.size()));
    if (is_new) slabs->push_back(slab);
    const int64_t column = axes.column < 0 ? 0 : distances[axes.column];
    return TapPlace{found->second, column + axes.column_axis().anchor,
                    distances[axes.row] * axes.channels};
  };
  PlacedTaps one;
  one.runs = taps.runs;
  one.taps = taps.taps;
  one.float_taps.assign(taps.taps.begin(), taps.taps.end());
  for (const int64_t index : taps.samples) one.samples.push_back(place(index));
  if (taps.partners == taps.samples) return one;
  for (const int64_t index : taps.partners) one.partners.push_back(place(index));
  return one;
}

PlacedTaps share_samples(const PlacedTaps& one) {
  if (!one.partners.empty() || !std::is_sorted(one.samples.begin(), one.samples.end())) return {};
  Merger merger(one);
  const size_t taps = one.samples.size();
  for (size_t first = 0, second = 0; first < taps || second < taps;) {
    TapPlace below = second < taps ? one.samples[second] : TapPlace{};
    ++below.column;
    if (second == taps || (first < taps && one.samples[first] < below)) {
      merger.add_first(first++);
    } else if (first == taps || below < one.samples[first]) {
      merger.add_second(second++);
    } else {
      merger.add_both(first++, second++);
    }
  }
  PlacedTaps two = merger.take();
  // Where less is shared, as with three taps along the column, rows by themselves are as fast.
  if (5 * two.samples.size() > 3 * 2 * taps) return {};
  two.float_taps.assign(two.taps.begin(), two.taps.end());
  return two;
}

}  // namespace sepconv
