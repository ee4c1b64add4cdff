// unroll(): loops that are gone before registers are given out. GCC keeps arrays of vectors in
// memory, or in too few registers, where a pragma unrolls the loop over them.
// Included once a target by the kernels of this folder.
#if defined(SEPCONV_SIMD_LAYER_UNROLL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_LAYER_UNROLL_INL_H_
#undef SEPCONV_SIMD_LAYER_UNROLL_INL_H_
#else
#define SEPCONV_SIMD_LAYER_UNROLL_INL_H_
#endif

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "simd/hold-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {

/// Registers that hold vectors.
#if HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64
inline constexpr int kRegisters = 32;
#else
inline constexpr int kRegisters = 16;
#endif

template <class Use, int... i>
HWY_INLINE void unroll_indices(const Use& use, std::integer_sequence<int, i...>) {
  (use(std::integral_constant<int, i>()), ...);
}

/// use(0), use(1), ... with indices that are constants. The caller is HWY_FLATTEN, so that the
/// lambda becomes part of it.
template <int kCount, class Use>
HWY_INLINE void unroll(const Use& use) {
  unroll_indices(use, std::make_integer_sequence<int, kCount>());
}

/// A row cut into tiles of sizes that differ by one at most, so that none is much slower.
struct EvenTiles {
  int64_t count;
  int64_t size;   // of the last ones; the first ones have one more
  int64_t large;  // how many of those

  EvenTiles(int64_t width, int64_t most)
      : count((width + most - 1) / most), size(width / count), large(width % count) {}
};

/// Calls run(tag) with the tag whose lanes are a block.
template <class Run>
HWY_INLINE void with_block(int block, const Run& run) {
  constexpr int kLanes = hn::MaxLanes(hn::ScalableTag<float>());
#if HWY_TARGET == HWY_AVX3
  if (block < kLanes) return run(hn::CappedTag<float, kLanes / 2>());
#endif
  (void)block;
  return run(hn::CappedTag<float, kLanes>());
}

/// Stores the first count lanes; count may be beyond them, or not positive.
template <class D>
HWY_INLINE void store_lanes(D d, hn::Vec<D> v, int64_t count, float* p) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  if (count >= kLanes) return hn::StoreU(v, d, p);
  if (count > 0) hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(count)), d, p);
}

/// The first count lanes, zeros beyond them; reads nothing else.
template <class D>
HWY_INLINE hn::Vec<D> load_lanes(D d, const float* p, int64_t count) {
  constexpr int64_t kLanes = hn::MaxLanes(D());
  if (count >= kLanes) return hn::LoadU(d, p);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(std::max<int64_t>(count, 0))), d, p);
#else  // elsewhere Highway masks what it has read
  HWY_ALIGN float lanes[kLanes] = {};
  std::copy_n(p, std::max<int64_t>(count, 0), lanes);
  return hn::Load(d, lanes);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
