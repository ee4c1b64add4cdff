// parallel_for by oneTBB; no other file includes it.
#include "base/parallel.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace sepconv {

void parallel_for(int workers, const std::function<void(int)>& body) {
  if (workers <= 1) {
    if (workers == 1) body(0);
    return;
  }
  // The arena lets a caller ask for more workers than cores; static: one task a worker.
  tbb::task_arena arena(workers);
  arena.execute([&] { tbb::parallel_for(0, workers, body, tbb::static_partitioner()); });
}

}  // namespace sepconv
