// Predicted time of a way to filter, from operation counts and the rates of the engine.
#pragma once

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/profile/rates.h"

namespace sepconv {

/// One thread, on the instruction set that is active, by the rates of machine_profile().
/// units      seconds
double predicted_seconds(const FilterTerms& terms, const ArithmeticChoice& choice,
                         const SampleSpec& spec, const ImageShape& out_shape);

/// The same by other rates; linear in them.
double predicted_seconds(const Rates& rates, const FilterTerms& terms,
                         const ArithmeticChoice& choice, const SampleSpec& spec,
                         const ImageShape& out_shape);

}  // namespace sepconv
