// A matrix of integers is C B, where the rows of B are a basis of the lattice that its rows
// generate: as many as its rank, and C is integer since every row is an integer combination of
// them. Each column of C with its row of B is one term; with more axes, the row is a kernel of one
// axis less and is separated in its turn.
#include "kernel/separate/integer_terms.h"

#include <cmath>

#include "kernel/separate/factors.h"
#include "kernel/separate/lattice.h"

namespace sepconv::kernels {
namespace {

constexpr double kLargestExact = 9007199254740992.0;  // 2^53

// A matrix as its rows, and each row again as coordinates in the basis of all.
struct RowFactorisation {
  std::vector<IntegerRow> basis;
  std::vector<IntegerRow> columns;  // columns[j][i]: how often basis j is in row i
};

std::optional<RowFactorisation> factorise_rows(const std::vector<int64_t>& integers,
                                               int64_t height) {
  const size_t width = integers.size() / height;
  const auto row = [&](int64_t i) {
    return IntegerRow(integers.begin() + i * width, integers.begin() + (i + 1) * width);
  };
  LatticeBasis lattice;
  for (int64_t i = 0; i < height; ++i) {
    if (!lattice.insert(row(i))) return std::nullopt;
  }
  RowFactorisation result{lattice.rows(), {lattice.rows().size(), IntegerRow(height)}};
  for (int64_t i = 0; i < height; ++i) {
    const auto coordinates = lattice.coordinates(row(i));
    if (!coordinates) return std::nullopt;
    for (size_t j = 0; j < coordinates->size(); ++j) result.columns[j][i] = (*coordinates)[j];
  }
  return result;
}

std::vector<double> to_doubles(const IntegerRow& row) { return {row.begin(), row.end()}; }

double largest(const std::vector<double>& factor) {
  double result = 0;
  for (const double tap : factor) result = std::max(result, std::abs(tap));
  return result;
}

// True where every partial sum of products is exact in double, in whatever order it is added.
bool sums_stay_exact(const std::vector<Factors>& terms) {
  double bound = 0;
  for (const Factors& factors : terms) {
    double product = 1;
    for (const auto& factor : factors) product *= largest(factor);
    bound += product;
  }
  return bound < kLargestExact;
}

std::optional<std::vector<Factors>> unfold(const std::vector<int64_t>& integers,
                                           const std::vector<int64_t>& shape) {
  if (shape.size() == 1) return std::vector<Factors>{{to_doubles(integers)}};
  const auto rows = factorise_rows(integers, shape[0]);
  if (!rows) return std::nullopt;
  std::vector<Factors> terms;
  for (size_t j = 0; j < rows->basis.size(); ++j) {
    const auto inner = unfold(rows->basis[j], {shape.begin() + 1, shape.end()});
    if (!inner) return std::nullopt;
    for (const Factors& factors : *inner) {
      terms.push_back({to_doubles(rows->columns[j])});
      terms.back().insert(terms.back().end(), factors.begin(), factors.end());
    }
  }
  return terms;
}

}  // namespace

std::optional<std::vector<Factors>> integer_terms(const std::vector<int64_t>& integers,
                                                  const std::vector<int64_t>& shape) {
  auto terms = unfold(integers, shape);
  if (!terms || !sums_stay_exact(*terms)) return std::nullopt;
  for (Factors& factors : *terms) choose_signs(factors);
  return terms;
}

}  // namespace sepconv::kernels
