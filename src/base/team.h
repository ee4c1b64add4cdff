// The threads that help with calls of parallel_for; one team a process.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sepconv {

/// One call: workers are handed out in order to whoever comes.
class Job {
 public:
  Job(int workers, const std::function<void(int)>& body) : workers_(workers), body_(body) {}

  int workers() const { return workers_; }
  bool is_open() const { return next_.load(std::memory_order_relaxed) < workers_; }

  /// Runs workers until none is left to hand out; how many it ran.
  int work() noexcept;

  std::atomic<int> helpers{0};    // inside work(); changed under the team's lock
  bool repays = false;            // is timed, since calls before it have lost time by helpers
  std::exception_ptr error = {};  // of the first body that threw

 private:
  const int workers_;
  const std::function<void(int)>& body_;
  std::atomic<int> next_{0};
  std::atomic<bool> has_failed_{false};
};

class Team {
 public:
  /// The process's: a child of fork has one of its own, whose helpers are yet to start.
  static Team& of_process();

  /// Does the job; returns when all have left it.
  void run(Job& job);

  /// Ends the helpers; whoever calls later works alone.
  void stop();

 private:
  friend class TeamOfProcess;
  Team() = default;

  using Clock = std::chrono::steady_clock;

  // Helpers keep off the core of whoever called last: some kernels wake a thread where it slept, or
  // pack threads that sleep much onto one core, be it behind the caller while others are idle.
  struct Helper {
    std::thread thread;
    int avoids = -1;
  };

  bool call_helpers(Job& job);
  void wait_for_helpers(Job& job);
  void judge(Clock::duration loss);
  void keep_off(int core);
  void start_helpers(int wanted);
  void help();
  Job* open_job() const;

  std::mutex mutex_;
  std::condition_variable called_, left_;
  std::vector<Helper> helpers_;
  std::vector<Job*> jobs_;
  std::atomic<uint32_t> calls_{0};
  int watching_ = 0;  // helpers that would see a call without being woken
  bool is_stopped_ = false;
  Clock::time_point alone_until_ = {};  // helpers are not called before
  Clock::duration loss_ = {};           // by helpers, what they gained since taken off
};

}  // namespace sepconv
