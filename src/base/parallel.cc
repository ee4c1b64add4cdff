// parallel_for by oneTBB; no other file includes it.
#include "base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace sepconv {

void parallel_for(int workers, const std::function<void(int)>& body) {
  if (workers <= 1) {
    if (workers == 1) body(0);
    return;
  }
  // No more threads than cores, whatever was asked; static: workers are tasks of their own, and
  // which thread runs one does not matter.
  tbb::task_arena arena(std::min(workers, tbb::info::default_concurrency()));
  arena.execute([&] { tbb::parallel_for(0, workers, body, tbb::static_partitioner()); });
}

}  // namespace sepconv
