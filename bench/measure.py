"""Checks and times the ways of all peers to solve one problem, round by round."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from types import ModuleType

import numpy as np

from .case import Case, Problem, random_input, shared_output
from .check import Reference, Verdict
from .peers import OURS, Way

ROUND_SECONDS = 4e-3  # a peer repeats short calls for this long in each round
MOST_CALLS = 20
WARM_UP_BELOW = 20e-3  # shorter calls are preceded by one that is not timed, in each round
CONTENDER = 4.0  # peers slower than this many times the fastest have only SLOW_SECONDS
SLOW_SECONDS = 0.3


@dataclass
class Entry:
    """What one peer did: seconds of each timed call, or why there are none."""

    verdict: Verdict | None = None
    seconds: list[float] = field(default_factory=list)
    note: str = ""
    is_exact: bool = False

    @property
    def fastest(self) -> float:
        return min(self.seconds)

    def to_json(self) -> dict:
        entry = {"verdict": asdict(self.verdict) if self.verdict else None, "note": self.note}
        if self.seconds:
            entry |= {
                "min_seconds": self.fastest,
                "median_seconds": statistics.median(self.seconds),
                "calls": len(self.seconds),
                "exact": self.is_exact,
            }
        return entry


@dataclass
class Contest:
    """One case with one number of threads, and what every peer did."""

    scenario: str
    case: Case
    threads: int
    limit_seconds: float | None
    entries: dict[str, Entry]

    def exact_peers(self) -> dict[str, float]:
        """The fastest seconds of each peer that counts, without ours."""
        return {
            name: entry.fastest
            for name, entry in self.entries.items()
            if name != OURS and entry.is_exact and entry.seconds
        }

    def to_json(self) -> dict:
        case, operation = self.case, self.case.operation
        return {
            "scenario": self.scenario,
            "case": case.name,
            "type": case.type,
            "channels": case.channels,
            "size": case.size_text,
            "pixels": case.pixels,
            "bytes": case.bytes,
            "operation": operation.name,
            "taps": operation.size,
            "work": operation.work,
            "threads": self.threads,
            "limit_seconds": self.limit_seconds,
            "peers": {name: entry.to_json() for name, entry in self.entries.items()},
        }


def seconds_of(call: Callable) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def checked_way(
    peer: ModuleType, problem: Problem, reference: Reference, entry: Entry
) -> tuple[Way, float] | None:
    """A way whose answer is right, and what a second call takes; None, and a note, if not."""
    try:
        way = peer.prepare(problem)
        if way is None:
            entry.note = "-"
            return None
        problem.out.view(np.uint8).fill(0xFF)  # NaN, so that what is not written is found
        entry.verdict = reference.judge(way.answer(way.call()), way.has_border)
        may_be_near = way.is_approximate and entry.verdict.kind == "approximate"
        is_wrong = entry.verdict.kind != "exact" and not may_be_near
    except Exception as error:  # whatever a library raises is its result
        entry.note = f"error: {type(error).__name__}: {error}".splitlines()[0]
        return None
    if is_wrong:
        entry.note = f"error: {entry.verdict.message}"
        return None
    entry.is_exact = entry.verdict.kind == "exact" and not way.is_approximate
    return way, seconds_of(way.call)


def rounds_for(first: float, fastest: float, rounds: int) -> int:
    """All rounds for whoever may be the best, fewer for calls that take long."""
    if first <= CONTENDER * fastest:
        return rounds
    return max(1, min(rounds, int(SLOW_SECONDS / first)))


def time_round(way: Way, expected: float) -> list[float]:
    """The seconds of each call of one round."""
    if expected < WARM_UP_BELOW:
        way.call()
    calls = max(1, min(MOST_CALLS, int(ROUND_SECONDS / expected)))
    return [seconds_of(way.call) for _ in range(calls)]


def time_ways(ways: dict[str, tuple[Way, float]], entries: dict[str, Entry], rounds: int) -> None:
    """Times all ways in turn, each round starting with another one."""
    fastest = min(first for _, first in ways.values())
    left = {name: rounds_for(first, fastest, rounds) for name, (_, first) in ways.items()}
    names = list(ways)
    gc.disable()
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            if left[name] > number:
                entries[name].seconds += time_round(*ways[name])
    gc.enable()


class Measurement:
    """Measures cases with a set of peers and keeps what the cases share."""

    def __init__(self, peers: list[ModuleType], rounds: int, limits=None):
        self._peers = peers
        self._rounds = rounds
        self._limits = limits

    def contests(self, scenario: str, case: Case, thread_counts: tuple[int, ...]) -> list[Contest]:
        """The case with each number of threads."""
        x = random_input(case.shape, case.type)
        out = shared_output(case.shape, case.out_dtype)
        reference = Reference(case, x)
        done: list[Contest] = []
        for threads in thread_counts:
            problem = Problem(case, x, out, threads)
            done.append(self._contest(scenario, problem, reference, done))
        return done

    def _contest(
        self, scenario: str, problem: Problem, reference: Reference, done: list[Contest]
    ) -> Contest:
        entries: dict[str, Entry] = {}
        ways = {}
        for peer in self._peers:
            if done and not peer.HAS_THREADS:
                # More threads change nothing for it: its times with one stand.
                entries[peer.NAME] = done[0].entries[peer.NAME]
                continue
            entry = entries[peer.NAME] = Entry()
            if found := checked_way(peer, problem, reference, entry):
                ways[peer.NAME] = found
        if ways:
            time_ways(ways, entries, self._rounds)
        limit = self._limits.seconds(problem.case, problem.threads) if self._limits else None
        return Contest(scenario, problem.case, problem.threads, limit, entries)
