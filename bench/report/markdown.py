"""docs/benchmarks.md: a table a class, written from a stored run."""

from collections.abc import Iterator
from types import ModuleType

from ..peers import ALL, OURS
from ..scenarios import name_of
from . import Row, geometric_mean, number, percent, times

INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Megapixels per second from the fastest of at least {rounds} rounds in one
process, all peers in turn; peers that took over four times as long as the fastest had fewer rounds.
Every answer was first compared with a correlation in double: *error* is a wrong answer or a
failure, listed at the end; ~ an approximate answer, which never counts as the best exact peer (in
bold); - no such filter. *Of limit* is our speed over what one copy of the samples, or the
multiply-adds that no direct method avoids, took at best on this machine in the same run.

Outputs are allocated beforehand where a peer allows it, and memory is touched before it is timed.
Borders are reflect101; a peer without it is compared where the border does not matter, and halide
gets inputs whose borders were added beforehand.
"""
SUMMARY_NOTE = (
    "Geometric means, with the goals in parentheses; of the limit at 1920x1080 with one thread."
)


def machine_lines(run: dict) -> Iterator[str]:
    machine = run["machine"]
    yield f"Machine: {machine['cpu']} (family {machine['family']}), with"
    yield f"{machine['processors']} processors, {', '.join(machine['flags'])}."
    yield f"Commit {machine['commit']}, {run['date']}."
    yield "Versions: " + ", ".join(f"{name} {text}" for name, text in run["versions"].items()) + "."
    for name, reason in run["missing"].items():
        yield f"Not measured: {name} ({reason})."


def limit_lines(run: dict) -> Iterator[str]:
    yield "| limit | threads | rate |"
    yield "| --- | ---: | ---: |"
    for entry in run["limits"]:
        what = "f32 multiply-add" if entry["limit"] == "f32" else "i16 multiply-add in pairs"
        if entry["limit"] == "copy":
            what = f"copy, {entry['bytes'] / 2**20:.1f} MiB read and written"
        yield f"| {what} | {entry['threads']} | {entry['rate']} {entry['unit']} |"


def goal_text(value: float | None, goal: float | None, form) -> str:
    return form(value) if goal is None else f"{form(value)} ({form(goal)})"


def summary_lines(scenarios: dict[str, ModuleType], rows: list[Row]) -> Iterator[str]:
    """A line a class: the ratios reached, and the goals in parentheses."""
    yield "| class | cases | against the best exact peer | no case below | of limit |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, scenario in scenarios.items():
        own = [row for row in rows if row["scenario"] == name]
        ratios = [row.ratio for row in own if row.ratio]
        shares = [
            row.share
            for row in own
            if row.share and row["threads"] == 1 and row["size"] == "1920x1080"
        ]
        goal = scenario.GOAL
        cells = (
            f"[{scenario.TITLE}](#{name})",
            str(len(own)),
            goal_text(geometric_mean(ratios), goal.mean, times),
            goal_text(min(ratios, default=None), goal.any_case, times),
            goal_text(geometric_mean(shares), goal.share, percent),
        )
        yield f"| {' | '.join(cells)} |"


def table_lines(rows: list[Row]) -> Iterator[str]:
    peers = [name for name in ALL if any(row.cell(name) != "-" for row in rows) and name != OURS]
    yield f"| case | threads | {OURS} | ratio | of limit | limit | {' | '.join(peers)} |"
    yield "| --- |" + " ---: |" * (5 + len(peers))
    for row in rows:
        best = row.best_peer
        others = [f"**{row.cell(name)}**" if name == best else row.cell(name) for name in peers]
        limit = "-" if row.limit is None else number(row.limit)
        cells = [row["case"], str(row["threads"]), row.cell(OURS), times(row.ratio)]
        cells += [percent(row.share), limit, *others]
        yield f"| {' | '.join(cells)} |"


def error_lines(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for peer, entry in row["peers"].items():
            if entry["note"].startswith("error"):
                yield f"- {peer}, {row['case']}, {row['threads']} T: {entry['note'][7:]}"


def document(run: dict, scenarios: dict[str, ModuleType], plots: list[str]) -> str:
    """The whole document."""
    rows = [Row(data) for data in run["contests"]]
    lines = [INTRODUCTION.format(rounds=run["rounds"]), *machine_lines(run), ""]
    lines += [*summary_lines(scenarios, rows), "", SUMMARY_NOTE, ""]
    lines += [f"![{plot}](benchmarks/{plot})" for plot in plots]
    for name, scenario in scenarios.items():
        own = [row for row in rows if row["scenario"] == name]
        lines += ["", f'## <a id="{name}"></a>{scenario.TITLE}', ""]
        lines += [scenario.NOTE, ""] if scenario.NOTE else []
        lines += table_lines(own)
    lines += ["", "## Limits of the machine", "", *limit_lines(run)]
    if errors := list(error_lines(rows)):
        lines += ["", "## Errors", "", *errors]
    return "\n".join(lines) + "\n"


def scenarios_by_name(scenarios: list[ModuleType]) -> dict[str, ModuleType]:
    return {name_of(scenario): scenario for scenario in scenarios}
