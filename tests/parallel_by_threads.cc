// parallel_for with a std::thread a worker, linked in place of src/base/parallel.cc into programs
// that run under ThreadSanitizer: Debian's oneTBB is not instrumented, so the sanitizer would take
// each of its hand-overs for a race (docs/decisions/002-thread-sanitizer-and-onetbb.md).
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/parallel.h"

namespace sepconv {

void parallel_for(int workers, const std::function<void(int)>& body) {
  std::exception_ptr first_error;
  std::mutex mutex;
  const auto run = [&](int worker) {
    try {
      body(worker);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (int worker = 1; worker < workers; ++worker) others.emplace_back(run, worker);
  if (workers >= 1) run(0);
  for (std::thread& thread : others) thread.join();
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace sepconv
