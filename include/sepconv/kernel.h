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
/// errors     InvalidArgument: no taps, a size below 1, more than kMaxTaps, too many axes, NaN or
///            infinite taps, integers above 2^53, anchor outside
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

/// Samples of exp(-x^2 / 2 sigma^2), of sum one, symmetric to the bit.
/// units      sigma in pixels; the radius is ceil(truncate * sigma), at least 1
Kernel gaussian(double sigma_x, double sigma_y, double truncate = 3.0);
inline Kernel gaussian(double sigma) { return gaussian(sigma, sigma); }

/// A Gaussian of a given size, about the middle of the window where that is even; sigma as OpenCV
/// derives it: 0.3 ((size - 1) / 2 - 1) + 0.8.
Kernel gaussian_of_size(int64_t size_x, int64_t size_y);

/// The derivative of order 0 to 4 of a Gaussian along each axis (correlation: d/dx rises to the
/// right, d/dy downwards). Order 0 sums to one; a derivative of order n is exact on polynomials up
/// to degree n: it gives n! on x^n and 0 on all lower powers. Its taps are the Gaussian times the
/// polynomial of degree n that the sampled Gaussian makes orthogonal to the lower ones, which is
/// Hermite's as sigma grows. Below sigma 1/3 it is the finite difference.
Kernel gaussian_derivative(double sigma_x, double sigma_y, int order_x, int order_y,
                           double truncate = 4.0);

/// The taps of a 1-D Gaussian, or of its derivative of order 0 to 4, as scipy.ndimage samples them:
/// exp(-x^2 / 2 sigma^2) at x = -r .. r, of sum one, times the polynomial of the continuous
/// derivative. For correlation: order 1 rises to the right. What gaussian_filter (sepconv/
/// gaussian_filter.h) computes; gaussian_derivative above is exact on polynomials instead.
/// units      sigma in samples; r is the whole part of truncate * sigma + 0.5
/// errors     InvalidArgument: sigma or truncate not positive and finite, another order, more than
///            kMaxTaps taps
std::vector<double> gaussian_taps(double sigma, int order = 0, double truncate = 4.0);

/// The mean of a size_x x size_y window: integers 1, divisor size_x size_y.
Kernel box(int64_t size_x, int64_t size_y);

/// Pascal's rows, divisor 2^(size_x + size_y - 2); sizes up to 31. Integers, but for 31x31 and
/// 31x30, whose largest exceeds 2^53.
Kernel binomial(int64_t size_x, int64_t size_y);

/// The axis along which a derivative kernel measures change.
enum class Axis { x, y };

/// 3x3 derivative kernels, integers, divisor 1: smoothing (1 2 1), (3 10 3) and (1 1 1).
Kernel sobel(Axis axis);
Kernel scharr(Axis axis);
Kernel prewitt(Axis axis);

/// 3x3 Laplacian: 4 neighbours (0 1 0; 1 -4 1; 0 1 0) or 8 (1 1 1; 1 -8 1; 1 1 1).
Kernel laplacian(int neighbours = 4);

/// Laplacian of a Gaussian: the sum of its second derivatives (gaussian_derivative) along x and y.
/// Sum zero, 4 on x^2 + y^2, and of rank two.
Kernel laplacian_of_gaussian(double sigma, double truncate = 4.0);

/// gaussian(sigma_narrow) - gaussian(sigma_wide) on the window of the wider one.
Kernel difference_of_gaussians(double sigma_narrow, double sigma_wide, double truncate = 3.0);

/// A cosine of the given wavelength under a Gaussian that sums to one, so that the L1 norm is at
/// most one. Even at phase 0 and odd at phase 90, to the bit.
/// units      wavelength and sigma in pixels; theta is the direction across the stripes, degrees
///            counter-clockwise from x as seen; aspect squeezes along the stripes: sigma / aspect
struct GaborOptions {
  double sigma = 4.0;
  double theta_degrees = 0.0;
  double wavelength = 8.0;
  double aspect = 1.0;
  double phase_degrees = 0.0;
  double truncate = 3.0;
};
Kernel gabor(const GaborOptions& options);

/// The mean of a disk, as a lens blurs: taps in proportion to the covered area of each pixel, which
/// is computed in closed form (to rounding, below 1e-12 of a pixel).
/// units      radius in pixels; up to half a pixel it is the identity
Kernel disk(double radius);

/// The mean along a line: taps in proportion to its length inside each pixel. Along an axis with an
/// odd length it is box(length, 1).
/// units      length in pixels; angle in degrees, counter-clockwise from x as seen
Kernel motion_line(double length, double angle_degrees);

/// Identity plus amount times (identity - gaussian(sigma)).
Kernel unsharp(double sigma, double amount);

/// 3x3 sharpening by the 4-neighbour Laplacian: (0 -1 0; -1 5 -1; 0 -1 0).
Kernel sharpen();

/// Reads a kernel from .npy (1 to 8 axes, C or Fortran order, either byte order, bool, integers and
/// floats), .csv (rows, apart by commas, semicolons or blanks; # begins a comment) or .json (nested
/// lists, or {"taps": lists, "divisor": whole, "anchor": [one index an axis]}).
/// types      values that are all whole make an integer kernel, whatever type the file has
/// errors     FormatError: missing, truncated, not numeric, ragged, no taps, text above 32 MiB,
///            integers above 2^53; InvalidArgument: NaN or infinite taps; both name the file
Kernel read_kernel(const std::string& path);

/// Builds a kernel from a written SPEC, the same that the command line takes: a name with
/// key=value parameters (the first may go without its key), rows of taps with /N or *N for all of
/// them, or a file. kernel_spec_help() has the list.
/// shape      gaussian:sigma=3  gaussian:sigma=3x1.5  box:size=7x3  sobel:x  log:sigma=2
///            disk:radius=5  gabor:sigma=4,theta=30,lambda=8  "1 2 1; 2 4 2; 1 2 1"/16  file:k.npy
///            pairs are x then y
/// types      rows of whole taps with a whole divisor make an integer kernel
/// errors     InvalidArgument: what was got, what was expected, and the nearest valid name;
///            FormatError: as read_kernel
Kernel parse_kernel(std::string_view spec);

/// One line a kind of SPEC: an example, what it is, its parameters with their defaults (in brackets
/// where they may be left out). For --help.
std::string kernel_spec_help();

}  // namespace sepconv
