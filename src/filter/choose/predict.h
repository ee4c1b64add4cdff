// Predicted time of a way to filter, from operation counts and the rates of the engine.
#pragma once

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"

namespace sepconv {

/// One thread, on the instruction set that is active.
/// units      seconds
double predicted_seconds(const FilterTerms& terms, const ArithmeticChoice& choice,
                         const SampleSpec& spec, const ImageShape& out_shape);

}  // namespace sepconv
