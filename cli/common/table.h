// Tables and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sepconv/cost.h"

namespace sepconv::cli {

/// 86400 as "86,400".
std::string with_separators(int64_t value);

/// Rows of text under headings; the first column left-aligned, the others right-aligned.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);
  std::string to_text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// "45 + 27 = 72": a count of each stage and their sum, or the sum alone for a single stage.
std::string stage_sum(const CostBreakdown& cost, int64_t Cost::*count);

}  // namespace sepconv::cli
