// parallel_for: the only door to threads.
#pragma once

#include <cstdint>
#include <functional>

namespace sepconv {

/// Calls body(worker) once for each worker in [0, workers), at the same time where cores allow.
/// Which thread runs which worker is open, so results must depend on the worker only.
/// errors     the first exception that a body throws, after all have ended
/// threads    any number at once, bodies among them: they share helpers, at most one fewer than the
///            cores that the process may use, started when first asked for. The calling thread
///            works at once and does all that no helper has come for
/// cost       under a microsecond while helpers are awake: for 200 microseconds after a call they
///            look out for the next, giving their core to any thread that wants it. Then they
///            sleep, and the caller takes some microseconds to wake them, they some tens to come.
///            Where other threads keep helpers from their cores, callers work alone for 64 ms at a
///            time
void parallel_for(int workers, const std::function<void(int worker)>& body);

/// Calls body(worker, task) once for each task in [0, tasks); worker is in [0, workers), and no two
/// calls at the same time have the same. Workers begin with tasks of their own, neighbours in
/// order, and then take what is left of others': whoever is late or slow does less. errors,
/// threads, cost    as parallel_for's, and some nanoseconds a task
void parallel_for_tasks(int workers, int64_t tasks,
                        const std::function<void(int worker, int64_t task)>& body);

}  // namespace sepconv
