// Passes whose taps are all equal: they sum windows, at a cost that does not depend on the window
// (src/simd/box), where ordinary taps would cost a multiply-add each.
#pragma once

#include "filter/choose/terms.h"
#include "sepconv/cost.h"

namespace sepconv {

/// Which passes of a filter's one term are running sums. Floats only add; integers subtract what
/// has left a window too, exactly.
struct RunningSums {
  bool column = false;
  bool row = false;
  bool are_integers = false;

  bool are_all() const { return column && row; }
  bool are_any() const { return column || row; }
};

bool are_equal(const std::vector<double>& taps);

/// True of taps that are worth a running sum: all equal, and enough of them.
bool are_running_column(const std::vector<double>& taps);
bool are_running_row(const std::vector<double>& taps);

/// None where the terms are several, or rows of a direct kernel.
RunningSums running_sums(const FilterTerms& terms);

/// A term as it runs: taps of running passes are 1. What they stand for has gone into the taps of
/// an ordinary row, or into gain, which multiplies the sums of a running one.
struct RunningTerm {
  std::vector<double> column;
  std::vector<double> row;
  double gain = 1;
};
RunningTerm running_term(FilterTerm term, const RunningSums& running);

/// Doublings of a row's samples to windows.
int64_t row_doublings(int64_t window);

/// Roundings that an input sample meets on its way into a window's sum, at most.
int64_t column_window_depth(int64_t window);
int64_t row_window_depth(int64_t window);

/// Additions that give one of many window sums, halos apart.
double column_window_additions(int64_t window);
int64_t row_window_additions(int64_t window);

/// What a running pass counts, in place of ordinary taps.
void count_running_column(int64_t window, CostStage* stage);
void count_running_row(int64_t window, CostStage* stage);

/// The same of integers: a sample enters and one leaves; a division at the end, by multiplication.
void count_integer_column(CostStage* stage);
void count_integer_row(CostStage* stage);

}  // namespace sepconv
