// parallel_for by the team of the process.
#include "base/parallel.h"

#include "base/team.h"

namespace sepconv {

void parallel_for(int workers, const std::function<void(int)>& body) {
  if (workers <= 1) {
    if (workers == 1) body(0);
    return;
  }
  Job job(workers, body);
  Team::of_process().run(job);
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace sepconv
