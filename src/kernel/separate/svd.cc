// SVD by Eigen, block by block of the symmetries of the matrix.
//
// Writing each axis in even and odd parts turns the matrix into four blocks. A matrix that is its
// own image through the middle has only two of them, even-even and odd-odd (even-odd and odd-even
// where the image has the other sign): its SVD is the union of theirs, and no rounding can mix an
// even vector with an odd one. Blurs, derivatives and lines are all of this sort.
#include "kernel/separate/svd.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sepconv::kernels {
namespace {

// What differs by less than a few roundings of the largest element counts as its own image.
constexpr double kImageRounding = 8 * std::numeric_limits<double>::epsilon();

// A zero singular value comes out as this times the largest and the root of the size, at most.
constexpr double kZeroRounding = 4 * std::numeric_limits<double>::epsilon();

enum class Parity { even, odd };

size_t part_size(size_t size, Parity parity) {
  return parity == Parity::even ? (size + 1) / 2 : size / 2;
}

// An orthonormal basis vector of the part is (1 at i, +-1 at its mirror) / sqrt 2; the middle
// alone is itself.
bool is_middle(size_t i, size_t size) { return 2 * i + 1 == size; }

double part_scale(size_t i, size_t size) { return is_middle(i, size) ? 0.5 : std::sqrt(0.5); }

Eigen::MatrixXd part_of(const DenseMatrix& matrix, Parity rows, Parity columns) {
  const size_t h = matrix.height, w = matrix.width;
  const double sign_y = rows == Parity::even ? 1 : -1, sign_x = columns == Parity::even ? 1 : -1;
  const auto at = [&](size_t y, size_t x) { return matrix.values[y * w + x]; };
  Eigen::MatrixXd part(part_size(h, rows), part_size(w, columns));
  for (size_t y = 0; y < part.rows(); ++y) {
    for (size_t x = 0; x < part.cols(); ++x) {
      const double upper = at(y, x) + sign_x * at(y, w - 1 - x);
      const double lower = at(h - 1 - y, x) + sign_x * at(h - 1 - y, w - 1 - x);
      part(y, x) = (upper + sign_y * lower) * part_scale(y, h) * part_scale(x, w);
    }
  }
  return part;
}

std::vector<double> unfolded(const Eigen::VectorXd& part, size_t size, Parity parity) {
  std::vector<double> vector(size, 0.0);
  const double sign = parity == Parity::even ? 1 : -1;
  for (size_t i = 0; i < part.size(); ++i) {
    const double value = is_middle(i, size) ? part[i] : part[i] * std::sqrt(0.5);
    vector[size - 1 - i] = sign * value;
    vector[i] = value;
  }
  return vector;
}

void append_part(const DenseMatrix& matrix, Parity rows, Parity columns,
                 std::vector<SingularTerm>& terms) {
  const Eigen::MatrixXd part = part_of(matrix, rows, columns);
  if (part.size() == 0) return;
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(part, Eigen::ComputeThinU | Eigen::ComputeThinV);
  for (Eigen::Index i = 0; i < svd.singularValues().size(); ++i) {
    terms.push_back({svd.singularValues()[i], unfolded(svd.matrixU().col(i), matrix.height, rows),
                     unfolded(svd.matrixV().col(i), matrix.width, columns)});
  }
}

void append_whole(const DenseMatrix& matrix, std::vector<SingularTerm>& terms) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd whole =
      Eigen::Map<const RowMajor>(matrix.values.data(), matrix.height, matrix.width);
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(whole, Eigen::ComputeThinU | Eigen::ComputeThinV);
  for (Eigen::Index i = 0; i < svd.singularValues().size(); ++i) {
    const Eigen::VectorXd left = svd.matrixU().col(i), right = svd.matrixV().col(i);
    terms.push_back(
        {svd.singularValues()[i], {left.begin(), left.end()}, {right.begin(), right.end()}});
  }
}

// 1 or -1 where the matrix is that times its image through the middle, else 0.
int sign_of_image(const DenseMatrix& matrix) {
  const std::vector<double>& values = matrix.values;
  double largest = 0, even = 0, odd = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double image = values[values.size() - 1 - i];
    largest = std::max(largest, std::abs(values[i]));
    odd = std::max(odd, std::abs(values[i] - image));
    even = std::max(even, std::abs(values[i] + image));
  }
  if (odd <= kImageRounding * largest) return 1;
  return even <= kImageRounding * largest ? -1 : 0;
}

}  // namespace

std::vector<SingularTerm> singular_terms(const DenseMatrix& matrix) {
  std::vector<SingularTerm> terms;
  const int sign = sign_of_image(matrix);
  if (sign == 0) {
    append_whole(matrix, terms);
  } else {
    append_part(matrix, Parity::even, sign > 0 ? Parity::even : Parity::odd, terms);
    append_part(matrix, Parity::odd, sign > 0 ? Parity::odd : Parity::even, terms);
  }
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto& a, const auto& b) { return a.value > b.value; });
  const double size = static_cast<double>(std::max(matrix.height, matrix.width));
  const double rounding = kZeroRounding * std::sqrt(size) * terms.front().value;
  while (terms.size() > 1 && terms.back().value <= rounding) terms.pop_back();
  return terms;
}

}  // namespace sepconv::kernels
