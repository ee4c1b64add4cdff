// Kernels as data: the weights of a convolution, as a value. Factories for the usual ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sepconv {

/// The weights of an N-D filter (1 to 8 axes) and the tap that sits on the output sample.
/// shape      axes as in an array, slowest first: a 2-D kernel is (height, width)
/// types      taps in double; an integer kernel also keeps its integers and their divisor
/// errors     InvalidArgument: no taps, too many axes, NaN or infinite taps, anchor outside
/// threads    a value; copies are independent
/// example    Kernel sobel = Kernel::from_integers({3, 3}, {-1, 0, 1, -2, 0, 2, -1, 0, 1});
class Kernel {
 public:
  Kernel(std::vector<int64_t> shape, std::vector<double> taps);

  /// taps = integers / divisor, and the integers are kept so that filters can be exact.
  static Kernel from_integers(std::vector<int64_t> shape, std::vector<int64_t> integers,
                              int64_t divisor = 1);

  /// The outer product of one 1-D factor an axis.
  static Kernel outer(const std::vector<std::vector<double>>& factors);

  int axes() const { return static_cast<int>(shape_.size()); }
  const std::vector<int64_t>& shape() const { return shape_; }
  const std::vector<double>& taps() const { return taps_; }
  int64_t tap_count() const { return static_cast<int64_t>(taps_.size()); }

  /// One index an axis: the tap on the output sample; size / 2 unless set (as in scipy).
  const std::vector<int64_t>& anchor() const { return anchor_; }
  Kernel with_anchor(std::vector<int64_t> anchor) const;

  /// True where every tap is integers()[i] / divisor(); divisor() is at least 1.
  bool is_integer() const { return !integers_.empty(); }
  const std::vector<int64_t>& integers() const { return integers_; }
  int64_t divisor() const { return divisor_; }

  /// Reversed along every axis, anchors too: correlation with it is convolution with this.
  Kernel flipped() const;

  /// The sum of the taps, and of their absolute values (|output| <= l1_norm * max|input|).
  double sum() const;
  double l1_norm() const;

 private:
  std::vector<int64_t> shape_;
  std::vector<double> taps_;
  std::vector<int64_t> anchor_;
  std::vector<int64_t> integers_;  // empty for a kernel of real taps
  int64_t divisor_ = 1;
};

// The factories below give 2-D kernels (height, width). Pairs of sizes or sigmas are in the order
// of their names: x along a row, y down a column. Every one throws InvalidArgument for a size
// below 1, a sigma that is not positive and finite, or more than kMaxTaps taps.

/// The largest number of taps a kernel may have (a 4096 x 4096 kernel).
inline constexpr int64_t kMaxTaps = int64_t{1} << 24;

/// Samples of exp(-x^2 / 2 sigma^2), of sum one.
/// units      sigma in pixels; the radius is ceil(truncate * sigma), at least 1
Kernel gaussian(double sigma_x, double sigma_y, double truncate = 3.0);
inline Kernel gaussian(double sigma) { return gaussian(sigma, sigma); }

/// A Gaussian of a given size; sigma as OpenCV derives it: 0.3 ((size - 1) / 2 - 1) + 0.8.
Kernel gaussian_of_size(int64_t size_x, int64_t size_y);

/// The derivative of order 0 to 4 of a Gaussian along each axis (correlation: d/dx rises to the
/// right). Order 0 sums to one; each derivative is exact on the polynomial of its order.
Kernel gaussian_derivative(double sigma_x, double sigma_y, int order_x, int order_y,
                           double truncate = 4.0);

/// The mean of a size_x x size_y window: integers 1, divisor size_x size_y.
Kernel box(int64_t size_x, int64_t size_y);

/// Pascal's rows, divisor 2^(size_x + size_y - 2); sizes up to 31.
Kernel binomial(int64_t size_x, int64_t size_y);

/// The axis along which a derivative kernel measures change.
enum class Axis { x, y };

/// 3x3 derivative kernels, integers, divisor 1: smoothing (1 2 1), (3 10 3) and (1 1 1).
Kernel sobel(Axis axis);
Kernel scharr(Axis axis);
Kernel prewitt(Axis axis);

/// 3x3 Laplacian: 4 neighbours (0 1 0; 1 -4 1; 0 1 0) or 8 (1 1 1; 1 -8 1; 1 1 1).
Kernel laplacian(int neighbours = 4);

/// Laplacian of a Gaussian, taps shifted to sum zero.
Kernel laplacian_of_gaussian(double sigma, double truncate = 4.0);

/// gaussian(sigma_narrow) - gaussian(sigma_wide) on the window of the wider one.
Kernel difference_of_gaussians(double sigma_narrow, double sigma_wide, double truncate = 3.0);

/// A cosine of the given wavelength under a Gaussian.
/// units      wavelength and sigma in pixels, angles in degrees; aspect squeezes along the stripes
struct GaborOptions {
  double sigma = 4.0;
  double theta_degrees = 0.0;
  double wavelength = 8.0;
  double aspect = 1.0;
  double phase_degrees = 0.0;
  double truncate = 3.0;
};
Kernel gabor(const GaborOptions& options);

/// The mean of a disk, as a lens blurs: taps in proportion to the covered area of each pixel.
Kernel disk(double radius);

/// The mean along a line of the given length and angle (degrees, counter-clockwise from x).
Kernel motion_line(double length, double angle_degrees);

/// Identity plus amount times (identity - gaussian(sigma)).
Kernel unsharp(double sigma, double amount);

/// 3x3 sharpening by the 4-neighbour Laplacian: (0 -1 0; -1 5 -1; 0 -1 0).
Kernel sharpen();

/// Reads a kernel from .npy (1 to 8 axes, any numeric type), .csv (rows) or .json (nested lists,
/// or {"taps": ..., "divisor": ...}).
/// errors     FormatError: missing, truncated, not numeric, ragged; InvalidArgument: NaN taps
Kernel read_kernel(const std::string& path);

/// Builds a kernel from a written SPEC, the same that the command line takes.
/// shape      gaussian:sigma=3  gaussian:sigma=3x1.5  box:size=7x3  sobel:x  log:sigma=2
///            disk:radius=5  gabor:sigma=4,theta=30,lambda=8  "1 2 1; 2 4 2; 1 2 1"/16  file:k.npy
/// errors     InvalidArgument: what was expected, and the nearest valid name
Kernel parse_kernel(std::string_view spec);

/// One line a kind of SPEC: name, parameters with defaults, an example. For --help and messages.
std::string kernel_spec_help();

}  // namespace sepconv
