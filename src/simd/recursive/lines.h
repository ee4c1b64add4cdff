// What the recursive engine is told: a filter of whole lines and a group of lines to run it on.
// Plain C++; src/filter/gaussian fills these in, recursive.cc runs them.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "sepconv/image.h"

namespace sepconv::simd {

/// Lines that are filtered together: one vector of floats on the widest target.
inline constexpr int kLinesTogether = 16;

inline constexpr int kMaxPolePairs = 4;

/// A pole and its conjugate. From either side, the sample n >= 1 away weighs Re(weight pole^(n-1)).
struct PolePair {
  std::complex<double> pole;  // inside the unit circle
  std::complex<double> weight_left, weight_right;
};

/// What lies beyond one end of a line, as the state of the recursion before the first sample:
///     state = steady * value;  state = pole * state + sample, for every sample;  state *= closing
/// value is a sample of the line (that goes on for ever) or a constant. Samples have an order: the
/// last one is the neighbour of the line's end.
struct LineEnd {
  int64_t repeated = -1;  // index of the sample that goes on for ever; -1: value does
  double value = 0;
  std::vector<int64_t> samples;  // indices
  std::complex<double> steady[kMaxPolePairs];
  std::complex<double> closing[kMaxPolePairs];
};

/// A recursive filter of lines of one size:
///     out[i] = center in[i] + sum over pairs and n >= 1 of both sides' samples times their weights
struct LineFilter {
  int64_t size = 0;
  double center = 0;
  std::vector<PolePair> pairs;  // 1 to kMaxPolePairs
  LineEnd left, right;
  bool in_double = false;    // sums in double; always where a type is f64 or i32
  bool rounds_once = false;  // multiply-adds, as integer outputs need (convert-inl.h)
  double scale = 1;          // out = scale * filtered + offset, before rounding
  double offset = 0;
  bool truncates = false;  // integers towards zero, not to nearest
};

/// Up to kLinesTogether lines of one array.
template <class Void>
struct LineGroup {
  Void* data = nullptr;
  SampleType type = SampleType::f32;
  int64_t offsets[kLinesTogether] = {};  // of the lines' first samples, in samples from data
  int64_t stride = 1;                    // between two samples of a line, in samples
};

/// A group of lines in, the same group out (which may be the same memory).
struct LineWork {
  LineGroup<const void> in;
  LineGroup<void> out;
  int64_t lines = kLinesTogether;  // the lines beyond are read like the last one, not written
  void* scratch = nullptr;         // line_scratch_bytes(), aligned to 64 bytes
};

int64_t line_scratch_bytes(const LineFilter& filter);

/// Filters a group of lines.
/// types      any in and out
void filter_lines(const LineFilter& filter, const LineWork& work) noexcept;

}  // namespace sepconv::simd
