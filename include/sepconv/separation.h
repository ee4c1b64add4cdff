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
/// There is always a term: a kernel of zeros has one of zeros, and rank 0.
/// types      factors in double; where integer is true every factor tap is an integer, every sum of
///            products stays below 2^53 in any order, the whole is exactly the kernel's integers,
///            and divisor is the kernel's; otherwise divisor is 1
/// units      a single term's factors have sums of one magnitude (all one for a kernel of sum one);
///            where its sum is zero, smoothing factors sum to one and derivatives carry the scale.
///            Factors of several terms have L1 norms of one magnitude
struct Separation {
  std::vector<int64_t> shape;
  std::vector<SeparableTerm> terms;
  int rank = 0;        // of the kernel: the fewest terms that give it within the tolerance
                       // (3 or more axes: as many as the unfoldings need, not always the fewest)
  bool exact = false;  // residual within the tolerance; max_error did not have to be used
  bool integer = false;
  int64_t divisor = 1;
  double residual_l1 = 0;         // measured: |output error| <= residual_l1 * max|input|
  double residual_frobenius = 0;  // measured
  double bound_frobenius = 0;     // known before: from the discarded singular values
  std::vector<double> spectrum;   // singular values, largest first, without rounded zeros (2-D: of
                                  // the matrix; N-D: of the first unfolding)

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
/// For two axes no sum of fewer terms is exact, and no other of as many has a smaller Frobenius
/// residual (but for the sum of a blur, see units). For more axes one term is found wherever one is
/// enough; sums come from unfolding one axis after the other: their error is bounded, their number
/// not always the least.
/// shape      any kernel of 1 to 8 axes; one factor an axis
/// types      an integer kernel separated exactly has integer factors, as many terms as its rank
///            (a reduced basis of its row lattice), unless sums might exceed 2^53 or the basis
///            takes too long (hundreds of rows): then real ones, and integer = false. Approximated
///            kernels have real factors
/// units      an approximation of a blur (|sum| at least half the L1 norm) keeps its sum, by a
///            factor on all terms; real factors of a 2-D kernel that is its own image through the
///            middle are symmetric or antisymmetric to the bit; sums are positive and derivatives
///            rise wherever the signs allow
/// errors     InvalidArgument: negative or NaN max_error or tolerance, rank below 1
/// cost       the SVD of a height x width matrix (0.6 s at 501x501), or of the nested unfoldings
///            for 3 axes and more; one pass over the taps where one term is enough
/// source     S. L. Eddins' rank test; W. T. Freeman and E. H. Adelson 1991 for sums of terms;
///            M. Pohst 1987 and H. Cohen 1993, algorithm 2.6.8, for the reduced basis, which has
///            the properties of a Hermite form (2.4.5) with smaller numbers
/// example    Separation s = separate(gaussian(2.0));  s.is_separable() == true
Separation separate(const Kernel& kernel, const SeparateOptions& options = {});

/// Text for a person: rank, terms, exact or bound, integers as integers, multiplications saved.
/// Long factors and long sums are cut; to_json has everything.
std::string to_text(const Separation& separation);

/// All of it as JSON: {"shape":, "rank":, "separable":, "exact":, "integer":, "divisor":,
/// "residual_l1":, "residual_frobenius":, "bound_frobenius":, "spectrum": [],
/// "terms": [{"factors": [[], []], "symmetry": ["symmetric", ...]}]}.
std::string to_json(const Separation& separation);

}  // namespace sepconv
