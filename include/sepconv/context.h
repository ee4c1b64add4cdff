// Context: the threads and the scratch memory that runs of plans use, kept from call to call.
#pragma once

#include <cstddef>
#include <memory>

namespace sepconv {

/// Threads and scratch for FilterPlan::run. Keep one and every run after the first allocates
/// nothing.
/// threads    a Context serves one call at a time; give each of your own threads its own
/// cost       scratch: the plan's scratch_bytes()
class Context {
 public:
  /// errors     InvalidArgument: threads below 1 or above 1024
  explicit Context(int threads = 1);
  ~Context();
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;

  int threads() const;

  /// Scratch of at least bytes for worker, aligned to 64; what was there before is lost.
  std::byte* scratch(int worker, size_t bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sepconv
