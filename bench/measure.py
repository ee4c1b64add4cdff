"""Checks and times the ways of all peers to solve one problem, round by round."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from types import ModuleType

import numpy as np

from .case import Case, Problem
from .check import Reference, Verdict
from .layers.case import AnyCase
from .layers.check import LayerReference
from .layers.networks import NetworkCase, NetworkReference
from .layers.training import GradientReference, TrainingCase
from .peers import OURS, TooSlow, Way

ROUND_SECONDS = 4e-3  # a peer repeats short calls for this long in each round
MOST_CALLS = 20
WARM_UP_BELOW = 20e-3  # shorter calls are preceded by one that is not timed, in each round
CONTENDER = 4.0  # peers slower than this many times the fastest decide nothing
CONTENDER_SECONDS = 3.0  # that all rounds of a peer may take; what is longer has fewer rounds
SLOW_SECONDS = 0.3  # the same for who decides nothing
ONCE_SECONDS = 1.0  # longer calls: that of the checked answer is the one that counts

AnyReference = Reference | LayerReference | GradientReference | NetworkReference


@dataclass
class Entry:
    """What one peer did: seconds of each timed call, or why there are none."""

    verdict: Verdict | None = None
    seconds: list[float] = field(default_factory=list)
    rounds: int = 0  # those timed; 0: only the calls before them
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
                "rounds": self.rounds,
                "exact": self.is_exact,
            }
        return entry


@dataclass
class Contest:
    """One case with one number of threads, and what every peer did."""

    scenario: str
    case: AnyCase
    threads: int
    limit_seconds: float | None
    entries: dict[str, Entry]
    rounds: int
    spent_seconds: float

    def exact_peers(self) -> dict[str, float]:
        """The fastest seconds of each peer that counts, without ours."""
        return {
            name: entry.fastest
            for name, entry in self.entries.items()
            if name != OURS and entry.is_exact and entry.seconds
        }

    def to_json(self) -> dict:
        return {
            "scenario": self.scenario,
            "case": self.case.name,
            **self.case.facts(),
            "threads": self.threads,
            "rounds": self.rounds,
            "limit_seconds": self.limit_seconds,
            "spent_seconds": round(self.spent_seconds, 2),
            "peers": {name: entry.to_json() for name, entry in self.entries.items()},
        }


def reference_of(case: AnyCase, x: np.ndarray) -> AnyReference:
    if isinstance(case, Case):
        return Reference(case, x)
    if isinstance(case, NetworkCase):
        return NetworkReference(case, x)
    return GradientReference(case, x) if isinstance(case, TrainingCase) else LayerReference(case, x)


def seconds_of(call: Callable) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Timed:
    """A way whose answer is right, and what a call takes."""

    way: Way
    expected: float


def checked_way(
    peer: ModuleType, problem: Problem, reference: AnyReference, entry: Entry
) -> Timed | None:
    """A way whose answer is right, and the time of a second call; None, and a note, if not."""
    try:
        prepare = getattr(peer, problem.case.step, None)
        way = prepare(problem) if prepare else None
        if way is None:
            entry.note = "-"
            return None
        problem.out.view(np.uint8).fill(0xFF)  # NaN, so that what is not written is found
        results = []
        first = seconds_of(lambda: results.append(way.call()))
        entry.verdict = reference.judge(way.answer(results.pop()), way.has_border)
        may_be_near = way.is_approximate and entry.verdict.kind == "approximate"
        is_wrong = entry.verdict.kind != "exact" and not may_be_near
    except TooSlow:
        entry.note = "slow"
        return None
    except Exception as error:  # whatever a library raises is its result
        entry.note = f"error: {type(error).__name__}: {error}".splitlines()[0]
        return None
    if is_wrong:
        entry.note = f"error: {entry.verdict.message}"
        return None
    entry.is_exact = entry.verdict.kind == "exact" and not way.is_approximate
    return Timed(way, first if first > ONCE_SECONDS else seconds_of(way.call))


def rounds_for(expected: float, fastest: float, rounds: int) -> int:
    """All rounds for whoever may be the best; fewer, or none, for calls that take long."""
    may_be_best = expected <= CONTENDER * fastest
    return min(rounds, int((CONTENDER_SECONDS if may_be_best else SLOW_SECONDS) / expected))


def time_round(way: Way, expected: float) -> list[float]:
    """The seconds of each call of one round."""
    if expected < WARM_UP_BELOW:
        way.call()
    calls = max(1, min(MOST_CALLS, int(ROUND_SECONDS / expected)))
    return [seconds_of(way.call) for _ in range(calls)]


def time_ways(timed: dict[str, Timed], entries: dict[str, Entry], rounds: int) -> None:
    """Times all ways in turn, each round starting with another one."""
    fastest = min(one.expected for one in timed.values())
    for name, one in timed.items():
        entries[name].rounds = rounds_for(one.expected, fastest, rounds)
        if entries[name].rounds == 0:
            entries[name].seconds.append(one.expected)
    names = list(timed)
    gc.disable()
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            if entries[name].rounds > number:
                entries[name].seconds += time_round(timed[name].way, timed[name].expected)
    gc.enable()


class Measurement:
    """Measures cases with a set of peers and keeps what the cases share."""

    def __init__(self, peers: list[ModuleType], rounds: int, limits=None):
        self._peers = peers
        self._rounds = rounds
        self._limits = limits

    def contests(
        self, scenario: str, case: AnyCase, thread_counts: tuple[int, ...]
    ) -> Iterator[Contest]:
        """The case with each number of threads, as each is done."""
        start = time.monotonic()
        x, out = case.input(), case.output()
        reference = reference_of(case, x)
        done: list[Contest] = []
        for threads in thread_counts:
            problem = Problem(case, x, out, threads)
            entries = self._entries(problem, reference, done)
            limit = self._limits.seconds(case, threads) if self._limits else None
            spent = time.monotonic() - start
            done.append(Contest(scenario, case, threads, limit, entries, self._rounds, spent))
            yield done[-1]
            start = time.monotonic()

    def _entries(
        self, problem: Problem, reference: AnyReference, done: list[Contest]
    ) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        timed = {}
        for peer in self._peers:
            if done and not peer.HAS_THREADS:
                # More threads change nothing for it: its times with one stand.
                entries[peer.NAME] = done[0].entries[peer.NAME]
                continue
            entry = entries[peer.NAME] = Entry()
            if found := checked_way(peer, problem, reference, entry):
                timed[peer.NAME] = found
        if timed:
            time_ways(timed, entries, self._rounds)
        return entries
