"""Sections about sepconv alone: small images, scratch and first calls; masks; inner loops."""

from collections.abc import Iterator

from . import number, percent

SMALL_SHARE = 0.85  # of the speed of large images
MOST_SCRATCH = 1 << 20  # bytes of a thread
MOST_FIRST = 1e-3  # seconds
MOST_MASKED = 2.5  # times the unmasked filter

PLANS = f"""\
## Small images, scratch memory and first calls

One thread, Mpixel/s. Goals: 256x256 at {percent(SMALL_SHARE)} of the speed of 1920x1080; scratch
below 1 MiB a thread; and the first call of a process, its plan included, below 1 ms more than a
later run. What misses its goal is in bold.
"""
MASKED = f"""\
## Missing samples

One thread: the time of a filter with a mask over that of the same filter without. The goal is
{MOST_MASKED:g} at most; what misses it is in bold.
"""
LOOPS = """\
## Inner loops

Written by `make bench-strips`: what a loop does in a clock cycle of one core, in the first cache,
FMA being of 32 bytes whatever the vectors are. Passes of more taps, less those of the fewest; whole
filters by the rows of an image. The goals are for AVX2; what misses its goal is in bold.
"""


def marked(text: str, is_missed: bool) -> str:
    return f"**{text}**" if is_missed else text


def plan_lines(plans: list[dict]) -> Iterator[str]:
    yield from PLANS.splitlines()
    yield ""
    yield "| filter | 256x256 | 1920x1080 | ratio | scratch | first call |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for plan in plans:
        share = plan["small"] / plan["large"]
        scratch, first = plan["scratch_bytes"], plan["first_seconds"]
        cells = (
            plan["case"],
            number(plan["small"]),
            number(plan["large"]),
            marked(percent(share), share < SMALL_SHARE),
            marked(f"{scratch / 1024:.0f} KiB", scratch > MOST_SCRATCH),
            marked(f"{1e3 * first:.2f} ms", first > MOST_FIRST),
        )
        yield f"| {' | '.join(cells)} |"


def masked_lines(cases: list[dict]) -> Iterator[str]:
    unmasked, *names = cases[0]["seconds"]
    yield from MASKED.splitlines()
    yield ""
    yield f"| filter | {' | '.join(names)} |"
    yield "| --- |" + " ---: |" * len(names)
    for case in cases:
        ratios = [case["seconds"][name] / case["seconds"][unmasked] for name in names]
        cells = [marked(f"{ratio:.2f}", ratio > MOST_MASKED) for ratio in ratios]
        yield f"| {' | '.join([case['case'], *cells])} |"


def loop_cell(loop: dict, target: str) -> str:
    rate = loop["targets"][target]
    if isinstance(rate, str):
        return rate
    return marked(f"{rate:.2f}", target == "AVX2" and rate < loop.get("goal", 0.0))


def loop_lines(loops: list[dict]) -> Iterator[str]:
    targets = list(loops[0]["targets"])
    yield from LOOPS.splitlines()
    yield ""
    yield f"| loop | unit | goal | {' | '.join(targets)} |"
    yield "| --- | --- |" + " ---: |" * (1 + len(targets))
    for loop in loops:
        cells = [loop["name"], loop["unit"], f"{loop['goal']:g}" if "goal" in loop else ""]
        cells += [loop_cell(loop, target) for target in targets]
        yield f"| {' | '.join(cells)} |"
