// Checks of the arrays that a caller passes, before anything is written.
#pragma once

#include <vector>

#include "sepconv/array.h"

namespace sepconv {

/// errors     InvalidArgument: no data, another shape or type than the plan's, strides missing
void check_array(const ConstArrayRef& array, const char* which, const std::vector<int64_t>& shape,
                 SampleType type);

/// errors     InvalidArgument: out shares memory with in, or two samples of out are one
void check_no_overlap(const ConstArrayRef& in, const ConstArrayRef& out);

}  // namespace sepconv
