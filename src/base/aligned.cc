// Aligned allocation; the rest of the library calls it through Context.
#include "base/aligned.h"

#include <new>

namespace sepconv {

AlignedBytes allocate_aligned(size_t bytes) {
  if (bytes > SIZE_MAX / 2) throw std::bad_alloc();  // rounding up would wrap around
  const size_t rounded = static_cast<size_t>(round_up(static_cast<int64_t>(bytes), kAlignment));
  void* p = std::aligned_alloc(kAlignment, rounded);
  if (p == nullptr) throw std::bad_alloc();
  return AlignedBytes(static_cast<std::byte*>(p));
}

}  // namespace sepconv
