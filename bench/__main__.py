"""The command line of the benchmark; bench/run.sh calls it."""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from . import machine, masked, peers, plans, scenarios
from .case import keep_memory
from .layers import memory
from .layers import peers as layers
from .layers.case import AnyCase
from .layers.networks import Missing
from .measure import Measurement
from .progress import Progress, expected_length
from .report import Row, line, markdown, plots
from .store import Key, Mismatch, Store, key_of

ROUNDS = 7
THREADS = (1, 2)
PARTS = (*scenarios.ALL, plans.NAME, masked.NAME, memory.NAME)
PEERS = tuple(dict.fromkeys((*peers.ALL, *layers.ALL)))
BUILT = machine.ROOT / "build-bench"
RESULT = BUILT / "bench.json"
STRIPS = BUILT / "strips.json"  # of strip_bench


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one case of each kind")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"{ROUNDS} by default")
    parser.add_argument("--threads", type=int, nargs="+", default=THREADS)
    parser.add_argument("--scenario", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--case", default="", help="only cases whose name has this in it")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the result is kept")
    parser.add_argument("--resume", action="store_true", help="go on with it, without what it has")
    parser.add_argument("--again", action="store_true", help="go on with it, measuring anew")
    parser.add_argument("--docs", type=Path, help="also write benchmarks.md and plots here")
    parser.add_argument("--from-json", type=Path, help="measure nothing, write a stored result")
    return parser.parse_args()


def load_limits():
    """The limits of the machine, or None and a line that says why not."""
    try:
        from .limits import Limits

        return Limits()
    except OSError as error:
        print(f"limits: {error}")
        return None


Chosen = tuple[str, AnyCase, tuple[int, ...]]  # scenario, case, numbers of threads


def chosen_cases(options: argparse.Namespace, done: set[Key]) -> list[Chosen]:
    """What is asked for and not done."""
    chosen = []
    for scenario in scenarios.load([part for part in scenarios.ALL if part in options.scenario]):
        name = scenarios.name_of(scenario)
        for case in scenario.cases():
            left = tuple(count for count in options.threads if (name, case.name, count) not in done)
            if left and (case.is_quick or not options.quick) and options.case in case.name:
                chosen.append((name, case, left))
    return chosen


@dataclass(frozen=True)
class Loaded:
    """The peers that can be used, and why others cannot."""

    filters: list[ModuleType]
    layers: list[ModuleType]
    missing: dict[str, str]

    @property
    def versions(self) -> dict[str, str]:
        return {peer.NAME: peer.version() for peer in (*self.filters, *self.layers)}


def load_peers(names: list[str]) -> Loaded:
    filters, missing = peers.load([name for name in peers.ALL if name in names])
    of_layers, more_missing = layers.load([name for name in layers.ALL if name in names])
    return Loaded(filters, of_layers, missing | more_missing)


def measure_all(options: argparse.Namespace, loaded: Loaded, store: Store) -> None:
    """Measures what is chosen, keeps it, and prints a line for each contest."""
    limits = load_limits()
    of_filters = Measurement(loaded.filters, options.rounds, limits)
    of_layers = Measurement(loaded.layers, options.rounds, limits)
    chosen = chosen_cases(options, set() if options.again else store.done)
    progress = Progress([expected_length(case) for _, case, left in chosen for _ in left])
    for scenario, case, left in chosen:
        measurement = of_layers if scenario in scenarios.LAYERS else of_filters
        try:
            for contest in measurement.contests(scenario, case, left):
                store.add(contest.to_json(), limits.to_json() if limits else [])
                print(f"{progress.step()} {line(Row(contest.to_json()))}", flush=True)
        except Missing as reason:
            print(f"{case.name} is left out: {reason}")


def measure_plans(options: argparse.Namespace, store: Store) -> None:
    """Small images, scratch and first calls of our own plans, unless they are known."""
    is_known = options.resume and store.run["plans"]
    if plans.NAME in options.scenario and not options.quick and not is_known:
        store.run["plans"] = plans.measure_all(options.rounds)
        store.write()


def measure_masked(options: argparse.Namespace, store: Store) -> None:
    """What masks cost, unless it is known."""
    is_known = options.resume and store.run.get("masked")
    if masked.NAME in options.scenario and not options.quick and not is_known:
        store.run["masked"] = masked.measure_all(options.rounds, options.case)
        store.write()


def measure_memory(options: argparse.Namespace, loaded: Loaded, store: Store) -> None:
    """What processes grow by on large maps, unless it is known."""
    is_known = options.resume and store.run["memory"]
    if memory.NAME in options.scenario and not options.quick and not is_known:
        store.run["memory"] = memory.measure_all([peer.NAME for peer in loaded.layers])
        store.write()


def measured_run(options: argparse.Namespace) -> dict:
    keep_memory()
    loaded = load_peers(options.peers)
    for name, reason in loaded.missing.items():
        print(f"{name} is left out: {reason}")
    head = {
        "date": time.strftime("%Y-%m-%d"),
        "rounds": options.rounds,
        "machine": machine.describe(),
        "versions": loaded.versions,
        "missing": loaded.missing,
        "strips": json.loads(STRIPS.read_text()) if STRIPS.exists() else [],
    }
    store = Store(options.json, head, goes_on=options.resume or options.again)
    measure_plans(options, store)
    measure_masked(options, store)
    measure_memory(options, loaded, store)
    measure_all(options, loaded, store)
    print(f"{len(store.run['contests'])} contests of {store.seconds:.0f} s, in {options.json}")
    return store.run


def in_order(contests: list[dict]) -> list[dict]:
    """As the scenarios list them, in whatever order they were measured."""
    places = {
        (scenarios.name_of(scenario), case.name): (number, place)
        for number, scenario in enumerate(scenarios.load(scenarios.ALL))
        for place, case in enumerate(scenario.cases())
    }
    known = [contest for contest in contests if key_of(contest)[:2] in places]
    return sorted(known, key=lambda contest: (places[key_of(contest)[:2]], contest["threads"]))


def write_docs(folder: Path, run: dict) -> None:
    """benchmarks.md and the plots that it shows."""
    run["contests"] = in_order(run["contests"])
    names = []
    (folder / "benchmarks").mkdir(parents=True, exist_ok=True)
    for name, chart in plots.charts(run):
        (folder / "benchmarks" / name).write_text(chart.svg())
        names.append(name)
    (folder / "benchmarks.md").write_text(markdown.document(run, names))


def main() -> int:
    options = arguments()
    try:
        stored = options.from_json
        run = json.loads(stored.read_text()) if stored else measured_run(options)
    except Mismatch as mismatch:
        print(mismatch)
        return 1
    if options.docs:
        write_docs(options.docs, run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
