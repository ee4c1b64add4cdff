// Contexts of runs that bring none of their own: plans keep them from call to call.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sepconv/context.h"

namespace sepconv {

/// As many contexts as were ever in use at once.
class ContextPool {
 public:
  explicit ContextPool(int threads) : state_(std::make_unique<State>()), threads_(threads) {}

  /// Calls run with a context that nobody else has meanwhile.
  template <class Run>
  void lend(const Run& run) const {
    Context context = take();
    run(context);
    give_back(std::move(context));
  }

 private:
  Context take() const {
    const std::lock_guard lock(state_->mutex);
    if (state_->idle.empty()) return Context(threads_);
    Context context = std::move(state_->idle.back());
    state_->idle.pop_back();
    return context;
  }

  void give_back(Context context) const {
    const std::lock_guard lock(state_->mutex);
    state_->idle.push_back(std::move(context));
  }

  struct State {
    std::mutex mutex;
    std::vector<Context> idle;
  };
  std::unique_ptr<State> state_;
  int threads_;
};

}  // namespace sepconv
