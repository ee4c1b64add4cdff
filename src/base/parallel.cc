// parallel_for by the team of the process.
#include "base/parallel.h"

#include <vector>

#include "base/aligned.h"
#include "base/team.h"

namespace sepconv {
namespace {

// The tasks that a worker begins with.
struct alignas(kAlignment) Share {
  std::atomic<int64_t> next;
  int64_t end;
};

}  // namespace

void parallel_for(int workers, const std::function<void(int)>& body) {
  if (workers <= 1) {
    if (workers == 1) body(0);
    return;
  }
  Job job(workers, body);
  Team::of_process().run(job);
  if (job.error) std::rethrow_exception(job.error);
}

void parallel_for_tasks(int workers, int64_t tasks, const std::function<void(int, int64_t)>& body) {
  std::vector<Share> shares(workers);
  for (int i = 0; i < workers; ++i) {
    shares[i].next = tasks * i / workers;
    shares[i].end = tasks * (i + 1) / workers;
  }
  parallel_for(workers, [&](int worker) {
    for (int i = 0; i < workers; ++i) {
      Share& share = shares[(worker + i) % workers];
      for (int64_t task = share.next++; task < share.end; task = share.next++) body(worker, task);
    }
  });
}

}  // namespace sepconv
