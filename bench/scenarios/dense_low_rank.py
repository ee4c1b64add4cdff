"""Kernels of rank 1 and 2 given dense: whoever looks finds that they separate."""

from collections.abc import Iterator

import numpy as np

from ..case import SIZES, Case
from ..operations import Dense, any_taps
from . import Goal

TITLE = "Dense kernels of rank 1 and 2"
GOALS = (Goal(("f32", "u8"), mean=5.0, any_case=1.5),)
NOTE = "The limit is that of the separated kernel."
SIDES = (5, 9, 15, 31)


class LowRank(Dense):
    @property
    def name(self) -> str:
        return f"{super().name} rank {self.rank}"


def kernel(side: int, rank: int) -> np.ndarray:
    """A sum of outer products of positive taps, of sum one."""
    terms = [np.outer(any_taps(side, 10 + i), any_taps(side, 20 + i)) for i in range(rank)]
    return sum(terms) / rank


def cases() -> Iterator[Case]:
    for type in ("f32", "u8"):
        for size, shape in SIZES.items():
            for rank in (1, 2):
                for side in SIDES:
                    is_quick = size == "1920x1080" and side == 9 and type == "f32"
                    yield Case(LowRank(kernel(side, rank), rank), type, shape, is_quick)
