// One piece of memory for all values: the largest first, each at the lowest place that is free
// while it lives.
#include <algorithm>
#include <numeric>

#include "network/plan/plan.h"

namespace sepconv::network {
namespace {

int64_t bytes_of(const PlanTensor& tensor) {
  return round_up(element_count(tensor.spec.shape) * size_of(tensor.spec.type), kAlignment);
}

bool live_together(const PlanTensor& a, const PlanTensor& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

// Where bytes fit between the pieces that are placed, which are sorted by their offsets.
int64_t lowest_gap(const std::vector<const PlanTensor*>& placed, const PlanTensor& tensor) {
  int64_t place = 0;
  const int64_t bytes = bytes_of(tensor);
  for (const PlanTensor* other : placed) {
    if (!live_together(*other, tensor)) continue;
    if (place + bytes <= other->offset) break;
    place = std::max(place, other->offset + bytes_of(*other));
  }
  return place;
}

}  // namespace

int64_t lay_out_arena(std::vector<PlanTensor>& tensors) {
  std::vector<int> order;
  for (int t = 0; t < std::ssize(tensors); ++t) {
    PlanTensor& root = tensors[tensors[t].root];
    root.last_step = std::max(root.last_step, tensors[t].last_step);
    if (tensors[t].root == t && !tensors[t].constant && tensors[t].input < 0) order.push_back(t);
  }
  for (const int t : order) {
    tensors[t].last_step = std::max(tensors[t].last_step, tensors[t].first_step);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return bytes_of(tensors[a]) > bytes_of(tensors[b]); });
  std::vector<const PlanTensor*> placed;
  int64_t all = 0;
  for (const int t : order) {
    PlanTensor& tensor = tensors[t];
    tensor.offset = lowest_gap(placed, tensor);
    all = std::max(all, tensor.offset + bytes_of(tensor));
    const auto later = [](const PlanTensor* a, const PlanTensor* b) {
      return a->offset < b->offset;
    };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &tensor, later), &tensor);
  }
  return all;
}

}  // namespace sepconv::network
