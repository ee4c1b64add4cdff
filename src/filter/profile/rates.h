// How fast this machine runs the parts of a filter: what predictions are made of.
#pragma once

#include <span>

namespace sepconv {

/// Nanoseconds, of one thread: a tap and a sample of the passes for 32-byte vectors, the rest as
/// named.
struct Rates {
  double fixed16_column_tap, fixed16_row_tap, fixed16_sample;
  // Small integer kernels: a tap of either factor.
  double int16_tap, int16_sample;
  double f32_column_tap, f32_row_tap, f32_sample;
  double f64_column_tap, f64_row_tap, f64_sample;
  // A tap of a small dense kernel that reads rows in place.
  double f32_in_place_tap;
  // A tap of a direct filter, and a term more than one, with which a row pass begins anew.
  double f32_direct_tap, f64_direct_tap;
  double f32_term, f64_term;
  // Running sums: a sample of a column window, and one of a doubling of row windows.
  double f32_window, f32_doubling, f64_window, f64_doubling;
  // Running sums of integers, u8 in and out: a sample of a column window, and one along the rows
  // from sums of 16 bits and from longer ones, with the division.
  double int32_window, int32_narrow_row, int32_row;
  // Samples that are not of the sums' type are converted for every group of output rows anew: per
  // row that a column pass reads, and once on the way out. A column window reads both its ends.
  double conversion_tap, conversion_window, conversion_sample;
  // Correct rounding (FilterOptions::exact) looks at every sample again, without vectors.
  double exact_sample;
  // Fourier tiles: a step of a line (passes.h), while a tile stays in the second cache and beyond
  // it; a sample read into a tile, with its product, and one written from it.
  double fourier_step, fourier_step_beyond;
  double fourier_read, fourier_write;
  // Recursive passes of floats: both sweeps of a pole pair, for 32-byte vectors; and a sample
  // loaded, turned and stored, which memory decides.
  double recursive_pair, recursive_sample;
};

/// A rate by the name that profiles and `sepconv tune` give it.
struct NamedRate {
  const char* name;
  double Rates::*rate;
};
std::span<const NamedRate> named_rates();

/// The rates that the library comes with.
const Rates& built_in_rates();

}  // namespace sepconv
