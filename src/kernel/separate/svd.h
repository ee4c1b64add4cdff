// The singular value decomposition of a dense matrix, its symmetries kept to the bit.
#pragma once

#include <cstddef>
#include <vector>

namespace sepconv::kernels {

/// value * left * right^T, left and right of length one.
struct SingularTerm {
  double value = 0;
  std::vector<double> left;
  std::vector<double> right;
};

/// A matrix by rows.
struct DenseMatrix {
  std::vector<double> values;
  size_t height = 0;
  size_t width = 0;
};

/// All singular terms, largest value first, without those that are rounding of zero. Where the
/// matrix equals its own image through the middle (with either sign), every left and right is
/// symmetric or antisymmetric to the bit.
/// cost       about 4 h w min(h, w) multiplications of Eigen's BDCSVD; half the size each way, and
///            twice, for a matrix that is its own image
std::vector<SingularTerm> singular_terms(const DenseMatrix& matrix);

}  // namespace sepconv::kernels
