// Filtering arrays with missing samples (ArrayOptions::missing): what an ArrayPlan has then beside
// its ordinary weights. plan.cc makes it, run.cc uses it, report.cc asks for the bound.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "filter/array/roles.h"
#include "filter/choose/arithmetic.h"
#include "filter/weights.h"
#include "sepconv/array.h"
#include "simd/missing/missing.h"

namespace sepconv {

using PackedMissing = std::variant<simd::MissingWeights<float>, simd::MissingWeights<double>>;

/// The taps of every filtered axis are scaled to a sum of 1/2 or more, but less than 1: by a power
/// of two, which rounds nothing, so that sums neither overflow nor vanish.
struct MissingPart {
  double tap_sum = 1;          // of all axes, before they were scaled
  PackedWeights slab_weights;  // the column pass of the slab axis over weights
  PackedMissing plane;         // column and row pass of the plane, and the division
  // The plane in integers, where that is as good; then plane is for what they do not see well.
  std::optional<simd::MissingBytes> bytes;
  double bytes_error = 0;               // of bytes, rounding to levels included
  std::optional<simd::MissingBox> box;  // the plane of a box of bytes, instead of all these
  // Rows as the first pass reads them: weights that are all 1 or all 0, and missing samples.
  std::vector<std::byte> whole, empty, nothing;
  // Beside ArrayPlan::Impl::outside_slab and outside_column: weights.
  std::vector<std::byte> outside_slab_weights, outside_column_weights;
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

/// The relative error of computed sums of weights.
double weight_error(const ArrayPlan::Impl& plan);

/// Largest |out - exact| where out is not fill; as array_error_bound.
double missing_error_bound(const ArrayPlan::Impl& plan, const SampleSpec& spec);

/// Scratch rows of a strip.
int64_t scratch_rows(const MissingPart& part);

void convolve_missing(const simd::MissingStrip& strip, const MissingPart& part);

}  // namespace sepconv
