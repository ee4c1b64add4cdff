// The modified LLL algorithm: reduces as it inserts, and drops what becomes zero.
#include "kernel/separate/lattice.h"

#include <algorithm>
#include <cmath>

namespace sepconv::kernels {
namespace {

// Tenths of a second of multiply-adds; a 31x31 kernel of full rank takes a hundredth of it. Kernels
// that need more would give terms too many to be used.
constexpr int64_t kMaxWork = 100'000'000;

// More rounds than this mean that multiples no longer shrink what they are subtracted from.
constexpr int kMaxRounds = 40;

// A squared remainder below this part of its row is taken for rounding (long double leaves 1e-36,
// double 1e-30). Taking a true one for zero costs a swap more and never a wrong basis.
constexpr long double kDependent = 1e-24L;

// Lovasz' condition; the closer to one, the shorter the rows and the longer the work.
constexpr long double kLovasz = 0.99L;

// A row counts as reduced against another at projections up to this: just above a half, since a
// projection of exactly a half would be turned into minus a half and back for ever.
constexpr long double kReduced = 0.501L;

constexpr long double kLargestMultiple = 4e18L;  // below 2^63

long double dot(const IntegerRow& a, const std::vector<long double>& b) {
  long double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

bool is_zero(const IntegerRow& row) {
  return std::all_of(row.begin(), row.end(), [](int64_t v) { return v == 0; });
}

// row -= multiple * other; false where that overflows.
bool subtract(IntegerRow& row, int64_t multiple, const IntegerRow& other) {
  for (size_t i = 0; i < row.size(); ++i) {
    int64_t product = 0;
    if (__builtin_mul_overflow(multiple, other[i], &product) ||
        __builtin_sub_overflow(row[i], product, &row[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool LatticeBasis::insert(IntegerRow row) {
  rows_.push_back(std::move(row));
  size_t k = rows_.size() - 1;
  while (k < rows_.size()) {
    if (!size_reduce(k)) return false;
    if (is_zero(rows_[k])) {
      rows_.erase(rows_.begin() + k);
      continue;
    }
    orthogonalise(k);
    if (k > 0 && must_swap(k)) {
      std::swap(rows_[k], rows_[k - 1]);
      --k;
    } else {
      ++k;
    }
  }
  return true;
}

bool LatticeBasis::size_reduce(size_t k) {
  for (int round = 0; round < kMaxRounds; ++round) {
    bool changed = false;
    for (size_t j = k; j-- > 0;) {
      const long double projection = dot(rows_[k], orthogonal_[j]) / norms_[j];
      work_ += static_cast<int64_t>(rows_[k].size());
      if (std::abs(projection) <= kReduced) continue;
      const long double multiple = std::round(projection);
      if (std::abs(multiple) > kLargestMultiple || work_ > kMaxWork) return false;
      if (!subtract(rows_[k], static_cast<int64_t>(multiple), rows_[j])) return false;
      changed = true;
    }
    if (!changed) return work_ <= kMaxWork;
  }
  return false;
}

void LatticeBasis::orthogonalise(size_t k) {
  orthogonal_.resize(k);
  norms_.resize(k);
  last_projection_.resize(k);
  Reals rest(rows_[k].begin(), rows_[k].end());
  const long double length = dot(rows_[k], rest);
  long double projection = 0;
  for (size_t j = 0; j < k; ++j) {
    projection = dot(rows_[k], orthogonal_[j]) / norms_[j];
    for (size_t i = 0; i < rest.size(); ++i) rest[i] -= projection * orthogonal_[j][i];
    work_ += 2 * static_cast<int64_t>(rest.size());
  }
  long double norm = 0;
  for (const long double value : rest) norm += value * value;
  orthogonal_.push_back(std::move(rest));
  norms_.push_back(norm <= kDependent * length ? 0 : norm);
  last_projection_.push_back(projection);
}

bool LatticeBasis::must_swap(size_t k) const {
  const long double projection = last_projection_[k];
  return norms_[k] < (kLovasz - projection * projection) * norms_[k - 1];
}

std::optional<IntegerRow> LatticeBasis::coordinates(IntegerRow row) const {
  IntegerRow found(rows_.size(), 0);
  for (int round = 0; round < kMaxRounds && !is_zero(row); ++round) {
    for (size_t j = rows_.size(); j-- > 0;) {
      const long double multiple = std::round(dot(row, orthogonal_[j]) / norms_[j]);
      if (std::abs(multiple) > kLargestMultiple) return std::nullopt;
      const int64_t whole = static_cast<int64_t>(multiple);
      if (!subtract(row, whole, rows_[j]) || __builtin_add_overflow(found[j], whole, &found[j])) {
        return std::nullopt;
      }
    }
  }
  if (!is_zero(row)) return std::nullopt;
  return found;
}

}  // namespace sepconv::kernels
