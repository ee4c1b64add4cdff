// Tests of src/base/team.cc: helpers that sleep, callers at once and within bodies, children of
// fork.
#include "base/team.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <numeric>

#include "base/parallel.h"

namespace sepconv {
namespace {

using std::chrono::milliseconds;

// True if a call of several workers runs each once.
bool runs_every_worker_once(int workers) {
  std::vector<int> calls(workers, 0);
  parallel_for(workers, [&](int worker) { ++calls[worker]; });
  return calls == std::vector<int>(workers, 1);
}

bool has_two_cores() {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof(cores), &cores) == 0 && CPU_COUNT(&cores) > 1;
}

TEST(Team, runs_workers_at_the_same_time_where_cores_allow) {
  if (!has_two_cores()) GTEST_SKIP() << "there is one core";
  std::atomic<int> running = 0;
  parallel_for(2, [&](int) {
    ++running;
    const auto deadline = std::chrono::steady_clock::now() + milliseconds(10'000);
    while (running < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  });
  EXPECT_EQ(running, 2);
}

TEST(Team, helps_after_it_has_slept) {
  for (int call = 0; call < 20; ++call) {
    std::this_thread::sleep_for(milliseconds(1));
    EXPECT_TRUE(runs_every_worker_once(2)) << call;
  }
}

TEST(Team, serves_many_callers_at_once) {
  std::atomic<int> right = 0;
  const auto call = [&] {
    for (int i = 0; i < 200; ++i) right += runs_every_worker_once(2 + i % 3);
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) callers.emplace_back(call);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, 800);
}

TEST(Team, serves_callers_within_bodies) {
  std::vector<int> sums(8, 0);
  parallel_for(8, [&](int outer) {
    std::vector<int> parts(4, 0);
    parallel_for(4, [&](int inner) { parts[inner] = outer + inner; });
    sums[outer] = std::accumulate(parts.begin(), parts.end(), 0);
  });
  for (int outer = 0; outer < 8; ++outer) EXPECT_EQ(sums[outer], 4 * outer + 6);
}

TEST(Team, hands_on_exceptions_of_callers_within_bodies) {
  const auto fail = [](int worker) {
    if (worker == 1) throw std::runtime_error("inner");
  };
  EXPECT_THROW(parallel_for(2, [&](int) { parallel_for(3, fail); }), std::runtime_error);
  EXPECT_TRUE(runs_every_worker_once(3));
}

TEST(Team, is_new_in_a_child_of_fork) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer lets no child start threads";
#endif
  ASSERT_TRUE(runs_every_worker_once(2));
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a child that waits for helpers that it does not have ends by this
    bool is_right = true;
    for (int i = 0; i < 100; ++i) is_right = is_right && runs_every_worker_once(2);
    _exit(is_right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(runs_every_worker_once(2));
}

}  // namespace
}  // namespace sepconv
