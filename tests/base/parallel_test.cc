// Tests of src/base/parallel.cc: every worker once, exceptions carried over.
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sepconv {
namespace {

TEST(ParallelFor, runs_every_worker_once) {
  for (const int workers : {1, 2, 3, 8, 100}) {
    std::vector<int> calls(workers, 0);  // a worker touches its own element only
    parallel_for(workers, [&](int worker) { ++calls[worker]; });
    EXPECT_EQ(calls, std::vector<int>(workers, 1)) << workers;
  }
}

TEST(ParallelFor, runs_nothing_for_no_workers) {
  parallel_for(0, [](int) { FAIL() << "no worker was asked for"; });
}

TEST(ParallelFor, runs_a_single_worker_on_the_calling_thread) {
  std::thread::id id;
  parallel_for(1, [&](int) { id = std::this_thread::get_id(); });
  EXPECT_EQ(id, std::this_thread::get_id());
}

TEST(ParallelFor, hands_the_exception_of_a_worker_to_the_caller) {
  const auto fail_in_the_second = [](int worker) {
    if (worker == 1) throw std::runtime_error("worker 1");
  };
  EXPECT_THROW(parallel_for(4, fail_in_the_second), std::runtime_error);
}

TEST(ParallelFor, can_be_called_from_several_threads) {
  std::atomic<int> calls = 0;
  const auto call = [&] { parallel_for(4, [&](int) { ++calls; }); };
  std::thread other(call);
  call();
  other.join();
  EXPECT_EQ(calls, 8);
}

TEST(ParallelForTasks, runs_every_task_once_and_no_worker_twice_at_a_time) {
  for (const int workers : {1, 2, 5}) {
    for (const int64_t tasks : {0, 1, 3, 200}) {
      std::vector<std::atomic<int>> calls(tasks), busy(workers);
      std::atomic<int> collisions = 0;
      parallel_for_tasks(workers, tasks, [&](int worker, int64_t task) {
        if (busy[worker]++ != 0) ++collisions;
        ++calls[task];
        --busy[worker];
      });
      EXPECT_EQ(std::count(calls.begin(), calls.end(), 1), tasks) << workers;
      EXPECT_EQ(collisions, 0) << workers;
    }
  }
}

TEST(ParallelForTasks, hands_the_exception_of_a_task_to_the_caller) {
  const auto fail_in_the_last = [](int, int64_t task) {
    if (task == 6) throw std::runtime_error("task 6");
  };
  EXPECT_THROW(parallel_for_tasks(2, 7, fail_in_the_last), std::runtime_error);
}

}  // namespace
}  // namespace sepconv
