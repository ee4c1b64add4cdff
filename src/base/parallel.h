// parallel_for: the only door to threads.
#pragma once

#include <functional>

namespace sepconv {

/// Calls body(worker) once for each worker in [0, workers), at the same time where cores allow.
/// Which thread runs which worker is open, so results must depend on the worker only.
/// errors     the first exception that a body throws, after all have ended
void parallel_for(int workers, const std::function<void(int worker)>& body);

}  // namespace sepconv
