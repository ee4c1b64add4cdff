"""The command line of the benchmark; bench/run.sh calls it."""

import argparse
import json
import sys
import time
from pathlib import Path
from types import ModuleType

from . import machine, peers, scenarios
from .case import Case, keep_memory
from .measure import Measurement
from .report import Row, line, markdown, plots

ROUNDS = 7
THREADS = (1, 2)
ROOT = machine.ROOT
RESULT = ROOT / "build-bench" / "bench.json"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one case of each kind")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"{ROUNDS} by default")
    parser.add_argument("--threads", type=int, nargs="+", default=THREADS)
    parser.add_argument("--scenario", nargs="+", choices=scenarios.ALL, default=scenarios.ALL)
    parser.add_argument("--peers", nargs="+", choices=peers.ALL, default=peers.ALL)
    parser.add_argument("--case", default="", help="only cases whose name has this in it")
    parser.add_argument("--json", type=Path, default=RESULT, help="where to write the result")
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


def chosen_cases(options: argparse.Namespace) -> list[tuple[str, Case]]:
    return [
        (scenarios.name_of(scenario), case)
        for scenario in scenarios.load(options.scenario)
        for case in scenario.cases()
        if (case.is_quick or not options.quick) and options.case in case.name
    ]


def measure_all(options: argparse.Namespace, loaded: list[ModuleType]) -> dict:
    """Measures every chosen case and prints a line for each; what the JSON file holds of it."""
    limits = load_limits()
    measurement = Measurement(loaded, options.rounds, limits)
    contests = []
    for scenario, case in chosen_cases(options):
        for contest in measurement.contests(scenario, case, tuple(options.threads)):
            contests.append(contest.to_json())
            print(line(Row(contests[-1])), flush=True)
    return {"contests": contests, "limits": limits.to_json() if limits else []}


def measured_run(options: argparse.Namespace) -> dict:
    keep_memory()
    start = time.monotonic()
    loaded, missing = peers.load(options.peers)
    for name, reason in missing.items():
        print(f"{name} is left out: {reason}")
    run = {
        "date": time.strftime("%Y-%m-%d"),
        "rounds": options.rounds,
        "machine": machine.describe(),
        "versions": {peer.NAME: peer.version() for peer in loaded},
        "missing": missing,
    }
    run |= measure_all(options, loaded)
    run["seconds"] = round(time.monotonic() - start)
    return run


def write_docs(folder: Path, run: dict) -> None:
    """benchmarks.md and the plots that it shows."""
    names = []
    (folder / "benchmarks").mkdir(parents=True, exist_ok=True)
    for name, chart in plots.charts(run):
        (folder / "benchmarks" / name).write_text(chart.svg())
        names.append(name)
    present = {contest["scenario"] for contest in run["contests"]}
    modules = scenarios.load([name for name in scenarios.ALL if name in present])
    text = markdown.document(run, markdown.scenarios_by_name(modules), names)
    (folder / "benchmarks.md").write_text(text)


def main() -> int:
    options = arguments()
    if options.from_json:
        run = json.loads(options.from_json.read_text())
    else:
        run = measured_run(options)
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(run, indent=1) + "\n")
        print(f"{len(run['contests'])} contests in {run['seconds']} s, in {options.json}")
    if options.docs:
        write_docs(options.docs, run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
