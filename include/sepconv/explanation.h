// Explanation: what a plan chose, what it rejected, and what each would cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sepconv/cost.h"

namespace sepconv {

/// One way to run a filter.
struct MethodReport {
  std::string method;      // "direct", "separable", "low_rank", "fft"
  std::string arithmetic;  // type of taps and sums: "int16", "int32", "f32", "f64"
  int terms = 0;           // outer products; direct: rows of the kernel; fft: 0
  bool chosen = false;
  std::string reason;  // why chosen, or why not: one clause
  CostBreakdown cost;
  double predicted_seconds = 0;  // one thread
  double error_bound = 0;        // as FilterPlan::error_bound()
};

/// A plan, explained.
struct Explanation {
  std::string summary;  // "9x9 kernel on 640x427x3 u8 -> u8, border reflect101"
  std::string target;   // instruction set that will run: "AVX2"
  int threads = 1;
  int64_t scratch_bytes = 0;
  std::string rates;                  // what times are predicted by, as profile_note()
  std::vector<MethodReport> methods;  // the chosen one first

  std::string to_text() const;
  std::string to_json() const;
};

}  // namespace sepconv
