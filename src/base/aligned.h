// Memory aligned to a cache line, for scratch rows that vector code reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace sepconv {

/// Bytes of a cache line, and of the widest vector.
inline constexpr int64_t kAlignment = 64;

/// value rounded up to a multiple of step.
constexpr int64_t round_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

struct FreeDeleter {
  void operator()(std::byte* p) const { std::free(p); }
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeDeleter>;

/// Uninitialised bytes aligned to kAlignment; throws std::bad_alloc.
AlignedBytes allocate_aligned(size_t bytes);

}  // namespace sepconv
