"""What masks cost: filters of data with missing samples beside the same filters without."""

from collections.abc import Callable, Iterator

import numpy as np
import sepconv

from .case import SIZES, TYPES, Case, aligned_empty, random_input
from .measure import Entry, Timed, seconds_of, time_ways
from .operations import Box, Gaussian, Separable
from .peers import Way, sepconv_peer

NAME = "masked"  # among the scenarios of the command line
SIDES = (3, 9, 31, 101)
VOLUME = (128, 128, 128)
POINTS = 40  # outputs that are checked
TOLERANCE = {"u8": 1.0, "u16": 0.6, "f32": 1e-5}
UNMASKED = "unmasked"


def gaussian(side: int) -> Gaussian:
    """Up to three sigma."""
    return Gaussian(side // 2 / 3)


def cases() -> Iterator[Case]:
    for shape in SIZES.values():
        for type in TYPES:
            for side in SIDES:
                yield Case(gaussian(side), type, shape)
                yield Case(Box(side), type, shape)
    for side in SIDES[:3]:
        yield Case(Separable((gaussian(side).factors[0],) * 3), "f32", VOLUME)


def blob(shape: tuple[int, ...]) -> np.ndarray:
    """Valid but for a ball in the middle, of a quarter of the shortest side."""
    squares = [(np.arange(size) - size / 2) ** 2 for size in shape]
    return sum(np.ix_(*squares)) > (min(shape) / 4) ** 2


def masks(shape: tuple[int, ...]) -> Iterator[tuple[str, np.ndarray]]:
    random = np.random.default_rng(2).random(shape, dtype=np.float32)
    for percent in (0, 1, 50, 90):
        yield f"{percent} % missing", (random >= percent / 100).astype(np.uint8)
    yield "a blob", blob(shape).astype(np.uint8)


def check(case: Case, x: np.ndarray, mask: np.ndarray, out: np.ndarray) -> None:
    """Holds some outputs against the quotient of both sums in double.

    errors     RuntimeError: one is farther off than it may be
    """
    kernel = 1.0
    for factor in case.operation.factors:
        kernel = np.multiply.outer(kernel, np.asarray(factor, float))
    random = np.random.default_rng(3)
    radii = case.operation.radii
    for _ in range(POINTS):
        at = [random.integers(r, size - r) for r, size in zip(radii, x.shape, strict=True)]
        window = tuple(slice(i - r, i + r + 1) for i, r in zip(at, radii, strict=True))
        weights = kernel * mask[window]
        if weights.sum() == 0:
            continue
        exact = (weights * x[window]).sum() / weights.sum()
        found = float(out[tuple(at)])
        if abs(found - exact) > TOLERANCE[case.type]:
            raise RuntimeError(f"{case.name}: {found} at {at}, not {exact}")


def timed_run(run: Callable[[], object]) -> Timed:
    run()
    return Timed(Way(run), seconds_of(run))


def measured(case: Case, rounds: int) -> dict:
    """What the JSON file holds of one case: seconds of each way, all of them timed in turn."""
    x = random_input(case.shape, case.type)
    out = aligned_empty(case.shape, case.out_dtype)
    plan = sepconv.plan(case.shape, x.dtype, sepconv_peer.kernel_of(case.operation), threads=1)
    ways = {UNMASKED: timed_run(lambda: plan.run(x, out))}
    for name, mask in masks(case.shape):
        ways[name] = timed_run(lambda mask=mask: plan.run(x, out, mask=mask))
        check(case, x, mask, out)
    entries = {name: Entry() for name in ways}
    time_ways(ways, entries, rounds)
    return {
        "case": f"{case.type} {case.size_text} {kind(case)}",
        "seconds": {name: entry.fastest for name, entry in entries.items()},
    }


def kind(case: Case) -> str:
    return f"{'box' if isinstance(case.operation, Box) else 'gaussian'} {case.operation.size}"


def measure_all(rounds: int, part: str = "") -> list[dict]:
    found = []
    for case in cases():
        if part in f"{case.type} {case.size_text} {kind(case)}":
            found.append(measured(case, rounds))
            seconds = found[-1]["seconds"]
            ratios = [f"{name}: {taken / seconds[UNMASKED]:.2f}" for name, taken in seconds.items()]
            print(f"masked: {found[-1]['case']}: {', '.join(ratios[1:])}", flush=True)
    return found
