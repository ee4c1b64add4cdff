// Running Fourier tiles: one worker's share of FilterPlan::run.
#pragma once

#include <cstddef>
#include <cstdint>

#include "filter/plan_impl.h"

namespace sepconv {

struct TileWorker {
  const FilterPlan::Impl& plan;
  const FourierPart& part;  // the plan's
  const ConstImageRef& in;
  const ImageRef& out;
  std::byte* scratch;  // part.scratch_bytes
};

/// Outputs of the pairs [first, last) of tiles. A tile's bits depend on its pair alone.
void run_tiles(const TileWorker& worker, int64_t first, int64_t last);

}  // namespace sepconv
