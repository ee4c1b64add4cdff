// One check for all borders of the library: a condition, and the message of the caller's mistake.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "sepconv/error.h"

namespace sepconv {

/// Throws InvalidArgument with the formatted message unless condition holds.
/// example    require(rank >= 1, "separate: rank is {}; expected 1 or more", rank);
template <class... Args>
void require(bool condition, fmt::format_string<Args...> message, Args&&... args) {
  if (!condition) throw InvalidArgument(fmt::format(message, std::forward<Args>(args)...));
}

/// a * b, or InvalidArgument naming what overflowed. For sizes and counts, all non-negative.
inline int64_t checked_multiply(int64_t a, int64_t b, const char* what) {
  int64_t product = 0;
  require(!__builtin_mul_overflow(a, b, &product), "{} overflows: {} x {}", what, a, b);
  return product;
}

/// a + b, or InvalidArgument naming what overflowed.
inline int64_t checked_add(int64_t a, int64_t b, const char* what) {
  int64_t sum = 0;
  require(!__builtin_add_overflow(a, b, &sum), "{} overflows: {} + {}", what, a, b);
  return sum;
}

/// InvalidArgument unless there may be so many threads; caller begins the message.
inline void check_threads(int threads, const char* caller) {
  require(threads >= 1 && threads <= 1024, "{}: threads is {}; expected 1 to 1024", caller,
          threads);
}

}  // namespace sepconv
