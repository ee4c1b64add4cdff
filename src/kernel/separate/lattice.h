// A short basis of the integer rows a matrix generates; integer_terms.cc makes terms of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sepconv::kernels {

using IntegerRow = std::vector<int64_t>;

/// A basis of the lattice of all integer combinations of the rows it was given, LLL-reduced so
/// that its entries are about as small as the lattice allows (a Hermite basis of the same lattice
/// has entries that grow with the determinant). Only elementary integer steps change the rows, so
/// the lattice is exact; floating point merely chooses the steps.
/// errors     insert gives false where a step would overflow 63 bits or the work is too much
/// source     M. Pohst 1987, "A modification of the LLL reduction algorithm"; H. Cohen 1993, 2.6.8
class LatticeBasis {
 public:
  /// Adds a row to what the basis generates; a dependent row only refines it.
  bool insert(IntegerRow row);

  const std::vector<IntegerRow>& rows() const { return rows_; }

  /// The integers c with row = sum c[i] rows()[i], checked exactly; nothing where there are none.
  std::optional<IntegerRow> coordinates(IntegerRow row) const;

 private:
  using Reals = std::vector<long double>;

  // Subtracts multiples of the rows before k so that what is left is short against them.
  bool size_reduce(size_t k);
  void orthogonalise(size_t k);
  bool must_swap(size_t k) const;

  std::vector<IntegerRow> rows_;
  std::vector<Reals> orthogonal_;             // Gram-Schmidt vectors of the settled rows
  std::vector<long double> norms_;            // their squared lengths
  std::vector<long double> last_projection_;  // of row k on orthogonal k - 1
  int64_t work_ = 0;
};

}  // namespace sepconv::kernels
