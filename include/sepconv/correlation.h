// Correlating arrays of any dimension with any kernel, tap by tap, in a stated order of sums.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sepconv/array.h"

namespace sepconv {

/// The order in which the products of an output sample are summed. Every product and every sum is
/// rounded by itself, none fused, so that double sums are the same bits as scipy.ndimage's.
/// as_given   0, then tap * sample for every tap in C order: scipy.ndimage.correlate. A tap of 0
///            reads no sample, so that NaN does not spread through it (scipy leaves out all taps
///            up to 2.2e-16; clear those for its bits)
/// in_pairs   kernels of one axis: scipy.ndimage.correlate1d. Of n taps, the middle one is n / 2.
///            For odd n and taps that mirror to 2.2e-16: the middle product, then from the outside
///            in (left + right sample) * left tap; where they mirror with the other sign, left -
///            right. Otherwise the last product, then the others from the first one on. Taps of 0
///            are taps as any other
enum class TapOrder { as_given, in_pairs };

/// The axis of an array that an axis of a kernel runs along, and what lies beyond its edges. Where
/// samples are beyond two axes with different constants, the array's later axis counts.
struct KernelAxis {
  int axis = 0;  // negative counts from the last
  Border border = Border::reflect101;
  double border_value = 0.0;  // for Border::constant; must be a value of the input's type
};

/// A kernel in an array: out[x] = sum of taps[t] * in[x + t - anchor].
struct PlacedKernel {
  Kernel kernel;                 // as correlated; Kernel::flipped() convolves
  std::vector<KernelAxis> axes;  // one for each axis of the kernel
  TapOrder order = TapOrder::as_given;
};

/// A correlation with every tap of a kernel, decided before any array arrives. Kernels that are an
/// outer product are cheaper by ArrayPlan, an axis at a time.
/// shape      1 to 8 axes; in and out have the same shape; every axis may be named once
/// types      any SampleType in and out, independent; sums in float, or in double where in or out
///            is f64 or i32 or in_double is set. Integer kernels on integer samples are summed as
///            integers, in double where float does not hold them, and divided once
/// errors     InvalidArgument naming the argument
/// threads    immutable; any number of threads may run one plan, each with its own Context; the
///            same bits for every number of threads and on every target
/// cost       time in proportion to the taps; scratch_bytes() a worker: the rows under the kernel,
///            never a copy of the array
class CorrelationPlan {
 public:
  CorrelationPlan(std::vector<int64_t> shape, SampleType in_type, SampleType out_type,
                  const PlacedKernel& placed, const ArrayOptions& options = {});
  ~CorrelationPlan();
  CorrelationPlan(CorrelationPlan&&) noexcept;
  CorrelationPlan& operator=(CorrelationPlan&&) noexcept;

  /// Correlates in into out.
  /// errors     InvalidArgument: shape or type differ from the plan's; out overlaps in or itself
  void run(const ConstArrayRef& in, const ArrayRef& out) const;
  void run(const ConstArrayRef& in, const ArrayRef& out, Context& context) const;

  const std::vector<int64_t>& shape() const;

  /// The proven largest |out - exact value|, as FilterPlan::error_bound.
  double error_bound(double largest_float = 1.0) const;

  /// Scratch memory of one worker.
  int64_t scratch_bytes() const;

  /// What the taps cost, the order of their sums, and the scratch.
  Explanation explain() const;

  struct Impl;  // src/filter/correlation/impl.h

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace sepconv
