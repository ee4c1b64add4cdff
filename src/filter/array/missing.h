// Filtering arrays with missing samples (ArrayOptions::missing): what an ArrayPlan has then beside
// its ordinary weights. plan.cc makes it, run.cc uses it, report.cc asks for the bound.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "filter/array/roles.h"
#include "filter/choose/arithmetic.h"
#include "sepconv/array.h"
#include "simd/missing/missing.h"

namespace sepconv {

using PackedMissing = std::variant<simd::MissingWeights<float>, simd::MissingWeights<double>>;

/// The taps of every filtered axis are scaled to a sum of 1/2 or more, but less than 1: by a power
/// of two, which rounds nothing, so that sums neither overflow nor vanish.
struct MissingPart {
  double tap_sum = 1;                         // of all axes, before they were scaled
  PackedMissing slab;                         // the column pass of the slab axis
  PackedMissing plane;                        // column and row pass of the plane, and the division
  std::vector<std::byte> outside_slab_marks;  // beside ArrayPlan::Impl::outside_slab
  std::vector<std::byte> outside_column_marks;  // beside outside_column
};

/// Scales the taps of roles, and gives the product of their sums before.
/// errors     InvalidArgument: a tap below 0, taps of an axis that sum to 0 or overflow
double scale_missing_taps(AxisRoles* roles);

/// The part of a plan whose weights and outside rows are those of complete data; changes the rows
/// to what missing samples are beyond Border::zero.
MissingPart make_missing(ArrayPlan::Impl* plan, double tap_sum);

/// errors     InvalidArgument: missing = nan and an input of integers; min_weight not in [0, 1];
///            fill that the output's type does not hold; either of them where nothing is missing
void check_missing(const ArrayOptions& options, SampleType in, SampleType out);

/// The relative error of computed sums of weights: roles with the taps in use, unit 2^-24 or 2^-53.
double weight_error(const AxisRoles& roles, double unit);

/// Largest |out - exact| where out is not fill; as array_error_bound, tap_sum as in MissingPart.
double missing_error_bound(const AxisRoles& roles, const SampleSpec& spec, bool in_double,
                           double tap_sum);

void convolve_missing(const simd::MissingStrip& strip, const PackedMissing& weights);
void combine_missing(const simd::MissingStrip& strip, const PackedMissing& weights);

}  // namespace sepconv
