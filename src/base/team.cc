// Helpers: they watch for calls, then sleep (docs/decisions/017-a-team-of-our-own.md).
#include "base/team.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <system_error>

namespace sepconv {
namespace {

// About what waking a thread of a virtual machine costs, twice or three times over: whoever calls
// again so soon should not pay for it.
constexpr auto kWatch = std::chrono::microseconds(200);

// A core that was given away and came back so late has other threads to run.
constexpr auto kBusyCore = std::chrono::microseconds(20);

// A helper that keeps its caller waiting for so long, and twice what the caller worked, has lost
// its core to another thread. Callers then work alone for a while; longer, where it soon happens
// again.
constexpr auto kStall = std::chrono::microseconds(200);
constexpr auto kLeastAlone = std::chrono::milliseconds(2);
constexpr auto kMostAlone = std::chrono::milliseconds(64);
constexpr auto kSoon = std::chrono::milliseconds(100);

// Looks, some tens of nanoseconds each, between two offers of the core.
constexpr int kLooks = 64;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits for come() without sleeping; false where it is time to sleep: after the deadline, or since
// another thread waits for the core.
template <class Come>
bool watch(const Come& come, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    for (int look = 0; look < kLooks; ++look) {
      if (come()) return true;
      pause();
    }
    const auto offered = std::chrono::steady_clock::now();
    sched_yield();
    const auto back = std::chrono::steady_clock::now();
    if (back > deadline || back - offered > kBusyCore) return come();
  }
}

// Cores that this process may use.
int core_count() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) return CPU_COUNT(&cores);
  return static_cast<int>(std::thread::hardware_concurrency());  // more than a cpu_set_t holds
}

// Signals of the program are for threads of the program: none reach threads started meanwhile.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

void Job::work() noexcept {
  for (int worker = next_++; worker < workers_; worker = next_++) {
    try {
      body_(worker);
    } catch (...) {
      if (!has_failed_.exchange(true)) error = std::current_exception();
      next_ = workers_;
    }
  }
}

// Threads that are still at work at exit, and what a child of fork has of its parent's, must not
// meet memory that is gone: teams are ended or left behind, never destroyed.
class TeamOfProcess {
 public:
  static TeamOfProcess& get() {
    static TeamOfProcess process;
    return process;
  }
  Team& team() { return *team_; }

 private:
  TeamOfProcess() {
    pthread_atfork(nullptr, nullptr, [] { get().team_ = new Team; });
  }
  ~TeamOfProcess() { team().stop(); }

  std::atomic<Team*> team_ = new Team;
};

Team& Team::of_process() { return TeamOfProcess::get().team(); }

void Team::run(Job& job) {
  const bool is_helped = call_helpers(job);
  const auto start = Clock::now();
  job.work();
  if (is_helped) wait_for_helpers(job, Clock::now() - start);
}

bool Team::call_helpers(Job& job) {
  static const int most = core_count() - 1;
  const int wanted = std::min(job.workers() - 1, most);
  if (wanted <= 0) return false;
  const std::lock_guard lock(mutex_);
  if (alone_until_ > Clock::now()) return false;
  if (std::ssize(helpers_) < wanted) start_helpers(wanted);
  jobs_.push_back(&job);
  ++calls_;
  for (int woken = watching_; woken < wanted; ++woken) called_.notify_one();
  return true;
}

void Team::wait_for_helpers(Job& job, Clock::duration own_work) {
  const auto start = Clock::now();
  const auto has_ended = [&] { return job.helpers == 0; };
  std::unique_lock lock(mutex_);
  std::erase(jobs_, &job);
  if (has_ended()) return;
  lock.unlock();
  const bool is_seen = watch(has_ended, start + kWatch);
  if (is_seen && Clock::now() - start < kStall) return;
  lock.lock();
  left_.wait(lock, has_ended);
  if (Clock::now() - start > 2 * own_work + kStall) note_stall();
}

void Team::note_stall() {
  const auto now = Clock::now();
  const bool is_again = now < alone_until_ + kSoon;
  alone_ = is_again ? std::min<Clock::duration>(2 * alone_, kMostAlone) : kLeastAlone;
  alone_until_ = now + alone_;
}

void Team::start_helpers(int wanted) {
  if (is_stopped_) return;
  const SignalsBlocked blocked;
  try {
    while (std::ssize(helpers_) < wanted) helpers_.emplace_back([this] { help(); });
  } catch (const std::system_error&) {
    // The system has no more threads: those there are must do.
  }
}

Job* Team::open_job() const {
  for (Job* job : jobs_) {
    if (job->is_open() && job->helpers + 1 < job->workers()) return job;
  }
  return nullptr;
}

void Team::help() {
  std::unique_lock lock(mutex_);
  auto deadline = Clock::now() + kWatch;
  while (!is_stopped_) {
    if (Job* job = open_job()) {
      ++job->helpers;
      lock.unlock();
      job->work();
      lock.lock();
      if (--job->helpers == 0) left_.notify_all();
      deadline = Clock::now() + kWatch;
      continue;
    }
    const auto is_called = [this, seen = calls_.load()] { return calls_ != seen; };
    ++watching_;
    lock.unlock();
    watch(is_called, deadline);
    lock.lock();
    --watching_;
    called_.wait(lock, is_called);
  }
}

void Team::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    ++calls_;
    called_.notify_all();
  }
  for (std::thread& helper : helpers_) helper.join();
}

}  // namespace sepconv
