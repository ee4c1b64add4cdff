// The inside of a FilterPlan: what plan.cc decides and run.cc uses.
#pragma once

#include <optional>
#include <vector>

#include "base/context_pool.h"
#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/fft/part.h"
#include "filter/layout.h"
#include "filter/weights.h"
#include "sepconv/filter.h"

namespace sepconv {

struct FilterPlan::Impl {
  ImageShape image;
  Kernel kernel;  // as correlated: flipped where the caller asked for convolution
  FilterOptions options;
  Rect roi;
  SampleSpec spec;
  FilterTerms terms;
  ArithmeticChoice choice;
  PackedWeights weights;
  Layout layout;  // empty where Fourier tiles run
  std::optional<FourierPart> fourier;
  std::vector<std::byte> outside_row;  // an image row of the border's constant, where it has one
  Explanation explanation;
  int64_t strided_scratch_bytes = 0;
  ContextPool contexts{1};
};

}  // namespace sepconv
