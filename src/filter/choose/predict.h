// Predicted time of a way to filter, from operation counts and the rates of the engine.
#pragma once

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/profile/rates.h"

namespace sepconv {

// All in seconds of one thread, on the instruction set that is active; linear in the rates.

double predicted_seconds(const Rates& rates, const FilterTerms& terms,
                         const ArithmeticChoice& choice, const SampleSpec& spec,
                         const ImageShape& out_shape);

/// What transforms of tiles do: without vectors, so alike on every instruction set.
struct FourierWork {
  double steps = 0;            // line_steps of all lines
  int64_t bytes_together = 0;  // a tile and the kernel's spectrum
  double samples_read = 0;     // of all tiles, halos included
  double samples_written = 0;
  bool is_rounded_apart = false;
};
double predicted_seconds(const Rates& rates, const FourierWork& work);

}  // namespace sepconv
