// One worker's share of a run: output rows of one image and strip, each stage's rows made when the
// next one needs them.
#pragma once

#include "layer/plan_impl.h"

namespace sepconv {

/// Where a worker reads, writes and works. in and out are checked.
struct LayerWorker {
  const LayerPlan::Impl& plan;
  const ConstTensorRef& in;
  const TensorRef& out;
  std::byte* scratch;  // cut.scratch_bytes()
  // Where the last stage is a product: the channels of it that the worker makes, all or a part.
  int64_t first_channel = 0;
  simd::ProductWeights last_product = {};
};

/// Output rows [rows.first, rows.last) of image n, all strips.
void run_rows(const LayerWorker& worker, int64_t n, const Range& rows);

}  // namespace sepconv
