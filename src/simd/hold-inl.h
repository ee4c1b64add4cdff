// hold(): keeps a vector in a register, so that the compiler cannot undo register blocking.
// Included once a target by the other -inl.h files of this folder.
#if defined(SEPCONV_SIMD_HOLD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SEPCONV_SIMD_HOLD_INL_H_
#undef SEPCONV_SIMD_HOLD_INL_H_
#else
#define SEPCONV_SIMD_HOLD_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sepconv::simd {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Gives v back. GCC folds a load shared by several multiply-adds into each of them as a memory
/// operand, which loses the sharing; a value that an asm may have changed must be in a register.
template <class V>
HWY_INLINE V hold(V v) {
#if HWY_ARCH_X86_64 && HWY_COMPILER_GCC && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
  __asm__("" : "+v"(v.raw));
#endif
  return v;
}

/// The same for what vectors branch by: GCC would compare floats anew for each.
HWY_INLINE bool hold(bool claim) {
#if HWY_ARCH_X86_64 && HWY_COMPILER_GCC
  __asm__("" : "+r"(claim));
#endif
  return claim;
}

/// The same, and keeps the order of such values: GCC gathers the products of unrolled integer
/// kernels before their sums, and spills.
template <class V>
HWY_INLINE V hold_in_order(V v) {
#if HWY_ARCH_X86_64 && HWY_COMPILER_GCC && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
  __asm__ volatile("" : "+v"(v.raw));
#endif
  return v;
}

}  // namespace HWY_NAMESPACE
}  // namespace sepconv::simd
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
