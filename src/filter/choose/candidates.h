// The ways to run a kernel that a plan compares, each with its cost, time and error.
#pragma once

#include <optional>
#include <vector>

#include "filter/choose/arithmetic.h"
#include "filter/choose/terms.h"
#include "filter/fft/way.h"

namespace sepconv {

/// One way, and whether the caller's request allows it.
struct Candidate {
  FilterTerms terms;
  std::optional<FourierWay> fourier;  // by tiles; terms are then the kernel's own
  ArithmeticChoice choice;
  MethodReport report;
  bool is_allowed = false;
  double whole_seconds = 0;  // predicted for the whole image, whatever its region of interest

  Method method() const { return fourier ? Method::fft : terms.method; }
};

/// What is asked of a kernel.
struct FilterRequest {
  const Kernel& kernel;
  const FilterOptions& options;
  SampleSpec spec;
  ImageShape image;

  Rect roi() const { return options.roi.value_or(Rect{0, 0, image.width, image.height}); }
  ImageShape out_shape() const { return {roi().width, roi().height, image.channels}; }
};

/// Direct always; separable or low_rank where the kernel separates within the request's error; fft
/// where it is asked for, or the kernel is no outer product. The one to run comes first, marked as
/// chosen: the same one for every region of the image.
/// errors     InvalidArgument: the method that was asked for cannot run this kernel
std::vector<Candidate> candidates(const FilterRequest& request);

}  // namespace sepconv
