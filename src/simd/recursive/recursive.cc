// The recursive engine for every target: src/filter/gaussian calls it once a group of lines.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/recursive/recursive.cc"
#include <hwy/foreach_target.h>

#include "base/aligned.h"
#include "simd/recursive/recursion-inl.h"
#include "simd/recursive/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

template <class T>
using SweepLines = void (*)(const LineFilter& filter, const T* x, T* y);

template <bool kRoundOnce, class T>
SweepLines<T> sweep_of(size_t pairs) {
  constexpr SweepLines<T> kSweeps[kMaxPolePairs] = {
      sweep_lines<1, kRoundOnce, T>, sweep_lines<2, kRoundOnce, T>, sweep_lines<3, kRoundOnce, T>,
      sweep_lines<4, kRoundOnce, T>};
  return kSweeps[pairs - 1];
}

template <class T>
constexpr bool holds_sums_of(SampleType type) {
  return sizeof(T) == 8 || (type != SampleType::f64 && type != SampleType::i32);
}

/// Loads, sweeps and stores; x and y are the halves of the scratch.
template <class T>
void filter_lines_in(const LineFilter& filter, const LineWork& work) {
  T* x = static_cast<T*>(work.scratch);
  T* y = x + filter.size * kLinesTogether;
  visit_type(work.in.type, [&]<class In>(std::type_identity<In>) {
    if constexpr (holds_sums_of<T>(sample_type_of<In>)) load_lines<In>(work, filter.size, x);
  });
#if HWY_NATIVE_FMA
  sweep_of<false, T>(filter.pairs.size())(filter, x, y);
#else
  const size_t pairs = filter.pairs.size();
  (filter.rounds_once ? sweep_of<true, T>(pairs) : sweep_of<false, T>(pairs))(filter, x, y);
#endif
  visit_type(work.out.type, [&]<class Out>(std::type_identity<Out>) {
    if constexpr (holds_sums_of<T>(sample_type_of<Out>)) store_lines<Out>(filter, work, y);
  });
}

void filter_lines_of_target(const LineFilter& filter, const LineWork& work) {
  if (filter.in_double) {
    filter_lines_in<double>(filter, work);
  } else {
    filter_lines_in<float>(filter, work);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#if HWY_ARCH_X86
#include <xmmintrin.h>
#endif

namespace sepconv::simd {
namespace {

// What a recursion has seen fades below the smallest normal number wherever a line is dark for
// long. Such numbers cost a hundred cycles an operation on some CPUs: they are flushed to zero.
class FlushedDenormals {
 public:
#if HWY_ARCH_X86
  FlushedDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero); }
  ~FlushedDenormals() { _mm_setcsr(before_); }
  FlushedDenormals(const FlushedDenormals&) = delete;
  FlushedDenormals& operator=(const FlushedDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 0x8000;
  unsigned before_;
#endif
};

}  // namespace

HWY_EXPORT(filter_lines_of_target);

int64_t line_scratch_bytes(const LineFilter& filter) {
  const int64_t sum_bytes = filter.in_double ? sizeof(double) : sizeof(float);
  return 2 * filter.size * kLinesTogether * sum_bytes;
}

void filter_lines(const LineFilter& filter, const LineWork& work) noexcept {
  const FlushedDenormals flushed;
  HWY_DYNAMIC_DISPATCH(filter_lines_of_target)(filter, work);
}
}  // namespace sepconv::simd
#endif  // HWY_ONCE
