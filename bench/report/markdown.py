"""docs/benchmarks.md: a table a class, written from a stored run."""

from collections.abc import Iterator

from .. import scenarios
from ..layers import peers as layers
from ..peers import ALL, OURS
from . import Row, goals, ours, percent, times

INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Megapixels per second from the fastest of at least {rounds} rounds in one
process, all peers in turn. In parentheses: fewer rounds, of peers that took over four times as long
as the fastest and of calls of seconds; *slow*: not timed, since a call would take many seconds.
Every answer was first compared with a correlation in double: *error* is a wrong answer or a
failure, listed at the end; ~ an approximate answer, which never counts as the best exact peer (in
bold); - no such filter. *Of limit* is our speed over what one copy of the samples, or the
multiply-adds that no direct method avoids, took at best on this machine in the same run.

Outputs are allocated beforehand where a peer allows it, and memory is touched before it is timed.
Borders are reflect101; a peer without it is compared where the border does not matter, and halide
gets inputs whose borders were added beforehand.
"""

MEMORY_RIVAL = "onnxruntime"
MOST_MEMORY = 0.6
MEMORY = f"""\
## <a id="memory"></a>Memory of large maps

MiB by which a process grows at most for a layer: input, output, weights and whatever lies between,
and the ratio to {MEMORY_RIVAL}. The goal is {MOST_MEMORY:g}x; what misses it is in bold. *Tensors*
are input, output and weights alone.
"""
LAYERS = """
## Layers of networks

Microseconds, f32, every answer within 1e-5 of the largest value of a reference in double. Tensors
are in the order of axes that each library computes in: NHWC of ours. The limit is that of the
direct way's multiply-adds, or of a copy of the tensors and weights where that takes longer.
"""


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
    # Layers have copies of a size each, which would fill pages.
    sizes = {contest["bytes"] for contest in run["contests"] if contest["unit"] != "us"}
    for entry in run["limits"]:
        if entry["limit"] == "copy" and entry["bytes"] not in sizes:
            continue
        what = "f32 multiply-add" if entry["limit"] == "f32" else "i16 multiply-add in pairs"
        if entry["limit"] == "copy":
            what = f"copy, {entry['bytes'] / 2**20:.1f} MiB read and written"
        yield f"| {what} | {entry['threads']} | {entry['rate']} {entry['unit']} |"


def table_lines(rows: list[Row]) -> Iterator[str]:
    known = dict.fromkeys((*ALL, *layers.ALL))
    peers = [name for name in known if any(row.cell(name) != "-" for row in rows) and name != OURS]
    yield f"| case | threads | {OURS} | ratio | of limit | limit | {' | '.join(peers)} |"
    yield "| --- |" + " ---: |" * (5 + len(peers))
    for row in rows:
        best = row.best_peer
        others = [f"**{row.cell(name)}**" if name == best else row.cell(name) for name in peers]
        limit = "-" if row.limit is None else row.text(row.limit)
        cells = [row["case"], str(row["threads"]), row.cell(OURS), times(row.ratio)]
        cells += [percent(row.share), limit, *others]
        yield f"| {' | '.join(cells)} |"


def error_lines(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for peer, entry in row["peers"].items():
            if entry["note"].startswith("error"):
                yield f"- {peer}, {row['case']}, {row['threads']} T: {entry['note'][7:]}"


def class_lines(rows: list[Row]) -> Iterator[str]:
    """A section a class."""
    measured = {row["scenario"] for row in rows}
    first_layers = next((name for name in scenarios.LAYERS if name in measured), None)
    for name in scenarios.ALL:
        if name == first_layers:
            yield from LAYERS.splitlines()
        if own := [row for row in rows if row["scenario"] == name]:
            (scenario,) = scenarios.load([name])
            yield from ("", f'## <a id="{name}"></a>{scenario.TITLE}', "")
            yield from (scenario.NOTE, "") if scenario.NOTE else ()
            yield from table_lines(own)


def memory_lines(cases: list[dict]) -> Iterator[str]:
    names = list(dict.fromkeys(name for line in cases for name in line["peers"]))
    yield from MEMORY.splitlines()
    yield ""
    yield f"| case | tensors | ratio | {' | '.join(names)} |"
    yield "| --- |" + " ---: |" * (2 + len(names))
    for line in cases:
        own, usual = (line["peers"].get(name) for name in (OURS, MEMORY_RIVAL))
        ratio = own / usual if own and usual else None
        cells = [line["case"], f"{line['tensors'] / 2**20:.0f}", times(ratio)]
        if ratio and ratio > MOST_MEMORY:
            cells[-1] = f"**{cells[-1]}**"
        grown_by = (line["peers"][name] for name in names)
        cells += ["-" if grown is None else f"{grown / 2**20:.0f}" for grown in grown_by]
        yield f"| {' | '.join(cells)} |"


def document(run: dict, plots: list[str]) -> str:
    """The whole document."""
    rows = [Row(data) for data in run["contests"]]
    reached = goals.reached(scenarios.load(scenarios.ALL), rows)
    lines = [INTRODUCTION.format(rounds=run["rounds"]), *machine_lines(run), ""]
    lines += goals.summary_lines(reached)
    if missed := list(goals.missed_lines(reached)):
        lines += ["", "Missed:", "", *missed]
    lines += ["", *(f"![{plot}](benchmarks/{plot})" for plot in plots)]
    lines += class_lines(rows)
    lines += ["", *memory_lines(run["memory"])] if run["memory"] else []
    lines += ["", *ours.plan_lines(run["plans"])] if run["plans"] else []
    lines += ["", *ours.masked_lines(run["masked"])] if run.get("masked") else []
    lines += ["", *ours.loop_lines(run["strips"])] if run["strips"] else []
    lines += ["", "## Limits of the machine", "", *limit_lines(run)]
    if errors := list(error_lines(rows)):
        lines += ["", "## Errors", "", *errors]
    return "\n".join(lines) + "\n"
