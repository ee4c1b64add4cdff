// Helpers: they watch for calls, then sleep (docs/decisions/017-a-team-of-our-own.md).
#include "base/team.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

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

// Callers who waited longer than this have lost time to other threads, which kept helpers from
// their cores; what helpers do then makes up for it. After so much loss callers work alone for a
// while.
constexpr auto kLoss = std::chrono::microseconds(50);
constexpr auto kMostLoss = std::chrono::milliseconds(8);
constexpr auto kAlone = std::chrono::milliseconds(64);

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

// What the calling thread has computed for, whoever else had its core meanwhile.
std::chrono::nanoseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
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

int Job::work() noexcept {
  int done = 0;
  for (int worker = next_++; worker < workers_; worker = next_++, ++done) {
    try {
      body_(worker);
    } catch (...) {
      if (!has_failed_.exchange(true)) error = std::current_exception();
      next_ = workers_;
    }
  }
  return done;
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
  if (!call_helpers(job)) {
    job.work();
    return;
  }
  // Reading the time takes as long as the rest of a short call: it is done where it matters.
  const auto start = job.repays ? processor_time() : Clock::duration();
  const int own = job.work();
  const auto work = job.repays ? processor_time() - start : Clock::duration();
  const auto end = Clock::now();
  wait_for_helpers(job);
  const auto waited = Clock::now() - end;
  if (job.repays || waited > kLoss) {
    judge(waited - work * (job.workers() - own) / std::max(own, 1));
  }
}

bool Team::call_helpers(Job& job) {
  static const int most = core_count() - 1;
  const int wanted = std::min(job.workers() - 1, most);
  if (wanted <= 0) return false;
  const std::lock_guard lock(mutex_);
  if (alone_until_ > Clock::now()) return false;
  if (std::ssize(helpers_) < wanted) start_helpers(wanted);
  job.repays = loss_ > Clock::duration();
  keep_off(sched_getcpu());
  jobs_.push_back(&job);
  ++calls_;
  for (int woken = watching_; woken < wanted; ++woken) called_.notify_one();
  return true;
}

void Team::wait_for_helpers(Job& job) {
  const auto has_ended = [&] { return job.helpers == 0; };
  std::unique_lock lock(mutex_);
  std::erase(jobs_, &job);
  if (has_ended()) return;
  lock.unlock();
  const bool is_seen = watch(has_ended, Clock::now() + kWatch);
  lock.lock();
  if (!is_seen) left_.wait(lock, has_ended);
}

void Team::judge(Clock::duration loss) {
  const std::lock_guard lock(mutex_);
  loss_ = std::max(loss_ + loss, Clock::duration());
  if (loss_ < kMostLoss) return;
  loss_ = {};
  alone_until_ = Clock::now() + kAlone;
}

void Team::keep_off(int core) {
  cpu_set_t cores;
  for (Helper& helper : helpers_) {
    if (helper.avoids == core) continue;
    helper.avoids = core;
    if (sched_getaffinity(0, sizeof(cores), &cores) != 0) continue;
    CPU_CLR(core, &cores);
    pthread_setaffinity_np(helper.thread.native_handle(), sizeof(cores), &cores);
  }
}

void Team::start_helpers(int wanted) {
  if (is_stopped_) return;
  const SignalsBlocked blocked;
  try {
    while (std::ssize(helpers_) < wanted) {
      helpers_.push_back({std::thread([this] { help(); })});
    }
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
  for (Helper& helper : helpers_) helper.thread.join();
}

}  // namespace sepconv
