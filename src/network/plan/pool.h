// What calls use and leave behind for the next ones: as many as were ever at the same time.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sepconv::network {

template <class T>
class Pool {
 public:
  /// One that nobody else has, or null: make one then.
  std::unique_ptr<T> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<T> one = std::move(idle_.back());
    idle_.pop_back();
    return one;
  }

  void give_back(std::unique_ptr<T> one) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(one));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace sepconv::network
