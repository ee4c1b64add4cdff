// Running sums: where they pay, what they count and how deep they add.
#include "filter/choose/running_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "simd/strip.h"

namespace sepconv {
namespace {

// Shorter windows are faster as ordinary taps (docs/decisions/008-running-sums.md).
constexpr int64_t kMinColumn = 9;
constexpr int64_t kMinRow = 9;
static_assert(kMinColumn >= simd::kMinColumnWindow);

void count(double additions, int64_t multiplications, CostStage* stage) {
  const MapShape& out = stage->out;
  const int64_t values = out.width * out.height * out.channels;
  stage->name += ", running sums";
  stage->cost.additions = std::llround(additions * static_cast<double>(values));
  stage->cost.multiplications = multiplications * values;
}

}  // namespace

bool are_equal(const std::vector<double>& taps) {
  return std::all_of(taps.begin(), taps.end(), [&](double tap) { return tap == taps[0]; });
}

bool are_running_column(const std::vector<double>& taps) {
  return static_cast<int64_t>(taps.size()) >= kMinColumn && are_equal(taps);
}

bool are_running_row(const std::vector<double>& taps) {
  return static_cast<int64_t>(taps.size()) >= kMinRow && are_equal(taps);
}

RunningSums running_sums(const FilterTerms& terms) {
  if (terms.is_direct() || terms.terms.size() != 1) return {};
  const FilterTerm& term = terms.terms[0];
  return {are_running_column(term.column), are_running_row(term.row)};
}

RunningTerm running_term(FilterTerm term, const RunningSums& running) {
  double gain = 1;
  const auto take_out = [&](std::vector<double>* taps) {
    gain *= taps->front();
    std::fill(taps->begin(), taps->end(), 1.0);
  };
  if (running.column) take_out(&term.column);
  if (running.row) {
    take_out(&term.row);
  } else {
    for (double& tap : term.row) tap *= gain;
    gain = 1;
  }
  return {std::move(term.column), std::move(term.row), gain};
}

// Inside a group 3, along a block one a group, then the other block's sums, up to 3 common rows, 4
// at the top and the bottom's. But never more than one a sample.
int64_t column_window_depth(int64_t window) {
  const int64_t groups = window / simd::kRowsTogether - 1;
  return std::min(window - 1, groups + 12);
}

int64_t row_doublings(int64_t window) { return std::bit_width(static_cast<uint64_t>(window)) - 1; }

int64_t row_window_depth(int64_t window) { return 2 * row_doublings(window); }

// Four windows share: the two blocks' sums, the common rows, 4 additions at the top, 3 with the
// bottom, 3 of its rows, and one each for the starts and the ends of blocks.
double column_window_additions(int64_t window) {
  return (1.0 + window % simd::kRowsTogether + 4 + 3 + 3 + 2) / simd::kRowsTogether;
}

// One a doubling, and one for each further bit that is set.
int64_t row_window_additions(int64_t window) {
  return row_doublings(window) + std::popcount(static_cast<uint64_t>(window)) - 1;
}

void count_running_column(int64_t window, CostStage* stage) {
  count(column_window_additions(window), 0, stage);
}

void count_running_row(int64_t window, CostStage* stage) {
  count(static_cast<double>(row_window_additions(window)), 1, stage);
}

void count_integer_column(CostStage* stage) { count(2, 0, stage); }

void count_integer_row(CostStage* stage) { count(2, 1, stage); }

}  // namespace sepconv
