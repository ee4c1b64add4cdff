// The part of a run that is also done for single tiles: rows of outputs by the vector code.
#pragma once

#include <cstddef>
#include <cstdint>

#include "filter/layout.h"
#include "filter/plan_impl.h"

namespace sepconv {

/// One worker's share of a run by strips.
struct StripWorker {
  const FilterPlan::Impl& plan;
  const Layout& layout;  // of the columns to do
  const ConstImageRef& in;
  const ImageRef& out;
  std::byte* scratch;  // layout.scratch_bytes, or strided_scratch_bytes where rows are not packed
};

/// Outputs [first, last), rows of the region of interest, of all strips of the layout.
void run_rows(const StripWorker& worker, int64_t first, int64_t last);

}  // namespace sepconv
