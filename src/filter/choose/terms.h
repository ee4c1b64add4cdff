// A kernel as the sums that an engine can run: outer products, or the kernel's own rows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sepconv/filter.h"
#include "sepconv/separation.h"

namespace sepconv {

/// One column of taps and one row of taps. Rows of a direct kernel have no column.
struct FilterTerm {
  std::vector<double> column;
  std::vector<double> row;
};

/// kernel = sum of terms / divisor + residual.
struct FilterTerms {
  Method method = Method::direct;
  std::vector<FilterTerm> terms;
  bool is_integer = false;  // every tap is an integer; divisor is the kernel's
  double divisor = 1;
  double residual_l1 = 0;

  bool is_direct() const { return method == Method::direct; }
  int64_t kernel_width() const { return static_cast<int64_t>(terms[0].row.size()); }
  int64_t column_taps() const { return static_cast<int64_t>(terms[0].column.size()); }

  /// Taps that an output sample meets: multiplications a sample.
  int64_t column_tap_count() const { return is_direct() ? 0 : terms.size() * column_taps(); }
  int64_t row_tap_count() const { return terms.size() * kernel_width(); }

  /// |filtered| <= gain() * max|input|, for every order of the sums.
  double gain() const;

  /// The sum of all taps, divisor not applied.
  double tap_sum() const;
};

/// The kernel as it is, a term a row.
FilterTerms direct_terms(const Kernel& kernel);

/// The outer products of a separation of a 2-D kernel.
FilterTerms separated_terms(const Separation& separation);

/// The sums of 1-D taps and of their absolute values.
double sum_of(const std::vector<double>& taps);
double sum_of_magnitudes(const std::vector<double>& taps);

}  // namespace sepconv
