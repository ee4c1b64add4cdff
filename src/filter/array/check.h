// Checks of what callers ask of plans of arrays, and of the arrays that they pass, before anything
// is written.
#pragma once

#include <vector>

#include "sepconv/array.h"

namespace sepconv {

/// errors     InvalidArgument: no axes or too many, a size below 1, more samples than can be
/// counted
void check_shape(const std::vector<int64_t>& shape);

/// The samples of a checked shape.
int64_t sample_count(const std::vector<int64_t>& shape);

/// errors     InvalidArgument: scale or offset not finite, threads out of range
void check_result(double scale, double offset, int threads);

/// errors     InvalidArgument: as check_result, or divisor 0 or not finite
void check_options(const ArrayOptions& options);

/// errors     InvalidArgument: no data, another shape or type than the plan's, strides missing
void check_array(const ConstArrayRef& array, const char* which, const std::vector<int64_t>& shape,
                 SampleType type);

/// errors     InvalidArgument: out shares memory with array, which the message calls which
void check_apart(const ConstArrayRef& array, const char* which, const ConstArrayRef& out);

/// errors     InvalidArgument: out shares memory with in, or two samples of out are one; with
///            in_place, out may be in itself
void check_no_overlap(const ConstArrayRef& in, const ConstArrayRef& out, bool in_place = false);

}  // namespace sepconv
