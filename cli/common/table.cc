// Tables and numbers.
#include "cli/common/table.h"

#include <algorithm>

namespace sepconv::cli {

std::string with_separators(int64_t value) {
  std::string digits = std::to_string(value);
  const int64_t first = value < 0 ? 1 : 0;
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > first; at -= 3) {
    digits.insert(at, 1, ',');
  }
  return digits;
}

Table::Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }

void Table::add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::string Table::to_text() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      line += i == 0 ? "  " + row[i] + padding : "  " + padding + row[i];
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string stage_sum(const CostBreakdown& cost, int64_t Cost::*count) {
  const std::string total = with_separators(cost.total().*count);
  if (cost.stages.size() < 2) return total;
  std::string sum;
  for (const CostStage& stage : cost.stages) {
    sum += (sum.empty() ? "" : " + ") + with_separators(stage.cost.*count);
  }
  return sum + " = " + total;
}

}  // namespace sepconv::cli
