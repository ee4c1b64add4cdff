// Separation: a kernel as a sum of outer products of 1-D factors, with its error stated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sepconv/kernel.h"

namespace sepconv {

/// What an engine may exploit in a 1-D factor.
enum class Symmetry { none, symmetric, antisymmetric, constant };

/// The symmetry of taps about their middle; exact equality up to tolerance * max|tap|.
Symmetry symmetry_of(const std::vector<double>& taps, double tolerance = 1e-12);

/// One outer product: factors[a] runs along axis a of the kernel.
struct SeparableTerm {
  std::vector<std::vector<double>> factors;
  std::vector<Symmetry> symmetry;  // one a factor
};

/// kernel = (sum over terms of the outer product of the term's factors) / divisor + residual.
/// types      factors in double; where integer is true every factor tap is an integer below 2^53,
///            the sum of products is exactly the kernel's integers, and divisor is the kernel's;
///            otherwise divisor is 1
struct Separation {
  std::vector<int64_t> shape;
  std::vector<SeparableTerm> terms;
  int rank = 0;        // of the kernel: the fewest terms that give it within the tolerance
                       // (3 or more axes: the number of terms that nested SVD needs)
  bool exact = false;  // residual within the tolerance; max_error did not have to be used
  bool integer = false;
  int64_t divisor = 1;
  double residual_l1 = 0;         // measured: |output error| <= residual_l1 * max|input|
  double residual_frobenius = 0;  // measured
  double bound_frobenius = 0;     // known before: from the discarded singular values
  std::vector<double> spectrum;   // singular values, largest first (2-D: of the matrix;
                                  // N-D: of the first unfolding)

  bool is_separable() const { return rank <= 1; }

  /// The dense kernel that the terms give.
  std::vector<double> reconstruct() const;
};

/// How close is close enough.
struct SeparateOptions {
  double tolerance = 1e-12;  // "exact" means |residual tap| <= tolerance * max|tap|
  double max_error = 0.0;    // L1 norm of the residual that the caller accepts; 0: exact only
  std::optional<int> rank = std::nullopt;  // keep this many terms, whatever the error
};

/// Finds the fewest terms that give the kernel: exactly, within max_error, or at a given rank.
/// shape      any kernel of 1 to 8 axes; one factor an axis
/// types      an integer kernel separated exactly has integer factors (Hermite normal form of its
///            row lattice), unless a factor would overflow 2^53: then real ones, and integer =
///            false
/// errors     InvalidArgument: negative or NaN max_error, rank below 1
/// cost       the SVD of a height x width matrix, or of the nested unfoldings for 3 axes and more
/// source     S. L. Eddins' rank test; W. T. Freeman and E. H. Adelson 1991 for sums of terms;
///            H. Cohen 1993, algorithm 2.4.5, for the Hermite form
/// example    Separation s = separate(gaussian(2.0));  s.is_separable() == true
Separation separate(const Kernel& kernel, const SeparateOptions& options = {});

/// Text for a person: rank, terms, exact or bound, integers as integers.
std::string to_text(const Separation& separation);

/// The same as JSON: {"rank":, "exact":, "integer":, "divisor":, "terms": [...], ...}.
std::string to_json(const Separation& separation);

}  // namespace sepconv
