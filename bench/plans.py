"""What our plans cost beside large images: small ones, scratch memory and first calls.

`python -m bench.plans NUMBER` prints what the first call of a kind takes more than later ones, in
seconds: a process has a first call only once, so each is measured in one of its own.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from .case import SIZES, Case, Problem, aligned_empty, random_input
from .check import Reference
from .measure import Entry, checked_way, seconds_of, time_ways
from .operations import Box, Derivative, Gaussian
from .peers import sepconv_peer
from .scenarios import dense_full_rank, dense_low_rank, wide_gaussian
from .scenarios.separable_f32 import factors

NAME = "plans"  # among the scenarios of the command line
SMALL, LARGE = (256, 256), SIZES["1920x1080"]
PROCESSES = 3
LATER_CALLS = 5


def kinds() -> Iterator[Case]:
    """A filter of each kind, on small images."""
    for type, channels in (("f32", ()), ("u8", ()), ("u8", (3,)), ("u16", ())):
        for taps in (3, 9, 31):
            yield Case(factors(taps), type, (*SMALL, *channels))
    for type in ("f32", "u8"):
        for operation in (
            Gaussian(2.0),
            Box(31),
            Derivative("sobel"),
            dense_low_rank.LowRank(dense_low_rank.kernel(9, 2), 2),
            dense_full_rank.Dense(dense_full_rank.kernel(9), 9),
        ):
            yield Case(operation, type, SMALL)
    wide = Gaussian(20.0, truncate=4.0, max_error=wide_gaussian.MAX_ERROR)
    yield Case(wide, "f32", SMALL)


def problem_of(case: Case) -> Problem:
    x = random_input(case.shape, case.type)
    return Problem(case, x, aligned_empty(case.shape, case.out_dtype), threads=1)


def first_call(case: Case) -> float:
    """By how many seconds a plan and its first run exceed a later run."""
    problem = problem_of(case)
    start = time.perf_counter()
    plan = sepconv_peer.plan_for(problem)
    plan.run(problem.x, problem.out)
    first = time.perf_counter() - start
    later = (seconds_of(lambda: plan.run(problem.x, problem.out)) for _ in range(LATER_CALLS))
    return first - statistics.median(later)


def first_call_in_a_process(number: int) -> float:
    command = [sys.executable, "-m", __name__, str(number)]
    found = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(PROCESSES)
    ]
    return statistics.median(found)


def speeds(cases: dict[str, Case], rounds: int) -> dict[str, float]:
    """Megapixels per second of each case, measured in turn."""
    entries = {name: Entry() for name in cases}
    timed = {}
    for name, case in cases.items():
        problem = problem_of(case)
        timed[name] = checked_way(sepconv_peer, problem, Reference(case, problem.x), entries[name])
        if timed[name] is None:
            raise RuntimeError(f"{case.name}: {entries[name].note}")
    time_ways(timed, entries, rounds)
    return {name: case.pixels / entries[name].fastest / 1e6 for name, case in cases.items()}


def measured(number: int, case: Case, rounds: int) -> dict:
    """What the JSON file holds of one kind."""
    large = Case(case.operation, case.type, (*LARGE, *case.shape[2:]))
    return {
        "case": f"{case.type} x{case.channels} {case.operation.name}",
        **speeds({"small": case, "large": large}, rounds),
        "scratch_bytes": sepconv_peer.plan_for(problem_of(large)).scratch_bytes,
        "first_seconds": first_call_in_a_process(number),
    }


def measure_all(rounds: int) -> list[dict]:
    return [measured(number, case, rounds) for number, case in enumerate(kinds())]


if __name__ == "__main__":
    print(first_call(list(kinds())[int(sys.argv[1])]))
