// Fourier transforms of lines of complex doubles: the only door to kissfft. tile_transform.cc makes
// transforms of tiles from them.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>

namespace sepconv {

/// The Fourier transforms of one size, both ways, neither scaled: inverse of forward is size times
/// the line.
/// shape      in: size values, in_stride apart; out: size values side by side; they do not overlap
/// threads    immutable; any number of threads may transform at once; nothing is allocated
class LineTransform {
 public:
  /// size is a product of 2, 3 and 5, at least 2.
  explicit LineTransform(int64_t size);
  ~LineTransform();
  LineTransform(LineTransform&&) noexcept;
  LineTransform& operator=(LineTransform&&) noexcept;

  int64_t size() const;
  void forward(const std::complex<double>* in, int64_t in_stride, std::complex<double>* out) const;
  void inverse(const std::complex<double>* in, int64_t in_stride, std::complex<double>* out) const;

 private:
  struct Plans;
  std::unique_ptr<const Plans> plans_;
};

}  // namespace sepconv
