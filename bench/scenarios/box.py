"""The mean of a window."""

from collections.abc import Iterator

from ..case import SIZES, Case
from ..operations import Box
from . import Goal

TITLE = "Box"
GOALS = (Goal(("u8",), mean=3.5, any_case=1.5), Goal(("f32",), mean=2.1, any_case=1.1))
NOTE = (
    "The limit is that of a copy. Running sums of floats never subtract, so that nothing drifts "
    "and a NaN stays in its window (decision 008); peers that subtract do less work."
)
SIDES = (3, 7, 31, 101)


def cases() -> Iterator[Case]:
    for type in ("u8", "f32"):
        for size, shape in SIZES.items():
            for side in SIDES:
                yield Case(Box(side), type, shape, size == "1920x1080" and side == 31)
