"""f32 volumes, nine taps along each of three axes."""

from collections.abc import Iterator

from ..case import Case
from ..operations import Separable, any_taps
from . import Goal

TITLE = "f32 volumes, k 9 along each axis"
GOALS = (Goal(("f32",), mean=15.0, any_case=8.0),)
NOTE = "scipy, the only peer with volumes, has one thread."
SIDES = (128, 256)


def cases() -> Iterator[Case]:
    for side in SIDES:
        operation = Separable(tuple(any_taps(9, seed) for seed in (1, 2, 3)))
        yield Case(operation, "f32", (side, side, side), is_quick=side == SIDES[0])
